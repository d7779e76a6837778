import { z } from 'zod';
import { parseDuration } from '../../duration.ts';
import { expressionSchema } from '../expression.ts';
import {
  channelSchema,
  daySchema,
  descriptionSchema,
  durationSchema,
  durationUpTo,
  eventNameSchema,
  keySchema,
  nameSchema,
  percentSchema,
  timeOfDaySchema,
  weekdaysSchema,
  whoseZoneSchema,
} from '../fields.ts';
import { filterSchema } from '../filter.ts';

/** What can happen to somebody in a journey. Each step but `exit` says which one is next; other ways have names of their own. */

export const stepIdSchema = keySchema;
const next = stepIdSchema;
/** For people: what the step is called in the graph. */
const called = { title: nameSchema.optional(), note: descriptionSchema.optional() };

const value = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);

// --- messages

export const sendSchema = z
  .array(z.strictObject({ channel: channelSchema, template: keySchema }))
  .min(1)
  .max(6)
  .refine((ways) => new Set(ways.map(({ channel }) => channel)).size === ways.length, 'name each channel once')
  .meta({ description: 'The first on which she can be reached and has agreed; one message in all' });

export const prioritySchema = z
  .int()
  .min(1)
  .max(10)
  .meta({ description: 'Of two that may not both go, the higher goes; 5 if left out' });

export const atMostLateSchema = durationUpTo(14).meta({
  description:
    'Dropped rather than sent later than this; it waits for quiet hours and caps until then. P2D if left out',
});

export const templateDataSchema = z
  .record(z.string().min(1).max(60), value)
  .meta({ description: 'For the template: {{ data.NAME }}' });

const message = z
  .strictObject({
    type: z.literal('message'),
    ...called,
    send: sendSchema,
    fallbackAfter: durationUpTo(7).optional().meta({
      description: 'Goes on to the next way of `send` when nothing says after this long that the message arrived',
    }),
    class: z.enum(['marketing', 'transactional']).optional().meta({
      description:
        'The class of its template if left out, and no other: a publish refuses it. Transactional messages need no consent and know no caps and quiet hours: only what people asked for',
    }),
    priority: prioritySchema.optional(),
    atMostLate: atMostLateSchema.optional(),
    data: templateDataSchema.optional(),
    next,
    withheld: stepIdSchema
      .optional()
      .meta({ description: 'Where she goes on when it was withheld; `next` if left out' }),
  })
  .meta({ description: 'Writes to her' });

/** What can have become of a message, each including those before it where they follow from each other. */
const MESSAGE_OUTCOMES = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'withheld'] as const;
const becameOf = z.strictObject({
  step: stepIdSchema.meta({ description: 'A step `message` of this journey' }),
  was: z.enum(MESSAGE_OUTCOMES),
});

// --- waits

const wait = z
  .strictObject({ type: z.literal('wait'), ...called, for: durationUpTo(365), next })
  .meta({ description: 'So long' });

const waitUntil = z
  .strictObject({
    type: z.literal('wait-until'),
    ...called,
    at: timeOfDaySchema,
    weekdays: weekdaysSchema.optional(),
    day: daySchema
      .optional()
      .meta({ description: 'One day instead of weekdays; gone by already: she goes on at once' }),
    zone: whoseZoneSchema.optional(),
    next,
  })
  .refine(({ weekdays, day }) => weekdays === undefined || day === undefined, 'say weekdays or a day, not both')
  .meta({ description: 'Until the clock shows it the next time; the project’s clock unless `zone` is person' });

const waitForBestHour = z
  .strictObject({ type: z.literal('wait-for-best-hour'), ...called, within: durationUpTo(7), next })
  .meta({ description: 'Until the hour in which she is most often here, within so long' });

/** One of the things a wait can wait for. */
const awaited = z.union([
  z.strictObject({ event: eventNameSchema, where: filterSchema.optional(), next }),
  z.strictObject({ message: becameOf, next }),
  z.strictObject({ when: expressionSchema, next }),
]);

const waitFor = z
  .strictObject({
    type: z.literal('wait-for'),
    ...called,
    first: z.array(awaited).min(1).max(10).meta({ description: 'The first that comes says where she goes on' }),
    atMost: durationUpTo(365).meta({ description: 'By then she goes on by `otherwise`' }),
    otherwise: stepIdSchema.meta({ description: 'Where she goes on when nothing of it came' }),
  })
  .meta({ description: 'Until the first of several things comes; a condition that holds already comes at once' });

// --- ways

const way = { title: nameSchema.optional(), next };

