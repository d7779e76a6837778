import type { ActiveDay } from '../state/days.ts';
import type { Zone } from '../zone.ts';
import { type Answer, always } from './horizon.ts';

/** A window of calendar days that ends today. */
export interface Window {
  /** Days, today included. */
  readonly width: number;
  readonly today: number;
  readonly zone: Zone;
  /** How long after midnight (ms) to look again; see `Answer.due`. */
  readonly spread: number;
}

/**
 * Whether what the days of a window weigh adds up to at least `needed`, and until when that stays so: not until the sum
 * changes, but until the answer does, by one day after the other leaving the window at its old end.
 *
 * @param neverNegative that no day weighs less than nothing, which saves most of the work
 */
export function atLeastInWindow(
  days: readonly ActiveDay[],
  weigh: (day: ActiveDay) => number,
  needed: number,
  { width, today, zone, spread }: Window,
  neverNegative: boolean,
): Answer<boolean> {
  const changesWith = ({ day }: ActiveDay, value: boolean): Answer<boolean> => {
    const until = zone.startOfDay(day + width);
    return { value, until, due: until + spread };
  };
  let sum = 0;
  let oldest = days.length;
  while (oldest > 0 && (days[oldest - 1] as ActiveDay).day > today - width) {
    oldest--;
    const entry = days[oldest] as ActiveDay;
    sum += weigh(entry);
    // What is older can only add: the sum holds until this day leaves.
    if (neverNegative && sum >= needed) return changesWith(entry, true);
  }
  const value = sum >= needed;
  if (neverNegative) return always(value);
  for (let i = oldest; i < days.length; i++) {
    const entry = days[i] as ActiveDay;
    sum -= weigh(entry);
    if (sum >= needed !== value) return changesWith(entry, value);
  }
  return always(value);
}

/**
 * Lower median of the days between consecutive active days, among the `width` days up to the newest active one.
 * Undefined when there are fewer than `fewest` gaps.
 */
export function medianGap(all: readonly ActiveDay[], width: number, fewest: number): number | undefined {
  // A day on which nothing but a cancellation happened was no active one.
  const days = all.every(({ events }) => events > 0) ? all : all.filter(({ events }) => events > 0);
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
