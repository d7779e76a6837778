import { DAY, HOUR, MINUTE, startOfDay } from './calendar.ts';
import type { Zone } from './zone.ts';

/** What a clock on the wall shows. */

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Of a calendar day (days since 1970-01-01). Monday is 0; 1970 began on a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** Milliseconds of the day of `22:30`, as definitions write it. */
export const msOfDay = (text: string): number => {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours ?? 0) * HOUR + (minutes ?? 0) * MINUTE;
};

/**
 * The first and the last moment at which a clock shows a local time (ms, as if it were UTC): two of them where it is set
 * back. Where it is set forward over it, that moment.
 */
export function momentsOf(local: number, zone: Zone): { readonly first: number; readonly last: number } {
  // Clocks are at most 14 hours off, and are not changed twice within two days.
  const before = local - zone.offsetAt(local - DAY);
  const after = local - zone.offsetAt(local + DAY);
  const shown = [before, after].filter((moment) => moment + zone.offsetAt(moment) === local);
  if (shown.length > 0) return { first: Math.min(...shown), last: Math.max(...shown) };
  // By the clock of afterwards it is not yet set forward, by that of before it is.
  let [low, high] = [after, before];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + zone.offsetAt(middle) < local) low = middle;
    else high = middle;
  }
  return { first: high, last: high };
}

/**
 * The moment (ms) at which a clock shows a time of a calendar day (ms of the day) for the first time. Of a time that the
 * clock leaves out, the first moment after the gap; of a day that the zone left out, the beginning of the next.
 */
export const momentOf = (zone: Zone, day: number, timeOfDay: number): number =>
  Math.max(zone.startOfDay(day), momentsOf(startOfDay(day) + timeOfDay, zone).first);