const branch = z
  .strictObject({
    type: z.literal('branch'),
    ...called,
    branches: z
      .array(
        z.union([z.strictObject({ ...way, when: expressionSchema }), z.strictObject({ ...way, message: becameOf })]),
      )
      .min(1)
      .max(20),
    otherwise: stepIdSchema,
  })
  .meta({ description: 'The first way whose condition holds' });

const share = z.strictObject({ name: keySchema, percent: percentSchema, next });

const split = z
  .strictObject({ type: z.literal('split'), ...called, shares: z.array(share).min(2).max(20) })
  .meta({ description: 'By chance, always the same way for the same person' });

const experiment = z
  .strictObject({
    type: z.literal('experiment'),
    ...called,
    variants: z.array(share).min(1).max(20),
    holdout: z
      .strictObject({ percent: percentSchema, next })
      .optional()
      .meta({ description: 'So many of a hundred get none of them' }),
  })
  .meta({ description: 'By chance, and counted: which variant reaches the goal more often' });

// --- what else can be done

const code = z.union([
  z.strictObject({ shared: z.string().min(1).max(60).meta({ description: 'The same for everybody' }) }),
  z.strictObject({
    generated: z.strictObject({ prefix: z.string().max(20).optional(), characters: z.int().min(6).max(32) }),
  }),
  z.strictObject({ pool: keySchema.meta({ description: 'The binding `pool/NAME` of each stage' }) }),
]);

const offer = z
  .strictObject({
    type: z.literal('offer'),
    ...called,
    code: code.meta({ description: 'For templates: {{ offer.code }}, {{ offer.expiresAt }}' }),
    expires: durationUpTo(365),
    redeemedBy: z
      .strictObject({ event: eventNameSchema, property: z.string().min(1).max(200), where: filterSchema.optional() })
      .meta({ description: 'The event that redeems it, and the property that has the code' }),
    unless: stepIdSchema
      .optional()
      .meta({ description: 'Only if the offer of that step was not redeemed; else she goes on by `redeemed`' }),
    redeemed: stepIdSchema.optional(),
    next,
  })
  .refine(
    ({ unless, redeemed }) => (unless === undefined) === (redeemed === undefined),
    'say both, unless and redeemed, or none of them',
  )
  .meta({ description: 'Gives her a code' });

const setTrait = z
  .strictObject({
    type: z.literal('set-trait'),
    ...called,
    traits: z
      .record(z.string().min(1).max(100), value)
      .refine((traits) => Object.keys(traits).length > 0, 'name a trait')
      .refine((traits) => Object.keys(traits).length <= 20, 'at most 20 traits')
      .meta({ description: 'null takes the trait away' }),
    next,
  })
  .meta({ description: 'Notes something about her' });

const webhook = z
  .strictObject({
    type: z.literal('webhook'),
    ...called,
    endpoint: keySchema.meta({ description: 'The binding `endpoint/NAME` of each stage' }),
    body: z
      .string()
      .max(20_000)
      .optional()
      .meta({ description: 'JSON with placeholders; who she is and where in the journey if left out' }),
    timeout: durationSchema
      .refine((text) => (parseDuration(text) ?? 0) <= 10_000, 'at most PT10S')
      .optional()
      .meta({ description: 'How long its answer is waited for: PT10S at most, and if left out' }),
    next,
    failed: stepIdSchema.optional().meta({ description: 'Where she goes on when it was given up; `next` if left out' }),
  })
  .meta({ description: 'Tells another system' });

const handoff = z
  .strictObject({
    type: z.literal('handoff'),
    ...called,
    endpoint: keySchema.meta({ description: 'The binding `endpoint/NAME` of each stage' }),
    subject: z.string().min(1).max(200),
    text: z.string().max(5_000).optional(),
    queue: z.string().max(100).optional(),
    urgency: z.enum(['low', 'normal', 'high']).optional(),
    next,
    failed: stepIdSchema.optional(),
  })
  .meta({ description: 'Gives her to a person: a task in a helpdesk' });

const enterJourney = z
  .strictObject({ type: z.literal('enter-journey'), ...called, journey: keySchema, next })
  .meta({ description: 'Takes her into another journey as its rules allow; she goes on here too' });

const exit = z
  .strictObject({ type: z.literal('exit'), ...called, because: nameSchema.optional() })
  .meta({ description: 'She leaves the journey' });

export const stepSchema = z
  .discriminatedUnion('type', [
    message,
    wait,
    waitUntil,
    waitFor,
    waitForBestHour,
    branch,
    split,
    experiment,
    offer,
    setTrait,
    webhook,
    handoff,
    enterJourney,
    exit,
  ])
  .meta({ id: 'JourneyStep' });
export type JourneyStep = z.infer<typeof stepSchema>;
export type StepOf<Type extends JourneyStep['type']> = Extract<JourneyStep, { readonly type: Type }>;
