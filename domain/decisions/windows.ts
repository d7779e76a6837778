import { startOfDay } from '../calendar.ts';
import type { ActiveDay } from '../state/profile.ts';
import { type Answer, always } from './horizon.ts';

/**
 * Whether the days of a calendar window (today and the `width` − 1 before it) add up to at least `needed`. When they do,
 * the answer holds until the day that completes the sum, counted from the newest back, leaves the window: not until the
 * sum changes, but until the answer does.
 *
 * @param spread how long after midnight (ms) to look again; see `Answer.due`
 */
export function atLeastInWindow(
  days: readonly ActiveDay[],
  weigh: (day: ActiveDay) => number,
  needed: number,
  width: number,
  today: number,
  spread: number,
): Answer<boolean> {
  let sum = 0;
  for (let i = days.length - 1; i >= 0; i--) {
    const entry = days[i] as ActiveDay;
    if (entry.day <= today - width) break;
    sum += weigh(entry);
    if (sum >= needed) {
      const until = startOfDay(entry.day + width);
      return { value: true, until, due: until + spread };
    }
  }
  return always(false);
}

/** Days between consecutive active days among those not older than `width` days, the newest active day included; ascending. */
export function gapsBetween(days: readonly ActiveDay[], width: number): number[] {
  const newest = days[days.length - 1];
  if (newest === undefined) return [];
  const gaps: number[] = [];
  for (let i = days.length - 1; i > 0; i--) {
    const earlier = days[i - 1] as ActiveDay;
    if (earlier.day <= newest.day - width) break;
    gaps.push((days[i] as ActiveDay).day - earlier.day);
  }
  return gaps.sort((a, b) => a - b);
}
