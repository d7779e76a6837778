import { z } from 'zod';
import {
  channelSchema,
  countrySchema,
  durationUpTo,
  eventNameSchema,
  keySchema,
  localeSchema,
  percentSchema,
  timeOfDaySchema,
  weekdaysSchema,
  zoneNameSchema,
} from './fields.ts';

/** A profile knows the last 200 messages it was meant to get. */
const cap = z.strictObject({ most: z.int().min(1).max(200), within: durationUpTo(90) });
const caps = z.array(cap).min(1).max(5);

const quietHours = z.strictObject({
  /** May be later than `to`: quiet over midnight then. On the person's clock where her zone is known. */
  from: timeOfDaySchema,
  to: timeOfDaySchema,
  /** Of the evening on which they begin; every day if left out. */
  weekdays: weekdaysSchema.optional(),
  channels: z.array(channelSchema).min(1).max(7).optional(),
});

/** A score that events raise and time lowers. */
const score = z.strictObject({
  halfLife: durationUpTo(365),
  weights: z
    .record(eventNameSchema, z.number().min(-1_000).max(1_000))
    .refine((weights) => Object.keys(weights).length > 0, 'give at least one event its weight')
    .refine((weights) => Object.keys(weights).length <= 50, 'at most 50 events have weights'),
});

const utmValue = z.string().min(1).max(100);

/** What is measured of marketing emails, and of whom. */
const tracking = z.strictObject({
  /** That somebody followed a link. Without saying so: yes. */
  clicks: z.boolean().optional(),
  /** That somebody looked at a message, by a picture in it. Without saying so: no. */
  opens: z.boolean().optional(),
  /** Whether it is measured of those who have said nothing about `tracking`. Without saying so: assumed. */
  consent: z.enum(['assumed', 'required']).optional(),
  /** What links to the brand's website carry for web statistics. */
  utm: z
    .union([
      z.literal(false),
      z.strictObject({ source: utmValue.optional(), medium: utmValue.optional(), campaign: utmValue.optional() }),
    ])
    .optional(),
});

/** What holds for the whole project. What is left out is as it is without settings. */
export const settingsSchema = z
  .strictObject({
    /** Whose calendar days windows count. Fixed at the first deployment: here only so that a folder cannot be pushed to a stage of another zone. */
    zone: zoneNameSchema.optional(),
    quietHours: z.array(quietHours).min(1).max(7).optional(),
    caps: z
      .strictObject({ total: caps.optional(), channels: z.partialRecord(channelSchema, caps).optional() })
      .optional(),
    builtInMessages: z
      .strictObject({ welcome: z.boolean().optional(), 'we-miss-you': z.boolean().optional() })
      .optional()
      .meta({ description: 'Those that are false are not sent' }),
    scores: z.record(keySchema, score).optional(),
    /** So many of a hundred never get marketing messages, so that their effect can be told. */
    holdout: percentSchema.max(50, 'at most half').optional(),
    approvals: z
      .strictObject({ audienceAbove: z.int().min(0).max(1_000_000_000).optional() })
      .optional()
      .meta({ description: 'A publish that starts journeys for more people than this needs a second person' }),
    defaultLocale: localeSchema.optional(),
    tracking: tracking.optional(),
    /** Where a phone number without its country may come from, the likeliest first. */
    countries: z.array(countrySchema).min(1).max(250).optional(),
  })
  .meta({ id: 'Settings', description: 'What holds for the whole project' });
export type SettingsBody = z.infer<typeof settingsSchema>;
