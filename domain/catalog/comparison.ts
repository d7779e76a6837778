import { z } from 'zod';
import { daySchema, durationSchema, momentSchema } from './fields.ts';

/** How numbers, durations and values of unknown origin are compared. Of several comparisons all have to hold. */

export const scalar = z.union([z.string().max(500), z.number(), z.boolean()]);
const scalars = z.array(scalar).min(1).max(200);
const moment = z.union([daySchema, momentSchema]);

export const hasOne = (value: object): boolean => Object.keys(value).length > 0;
export const SAY_HOW = 'say how it compares: eq, gt, gte, lt or lte';

export const numberShape = { eq: z.number(), gt: z.number(), gte: z.number(), lt: z.number(), lte: z.number() };
export const numbers = z.strictObject(numberShape).partial().refine(hasOne, SAY_HOW);
export type NumberComparison = z.infer<typeof numbers>;

export const agoSchema = z
  .strictObject({ gt: durationSchema, gte: durationSchema, lt: durationSchema, lte: durationSchema })
  .partial()
  .refine(hasOne, 'say how long ago: gt, gte, lt or lte a duration');
export type DurationComparison = z.infer<typeof agoSchema>;

/** What a value of unknown origin (a trait, a property) can be compared with. */
export const valueShape = {
  is: scalar,
  isNot: scalar,
  in: scalars,
  notIn: scalars,
  contains: scalar,
  startsWith: z.string().min(1).max(500),
  exists: z.boolean(),
  gt: z.number(),
  gte: z.number(),
  lt: z.number(),
  lte: z.number(),
  before: moment,
  after: moment,
};
export const optional = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).partial().shape;
export const valueComparison = z.strictObject(valueShape).partial();
export type ValueComparison = z.infer<typeof valueComparison>;

export const comparesBeside =
  (...names: string[]) =>
  (value: object): boolean =>
    Object.keys(value).some((name) => !names.includes(name));
export const SAY_HOW_VALUE =
  'say how it compares: is, isNot, in, notIn, contains, startsWith, exists, gt, gte, lt, lte, before or after';
