import { DAY, dayOf, parseIsoTime, readMoment } from '../../calendar.ts';
import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import { parseDuration } from '../../duration.ts';
import type { Json } from '../../json.ts';
import { momentOf, msOfDay } from '../../wall-clock.ts';
import type { Zone } from '../../zone.ts';
import { nameOfDay } from './schedule.ts';

/** Entries by the day in a trait: a birthday, a renewal, so many days before or after. */

type DateEntry = Extract<JourneyEntry, { readonly type: 'date' }>;

/** A `date` entry in the form in which it is asked. */
export interface DateRule {
  /** The occurrence is so many calendar days after the date; negative: before it. */
  readonly days: number;
  /** And so long after that (ms), where it is not said in whole days; negative: before it. */
  readonly rest: number;
  readonly yearly: boolean;
  /** Milliseconds of the day. */
  readonly timeOfDay: number;
}

/**
 * A week before a renewal at 09:00 is seven calendar days before, at 09:00: hours are only counted where the entry says
 * more than whole days.
 */
export function compileDateRule({ before, after, yearly = false, at }: DateEntry): DateRule {
  const away = (parseDuration(after) ?? 0) - (parseDuration(before) ?? 0);
  const days = Math.trunc(away / DAY);
  return { days, rest: away - days * DAY, yearly, timeOfDay: msOfDay(at) };
}

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
/** How dates are written by who has no form of their own for days. */
const MIDNIGHT_UTC = /^\d{4}-\d{2}-\d{2}T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$/;

/**
 * The calendar day (days since 1970-01-01) that a trait says; undefined for what is no date. A day, or midnight in UTC, is
 * that day for everybody; any other moment is the day that it falls into in the zone.
 */
export function readDay(value: Json | undefined, zone: Zone): number | undefined {
  // Birthdays are before 1980, where `readMoment` begins.
  const time = parseIsoTime(value) ?? readMoment(value);
  if (time === undefined) return undefined;
  if (typeof value !== 'string' || !(ISO_DAY.test(value) || MIDNIGHT_UTC.test(value))) return zone.dayOf(time);
  // 30 February would be read as 2 March.
  return value.startsWith(nameOfDay(dayOf(time))) ? dayOf(time) : undefined;
}

/** The first occurrence after a moment (both ms); undefined: there is none to come. */
export function nextDate(rule: DateRule, day: number, zone: Zone, after: number): number | undefined {
  return occurrencesAround(rule, day, zone, after).find((time) => time > after);
}

/** The last occurrence up to a moment (both ms), that moment included; undefined: there was none yet. */
export function lastDate(rule: DateRule, day: number, zone: Zone, atMost: number): number | undefined {
  return occurrencesAround(rule, day, zone, atMost).findLast((time) => time <= atMost);
}

/** In ascending order those between which `time` lies. */
function occurrencesAround(rule: DateRule, day: number, zone: Zone, time: number): number[] {
  const timeOn = (date: number) => momentOf(zone, date + rule.days, rule.timeOfDay) + rule.rest;
  if (!rule.yearly) return [timeOn(day)];
  const date = new Date(day * DAY);
  const year = new Date(time).getUTCFullYear();
  // A date that comes each year is up to a year away from its occurrence, and a day off in another zone.
  return [-2, -1, 0, 1, 2]
    .map((away) => year + away)
    .filter((one) => one >= date.getUTCFullYear())
    .concat(date.getUTCFullYear() > year + 2 ? [date.getUTCFullYear()] : [])
    .map((one) => timeOn(dayInYear(one, date.getUTCMonth(), date.getUTCDate())));
}

/** Of 29 February the 28th in years that have none. */
function dayInYear(year: number, month: number, dayOfMonth: number): number {
  const isThere = new Date(Date.UTC(year, month, dayOfMonth)).getUTCMonth() === month;
  return dayOf(Date.UTC(year, month, isThere ? dayOfMonth : dayOfMonth - 1));
}
