import { z } from '@hono/zod-openapi';

const moment = z.iso.datetime();
const anything = z.record(z.string(), z.unknown());

const deviceSchema = z.object({
  id: z.string(),
  token: z.string().optional(),
  type: z.string().optional(),
  model: z.string().optional(),
  app: z.string().optional(),
  permission: z.string().optional(),
  lastSeen: moment.nullable(),
  installed: z.boolean().meta({ description: 'Whether the app is on it still' }),
});

const purchasesSchema = z.object({
  count: z.int().meta({ description: 'Orders completed, cancelled ones left out' }),
  cancelled: z.int(),
  refunds: z.int(),
  revenue: z.number().meta({ description: 'Spent in `currency`, less what was given back' }),
  currency: z.string().nullable().meta({ description: 'The one most was spent in' }),
  first: moment.nullable(),
  last: moment.nullable(),
  byCurrency: z.record(z.string(), z.number()),
});

/** A `PersonView`; docs/wire.md explains the fields. */
export const profileSchema = z
  .object({
    userId: z.string().nullable().meta({ description: 'Null for a device nobody has logged in on' }),
    mergedUserIds: z.array(z.string()).meta({ description: 'Other user ids that turned out to be hers' }),
    anonymousIds: z.array(z.string()),
    traits: anything,
    locale: z.string().nullable(),
    timeZone: z.string().nullable(),
    stage: z
      .object({
        name: z.string(),
        since: moment,
        cause: z.string(),
        reason: z.string(),
        previous: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'Null for devices, and for who was only imported' }),
    segments: z
      .array(
        z.object({
          key: z.string(),
          name: z.string(),
          since: moment,
          reason: z.string().nullable().meta({ description: 'By what, in a few words; null where a few do not tell' }),
        }),
      )
      .meta({ description: 'The published segments she is in, those she came into last first' }),
    journeys: z
      .array(
        z.object({
          journey: z.string(),
          name: z.string(),
          version: z.int(),
          key: z.string().nullable().meta({ description: 'Of a journey by key: which of her runs at once' }),
          step: z.string(),
          entered: moment,
          since: moment.meta({ description: 'When she came to the step' }),
          until: moment.nullable().meta({ description: 'When time moves her on from there; null: never by itself' }),
          group: z.enum(['holdout', 'test']).nullable(),
        }),
      )
      .meta({ description: 'The journeys she is in, those she came into last first' }),
    firstSeen: moment.nullable(),
    lastSeen: moment.nullable(),
    activeDays: z.int(),
    purchaseDays: z.int(),
    sessions: z.object({ count: z.int(), lastStart: moment, lastSeconds: z.int() }).nullable(),
    counts: z.record(z.string(), z.int()).meta({ description: 'How often each event happened' }),
    purchases: purchasesSchema,
    hours: z.array(z.int()).meta({ description: 'How often she was active in each hour of the day, in UTC' }),
    devices: z.array(deviceSchema),
    consent: z
      .record(
        z.string(),
        z.object({
          granted: z.boolean(),
          confirmed: z.boolean().meta({ description: 'She has proved that it was she who said yes' }),
          at: moment,
          source: z.string(),
          wording: z.string().nullable(),
        }),
      )
      .meta({ description: 'By channel (`email`) or channel and topic (`email/news`)' }),
    unreachable: z
      .record(z.string(), z.object({ reason: z.enum(['bounced', 'complained']), since: moment }))
      .meta({ description: 'By channel: why she is written to there no more, as long as her address stays as it is' }),
    waiting: z
      .array(
        z.object({ message: z.string(), channel: z.string(), decidedAt: moment, until: moment, reason: z.string() }),
      )
      .meta({ description: 'Messages that were decided and may not go yet: until when, and why' }),
    groups: z.array(z.object({ id: z.string(), traits: anything })),
    quarantinedUntil: moment.nullable(),
    asOf: moment.meta({ description: 'Up to when the profile has been evaluated' }),
  })
  .meta({ id: 'Profile' });

export const profileListSchema = z
  .object({
    profiles: z.array(profileSchema),
    more: z.boolean().meta({ description: 'Whether others have it too' }),
  })
  .meta({ id: 'ProfileList' });
