import { z } from 'zod';
import { expressionSchema } from '../expression.ts';
import { descriptionSchema, durationUpTo, eventNameSchema, nameSchema, percentSchema } from '../fields.ts';
import { filterSchema } from '../filter.ts';
import { entrySchema, lifetimeSchema } from './entry.ts';
import { stepIdSchema, stepSchema } from './step.ts';

const event = z.strictObject({ event: eventNameSchema, where: filterSchema.optional() });
const condition = z.strictObject({ when: expressionSchema });

export const goalSchema = z
  .strictObject({
    reached: z
      .union([event, condition])
      .meta({ description: 'What counts as reached: an event after she entered, or a condition that comes to hold' }),
    within: durationUpTo(90).meta({ description: 'After she entered, also when she has left' }),
    revenue: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'The property of the event that has the money' }),
    attribution: z.enum(['last-touch', 'first-touch']).optional().meta({
      description: 'Whose doing it was when several messages came before: the last one’s unless it says otherwise',
    }),
    exits: z.boolean().optional().meta({ description: 'She leaves when it is reached; she stays if this is false' }),
  })
  .refine(({ reached, revenue }) => revenue === undefined || 'event' in reached, 'only an event brings revenue');

const MOST_STEPS = 200;

/**
 * What happens to people one after the other. A graph of steps by their ids, which begins at `start`; loops go through a
 * step that waits. Who is in it goes by the version she entered.
 */
export const journeySchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    entries: z.array(entrySchema).min(1).max(10).meta({ description: 'Any of them takes her in' }),
    who: expressionSchema.optional().meta({ description: 'Who may enter, whatever the entry' }),
    again: z
      .union([z.literal('never'), z.literal('after-exit'), z.strictObject({ after: durationUpTo(365) })])
      .optional()
      .meta({
        description:
          'Whether she may come in again: never; when she has left; or so long after she left. Nobody is in it twice at the same time, but by `key`. `never` if left out',
      }),
    key: z.string().min(1).max(200).optional().meta({
      description:
        'A run for each value of this property of the event that took her in, such as orderId; `again` holds for each',
    }),
    lateness: durationUpTo(30)
      .optional()
      .meta({ description: 'An event that is older when it arrives takes nobody in. PT1H if left out' }),
    goal: goalSchema.optional().meta({ description: 'What the journey is for: counted, and credited to a message' }),
    exits: z
      .array(z.union([event, condition]))
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'She leaves as soon as one of them comes, wherever she is' }),
    priority: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'Of two journeys whose messages may not both go, the higher one’s goes; 5 if left out' }),
    holdout: percentSchema
      .max(50, 'at most half')
      .optional()
      .meta({ description: 'So many of a hundred go through without messages, so that its effect can be told' }),
    lives: lifetimeSchema.optional().meta({ description: 'Outside of it nobody enters; who is inside goes on' }),
    start: stepIdSchema.meta({ description: 'The step she comes to first' }),
    steps: z
      .record(stepIdSchema, stepSchema)
      .refine((steps) => Object.keys(steps).length > 0, 'a journey has at least one step')
      .refine((steps) => Object.keys(steps).length <= MOST_STEPS, `at most ${MOST_STEPS} steps`)
      .meta({ description: 'By their ids; loops go through a step that waits' }),
  })
  .refine(
    ({ key, entries }) => key === undefined || entries.every(({ type }) => type === 'event' || type === 'trigger'),
    'runs by key are for journeys that events or triggers take people into',
  )
  .meta({ id: 'Journey', description: 'What happens to people one after the other' });
export type JourneyBody = z.infer<typeof journeySchema>;
