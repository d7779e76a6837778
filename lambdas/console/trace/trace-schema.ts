import { z } from '@hono/zod-openapi';
import { RECEIVED } from '../../../domain/delivery/receipts/consequence.ts';
import { EXIT_REASONS } from '../../../domain/state/run.ts';
import type { Shown } from '../api/route.ts';
import { holdSchema } from '../delivery/hold-view.ts';
import { eventShape } from '../sources/recent-event-schema.ts';

const moment = z.iso.datetime();
const user = { userId: z.string().nullable(), anonymousId: z.string().nullable() };

const sendSchema = z.object({
  status: z.enum(['claimed', 'accepted', 'refused', 'withheld', 'expired', 'deferred', 'unknown']),
  decidedAt: moment,
  claimedAt: moment,
  providerId: z.string().nullable(),
  reason: z.string().nullable(),
  receipt: z
    .object({ outcome: z.enum(['no-receipt-yet', ...RECEIVED]), at: moment.nullable() })
    .nullable()
    .meta({ description: 'What the provider told last; null where nothing left, so that nothing will be told' }),
});

const decision = {
  id: z.string(),
  at: moment,
  by: z.string().nullable().meta({ description: 'The input that brought it' }),
};

/** Whose run of which journey. */
const journey = {
  journey: z.string(),
  version: z.int().meta({ description: 'The release that first had the graph she goes by' }),
  run: z.string(),
  group: z.enum(['holdout', 'test']).nullable(),
};

const of = z
  .object({ ...journey, step: z.string() })
  .nullable()
  .optional()
  .meta({ description: 'The step of a journey that writes it' });

export const effectSchema = z
  .discriminatedUnion('kind', [
    z.object({
      ...decision,
      kind: z.literal('transition'),
      from: z.string().nullable(),
      to: z.string(),
      cause: z.string(),
      reason: z.string(),
    }),
    z.object({
      ...decision,
      kind: z.literal('membership'),
      segment: z.string(),
      entered: z.boolean().meta({ description: 'Whether she entered the segment; else she left it' }),
      cause: z.string(),
    }),
    z.object({
      ...decision,
      kind: z.literal('message'),
      message: z.string(),
      channel: z.string().optional(),
      notAfter: moment.optional(),
      of,
      source: z
        .string()
        .nullable()
        .optional()
        .meta({ description: 'Whose key a program asked for it with; null: decided by itself' }),
      send: sendSchema.nullable().meta({ description: 'Null until somebody claims it' }),
      held: holdSchema
        .nullable()
        .optional()
        .meta({ description: 'What keeps it from leaving, as long as nobody has claimed it' }),
    }),
    z.object({
      ...decision,
      kind: z.literal('receipt'),
      channel: z.string(),
      outcome: z.enum(['bounced', 'complained']),
      sendId: z.string().meta({ description: 'The message it is about' }),
    }),
    z.object({
      ...decision,
      kind: z.literal('withheld'),
      message: z.string(),
      channel: z.string(),
      topic: z.string().nullable(),
      reason: z.string().meta({ description: 'Why it does not go, in words' }),
      until: moment.nullable().meta({ description: 'When it is decided anew; null: it is not sent at all' }),
      of,
    }),
    z.object({
      ...{ ...decision, kind: z.literal('run'), ...journey },
      entered: z.string().nullable().meta({ description: 'What took her in, in words; null: she was in it already' }),
      from: z
        .object({ step: z.string(), version: z.int().nullable() })
        .nullable()
        .meta({ description: 'Where she was, when she has left from there by no way of it, or by another version' }),
      passed: z
        .array(z.object({ step: z.string(), way: z.string().nullable() }))
        .meta({ description: 'The steps she has left, each with the way out of it where there are several' }),
      to: z.string().nullable().meta({ description: 'The step at which she is; null: she has left' }),
      left: z.enum(EXIT_REASONS).nullable(),
    }),
    z.object({
      ...{ ...decision, kind: z.literal('goal'), ...journey },
      step: z.string().nullable().meta({ description: 'The message whose doing it was' }),
      revenue: z.object({ amount: z.number(), currency: z.string() }).nullable(),
    }),
    z.object({ ...decision, kind: z.literal('call'), ...journey, step: z.string() }),
    z.object({ ...decision, kind: z.literal('merged'), mergedUserId: z.string() }),
    z.object({ ...decision, kind: z.literal('quarantine'), until: moment }),
  ])
  .meta({ id: 'Effect', description: 'What was decided, and of a message what became of it' });

/** How far a search got, and how far behind the present the lake is. */
const seen = {
  searched: z.object({ from: moment, to: moment, objects: z.int(), complete: z.boolean() }).nullable(),
  lake: z.object({ newestAt: moment.nullable(), ageSeconds: z.int().nullable() }),
};

export const traceSchema = z
  .object({
    kind: z.enum(['messageId', 'sendId', 'providerId']).meta({ description: 'As what the id was found' }),
    event: z
      .object({ ...eventShape, ...user, messageId: z.string(), sourceId: z.string(), time: moment, receivedAt: moment })
      .nullable(),
    user: z.object({
      ...user,
      counted: z
        .boolean()
        .nullable()
        .optional()
        .meta({ description: 'Whether her profile recognises the id; null where it cannot tell' }),
    }),
    effects: z.array(effectSchema),
    moreEffects: z.boolean(),
    note: z.string().optional(),
    ...seen,
  })
  .meta({ id: 'Trace' });

const seenSchema = z.object(seen);

export type Trace = Shown<typeof traceSchema>;
export type LakeSeen = Shown<typeof seenSchema>;
