import { DAY, dayOf } from '../../calendar.ts';
import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import { momentOf, msOfDay, WEEKDAYS, weekdayOf } from '../../wall-clock.ts';
import type { Zone } from '../../zone.ts';
import { dayOfIso } from '../expressions/comparisons.ts';
import { isThere } from './next-time-of-day.ts';

/** When scheduled journeys and campaigns begin: once, or every so many days, weeks or months. */

type Every = NonNullable<ScheduleEntry['every']>;
type ScheduleEntry = Extract<JourneyEntry, { readonly type: 'schedule' }>;

/** As much of a `schedule` entry as says when. */
export type Schedule = Pick<ScheduleEntry, 'once' | 'every'>;

export interface Occurrence {
  /** The calendar day, by which an occurrence is known wherever its time comes first. */
  readonly day: number;
  /** When the zone's clock shows its time (ms). */
  readonly at: number;
}

/** The name of a calendar day: `2026-11-30`. */
export const nameOfDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** The time of day (ms of it) at which it begins on each of its days. */
export const timeOfSchedule = ({ once, every }: Schedule): number => msOfDay((once ?? every)?.at ?? '00:00');

/**
 * The first occurrence after a moment (ms) by the clock of a zone; undefined: there is none to come. What is every so often
 * leaves out a day that the zone has left out; what is once comes with the day after it.
 */
export function nextOccurrence(schedule: Schedule, zone: Zone, after: number): Occurrence | undefined {
  const timeOfDay = timeOfSchedule(schedule);
  const on = (day: number): Occurrence => ({ day, at: momentOf(zone, day, timeOfDay) });
  const { once, every } = schedule;
  if (once !== undefined) {
    const occurrence = on(dayOfIso(once.day));
    return occurrence.at > after ? occurrence : undefined;
  }
  if (every === undefined) return undefined;
  const from = dayOfIso(every.from);
  const until = every.until === undefined ? Number.POSITIVE_INFINITY : dayOfIso(every.until);
  // What DST leaves out at the end of a day comes at the beginning of the next one.
  let day = nextDay(every, from, Math.max(from, zone.dayOf(after) - 1));
  while (day <= until) {
    const occurrence = on(day);
    if (occurrence.at > after && isThere(zone, day)) return occurrence;
    day = nextDay(every, from, day + 1);
  }
  return undefined;
}

/** The first day from `day` on that is one of those; `day` is not before `from`, the day on which it begins. */
function nextDay({ unit, interval = 1, weekdays, dayOfMonth }: Every, from: number, day: number): number {
  if (unit === 'day') return from + Math.ceil((day - from) / interval) * interval;
  if (unit === 'month') return nextOfMonths(interval, dayOfMonth ?? new Date(from * DAY).getUTCDate(), from, day);
  const wished = weekdays?.map((name) => WEEKDAYS.indexOf(name)) ?? [weekdayOf(from)];
  let next = day;
  // Every second week is every second one from Monday to Sunday, the one in which it begins included.
  while (((mondayOf(next) - mondayOf(from)) / 7) % interval !== 0 || !wished.includes(weekdayOf(next))) next++;
  return next;
}

const mondayOf = (day: number) => day - weekdayOf(day);

function nextOfMonths(interval: number, dayOfMonth: number | 'last', from: number, day: number): number {
  const first = monthOf(from);
  let month = first + Math.ceil((monthOf(day) - first) / interval) * interval;
  if (dayInMonth(month, dayOfMonth) < day) month += interval;
  return dayInMonth(month, dayOfMonth);
}

/** Months since 1970. */
const monthOf = (day: number): number => {
  const date = new Date(day * DAY);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
};

/** The last day of months that are shorter. */
function dayInMonth(month: number, dayOfMonth: number | 'last'): number {
  const last = dayOf(Date.UTC(1970, month + 1, 0));
  if (dayOfMonth === 'last') return last;
  return Math.min(last, dayOf(Date.UTC(1970, month, dayOfMonth)));
}
