import { z } from 'zod';
import { DAY } from '../calendar.ts';
import { parseDuration } from '../duration.ts';
import { WEEKDAYS } from '../wall-clock.ts';
import { readZoneName } from '../zone.ts';

/** What definitions of several types are made of. */

/** The key of a definition. */
export const keySchema = z
  .string()
  .regex(/^[a-z][a-z\d-]{0,63}$/, 'a key is up to 64 small letters, digits and hyphens, and begins with a letter');

/** How people call it; need not be unique. */
export const nameSchema = z.string().min(1).max(120);
export const descriptionSchema = z.string().max(2_000);
/** The name of an event or of one of its properties. */
export const eventNameSchema = z.string().min(1).max(200);

/** From a moment on a day is an exact 24 hours. */
export const durationSchema = z
  .string()
  .max(40)
  .refine(
    (value) => (parseDuration(value) ?? 0) > 0,
    'write a duration such as P30D or PT12H; months have no length of their own',
  )
  // Times stay within what a calendar can say.
  .refine((value) => (parseDuration(value) ?? 0) <= 36_525 * DAY, 'a hundred years (P36525D) are the longest')
  .meta({ format: 'duration' });

export const durationUpTo = (days: number) =>
  durationSchema.refine((text) => (parseDuration(text) ?? 0) <= days * 86_400_000, `at most P${days}D`);

export const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'write a day as 2026-11-30')
  .refine((day) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true, 'there is no such day');

/** On a clock on the wall. */
export const timeOfDaySchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a time of day as 09:30');

/** With its offset, so that it is the same moment for everybody. */
export const momentSchema = z.iso.datetime({
  offset: true,
  error: 'write a moment with its offset, such as 2026-11-30T09:00:00+01:00',
});

const noneTwice = (values: readonly unknown[]) => new Set(values).size === values.length;
export const weekdaysSchema = z.array(z.enum(WEEKDAYS)).min(1).max(7).refine(noneTwice, 'name each weekday once');

export const whoseZoneSchema = z
  .enum(['project', 'person'])
  .meta({ description: 'Whose clock counts: the project’s if left out, or each person’s own where it is known' });

export const zoneNameSchema = z
  .string()
  .refine((name) => readZoneName(name) !== undefined, 'write a time zone such as Europe/Berlin');

export const localeSchema = z
  .string()
  .regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/, 'write a language such as de, or with its country de-AT');

export const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'a country is two capital letters, such as DE');

/** What people agree or refuse to be written to on. The engine's names, not a project's. */
export const CHANNELS = ['email', 'sms', 'push', 'whatsapp', 'web-push', 'in-app', 'webhook'] as const;
export const channelSchema = z.enum(CHANNELS);

/** Of a hundred; with two digits after the point at most, so that weights can add up exactly. */
export const percentSchema = z
  .number()
  .gt(0)
  .max(100)
  .refine((percent) => Number.isInteger(Math.round(percent * 1e6) / 1e4), 'at most two digits after the point');
