import { momentOf, WEEKDAYS, type Weekday, weekdayOf } from '../../wall-clock.ts';
import type { Zone } from '../../zone.ts';

/** A weekday is in each seven days; a day of them may be one that the zone left out. */
const FURTHEST = 14;

/**
 * The first moment (ms) after `after` at which the clock comes to show a time of day (ms of the day): never `after` itself.
 * Of one that is shown twice on a day the first counts. A day that the zone left out has no such moment.
 *
 * @param weekdays only on these; any if undefined, at least one
 */
export function nextTimeOfDay(zone: Zone, after: number, timeOfDay: number, weekdays?: readonly Weekday[]): number {
  // What DST leaves out at the end of a day comes at the beginning of the next one.
  const first = zone.dayOf(after) - 1;
  for (let day = first; day <= first + FURTHEST; day++) {
    if (weekdays !== undefined && !weekdays.includes(WEEKDAYS[weekdayOf(day)] as Weekday)) continue;
    const moment = momentOf(zone, day, timeOfDay);
    if (moment > after && isThere(zone, day)) return moment;
  }
  throw new Error('No weekday was named');
}

/** Whether the zone has that calendar day: Apia has no 2011-12-30. */
export const isThere = (zone: Zone, day: number): boolean => zone.startOfDay(day) < zone.startOfDay(day + 1);
