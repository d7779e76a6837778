import { z } from 'zod';
import { expressionSchema } from '../expression.ts';
import {
  daySchema,
  durationUpTo,
  eventNameSchema,
  keySchema,
  momentSchema,
  nameSchema,
  timeOfDaySchema,
  weekdaysSchema,
  whoseZoneSchema,
} from '../fields.ts';
import { filterSchema } from '../filter.ts';

/** What takes people into a journey. */

const event = z
  .strictObject({ type: z.literal('event'), event: eventNameSchema, where: filterSchema.optional() })
  .meta({ description: 'Something happens' });

const stageEnter = z
  .strictObject({ type: z.literal('stage-enter'), stage: keySchema, from: keySchema.optional() })
  .meta({ description: 'A stage begins; `from`: only out of that stage' });
const stageLeave = z
  .strictObject({ type: z.literal('stage-leave'), stage: keySchema, to: keySchema.optional() })
  .meta({ description: 'A stage ends; `to`: only into that stage' });
const stageFor = z
  .strictObject({ type: z.literal('stage-for'), stage: keySchema, for: durationUpTo(365) })
  .meta({ description: 'A stage has lasted so long: once in each stay' });

const segmentEnter = z
  .strictObject({ type: z.literal('segment-enter'), segment: keySchema })
  .meta({ description: 'She comes into a segment' });
const segmentLeave = z
  .strictObject({ type: z.literal('segment-leave'), segment: keySchema })
  .meta({ description: 'She goes out of a segment' });

const inactivity = z
  .strictObject({ type: z.literal('inactivity'), for: durationUpTo(365) })
  .meta({ description: 'No activity for so long: once in each silence' });

const score = z
  .strictObject({
    type: z.literal('score'),
    score: keySchema,
    crosses: z.enum(['up', 'down']).meta({ description: 'up: from below `at` to `at` or more; down: the other way' }),
    at: z.number(),
  })
  .meta({ description: 'A score passes a mark' });

export const onceSchema = z.strictObject({ day: daySchema, at: timeOfDaySchema });
export const everySchema = z
  .strictObject({
    unit: z.enum(['day', 'week', 'month']),
    interval: z
      .int()
      .min(1)
      .max(12)
      .optional()
      .meta({ description: 'Every second week: 2. Counted from the day it begins' }),
    weekdays: weekdaysSchema
      .optional()
      .meta({ description: 'Weeks only; the weekday of the day it begins if left out' }),
    dayOfMonth: z
      .union([z.int().min(1).max(31), z.literal('last')])
      .optional()
      .meta({
        description:
          'Months only: the day, or the last day of months that are shorter; that of the day it begins if left out',
      }),
    at: timeOfDaySchema,
    from: daySchema,
    until: daySchema.optional(),
  })
  .refine(({ unit, weekdays }) => weekdays === undefined || unit === 'week', 'weekdays are for every week')
  .refine(
    ({ unit, dayOfMonth }) => dayOfMonth === undefined || unit === 'month',
    'a day of the month is for every month',
  )
  .refine(({ from, until = '9999-12-31' }) => from <= until, 'it ends before it begins');

export const perMinuteSchema = z
  .int()
  .min(1)
  .max(1_000_000)
  .meta({ description: 'People a minute, so that what follows is not swamped; as fast as it goes if left out' });

const schedule = z
  .strictObject({
    type: z.literal('schedule'),
    who: expressionSchema.meta({ description: 'Who is taken in: all that it holds for when the time comes' }),
    once: onceSchema.optional().meta({ description: 'On one day, or `every` so often' }),
    every: everySchema.optional().meta({ description: 'Again and again, or `once`' }),
    zone: whoseZoneSchema.optional(),
    perMinute: perMinuteSchema.optional(),
  })
  .refine((entry) => (entry.once === undefined) !== (entry.every === undefined), 'say one of once and every')
  .meta({ description: 'A day and time come; the project’s clock unless `zone` is person' });

const date = z
  .strictObject({
    type: z.literal('date'),
    trait: z.string().min(1).max(100),
    before: durationUpTo(365).optional().meta({ description: 'Before or after that day, never both' }),
    after: durationUpTo(365).optional(),
    yearly: z
      .boolean()
      .optional()
      .meta({ description: 'A birthday comes each year; of 29 February on the 28th where there is none' }),
    at: timeOfDaySchema,
    zone: whoseZoneSchema.optional(),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, 'say before or after, not both')
  .meta({ description: 'The day in a trait comes, or is so far away' });

const trigger = z
  .strictObject({ type: z.literal('trigger') })
  .meta({ description: 'A server says so: POST /v1/trigger with the key of this journey' });

/** How a run of a journey can end. */
const EXIT_REASONS = ['finished', 'goal', 'condition', 'stopped'] as const;

const journeyExit = z
  .strictObject({
    type: z.literal('journey-exit'),
    journey: keySchema,
    because: z.array(z.enum(EXIT_REASONS)).min(1).max(4).optional(),
  })
  .meta({ description: 'She leaves another journey; `because`: only for these reasons' });

const placeNamed = { place: keySchema.optional(), group: keySchema.optional() };
const onePlace = ({ place, group }: { place?: string | undefined; group?: string | undefined }) =>
  (place === undefined) !== (group === undefined);
const ONE_PLACE = 'name a place, or a group of places';

const placeEnter = z
  .strictObject({ type: z.literal('place-enter'), ...placeNamed })
  .refine(onePlace, ONE_PLACE)
  .meta({ description: 'She comes to a place' });
const placeLeave = z
  .strictObject({ type: z.literal('place-leave'), ...placeNamed })
  .refine(onePlace, ONE_PLACE)
  .meta({ description: 'She leaves a place' });
const placeFor = z
  .strictObject({ type: z.literal('place-for'), ...placeNamed, for: durationUpTo(1) })
  .refine(onePlace, ONE_PLACE)
  .meta({ description: 'She has been at a place so long: once in each stay' });
const beacon = z
  .strictObject({
    type: z.literal('beacon'),
    place: keySchema,
    beacon: nameSchema.optional().meta({ description: 'One of the place’s beacons by its name; any if left out' }),
    proximity: z.enum(['immediate', 'near', 'far']).optional(),
  })
  .meta({ description: 'Her device sees a beacon of a place' });

export const entrySchema = z
  .discriminatedUnion('type', [
    event,
    stageEnter,
    stageLeave,
    stageFor,
    segmentEnter,
    segmentLeave,
    inactivity,
    score,
    schedule,
    date,
    trigger,
    journeyExit,
    placeEnter,
    placeLeave,
    placeFor,
    beacon,
  ])
  .meta({ id: 'JourneyEntry' });
export type JourneyEntry = z.infer<typeof entrySchema>;

/** When a journey lives: outside of it nobody enters; who is inside goes on. */
export const lifetimeSchema = z
  .strictObject({ from: momentSchema.optional(), until: momentSchema.optional() })
  .refine(
    ({ from, until }) => from === undefined || until === undefined || Date.parse(from) < Date.parse(until),
    'it ends before it begins',
  );
