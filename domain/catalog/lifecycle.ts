import { z } from 'zod';
import { expressionSchema } from './expression.ts';
import { keySchema } from './fields.ts';

const eventNames = z.array(z.string().min(1).max(200)).max(20);

/**
 * The stages of a project's customers: the first whose criterion holds is a person's. `away` stages are those that the
 * next activity ends with a return; `ends` says which events mean by themselves that somebody has left.
 */
export const lifecycleSchema = z
  .strictObject({
    stages: z
      .array(
        z.strictObject({
          name: keySchema,
          when: expressionSchema,
          away: z.boolean().optional(),
          description: z.string().max(500).optional(),
        }),
      )
      .min(1)
      .max(30),
    /** The stage of everybody else. */
    otherwise: keySchema,
    ends: z
      .array(z.strictObject({ name: keySchema, ends: eventNames.min(1), resumes: eventNames }))
      .max(10)
      .optional(),
  })
  .meta({ id: 'Lifecycle' });

export type LifecycleBody = z.infer<typeof lifecycleSchema>;
