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

/**
 * Lower median of the days between consecutive active days, among the `width` days up to the newest active one.
 * Undefined when there are fewer than `fewest` gaps.
 */
export function medianGap(days: readonly ActiveDay[], width: number, fewest: number): number | undefined {
  const newest = days[days.length - 1];
  if (newest === undefined) return undefined;
  let first = days.length - 1;
  while (first > 0 && (days[first - 1] as ActiveDay).day > newest.day - width) first--;
  const gaps = days.length - 1 - first;
  if (gaps < Math.max(1, fewest)) return undefined;

  // Gaps are whole days and shorter than the window, so counting them is faster than sorting them.
  const counts = new Uint16Array(width);
  for (let i = first; i < days.length - 1; i++) {
    const gap = (days[i + 1] as ActiveDay).day - (days[i] as ActiveDay).day;
    counts[gap] = (counts[gap] as number) + 1;
  }
  let below = (gaps - 1) >> 1;
  let gap = 0;
  while (below >= (counts[gap] as number)) below -= counts[gap++] as number;
  return gap;
}
