import { z } from 'zod';
import { comparesBeside, optional, SAY_HOW_VALUE, valueShape } from './comparison.ts';
import { eventNameSchema } from './fields.ts';

/** Which events are meant: by their name, and by their properties. */

const propertyTest = z
  .strictObject({ property: eventNameSchema, ...optional(valueShape) })
  .refine(comparesBeside('property'), SAY_HOW_VALUE);

export type PropertyTest = z.infer<typeof propertyTest>;

export type Filter =
  | PropertyTest
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly not: Filter };

export const several = <T>(of: z.ZodType<T>) => z.array(of).min(1).max(20).readonly();

export const filterSchema: z.ZodType<Filter> = z
  .lazy(() =>
    z.union([
      propertyTest,
      z.strictObject({ all: several(filterSchema) }),
      z.strictObject({ any: several(filterSchema) }),
      z.strictObject({ not: filterSchema }),
    ]),
  )
  .meta({ id: 'Filter', description: 'Which events of a name are meant, by their properties' });

export const which = { event: eventNameSchema, where: filterSchema.optional() };
export const whichEvent = z.strictObject(which);
export type WhichEvent = z.infer<typeof whichEvent>;
