import { z } from 'zod';
import { expressionSchema } from './expression.ts';
import { descriptionSchema, nameSchema } from './fields.ts';

/** Whom a project wants to speak of: a person is in it while the answer to `where` is yes. */
export const segmentSchema = z
  .strictObject({ name: nameSchema, description: descriptionSchema.optional(), where: expressionSchema })
  .meta({ id: 'Segment', description: 'A live group of people: who is in it follows from what they do' });
export type SegmentBody = z.infer<typeof segmentSchema>;
