import type { ActiveDay, Days } from '../state/days.ts';
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
  window: Window,
  neverNegative: boolean,
): Answer<boolean> {
  let sum = 0;
  let oldest = days.length;
  while (oldest > 0 && (days[oldest - 1] as ActiveDay).day > window.today - window.width) {
    oldest--;
    const entry = days[oldest] as ActiveDay;
    sum += weigh(entry);
    // What is older can only add: the sum holds until this day leaves.
    if (neverNegative && sum >= needed) return untilLeaving(entry, true, window);
  }
  const value = sum >= needed;
  if (neverNegative) return always(value);
  for (let i = oldest; i < days.length; i++) {
    const entry = days[i] as ActiveDay;
    sum -= weigh(entry);
    if (sum >= needed !== value) return untilLeaving(entry, value, window);
  }
  return always(value);
}

/** An answer that holds until a day has left the window. */
function untilLeaving(entry: ActiveDay, value: boolean, { width, zone, spread }: Window): Answer<boolean> {
  const until = zone.startOfDay(entry.day + width);
  return { value, until, due: until + spread };
}

/**
 * Lower median of the days between consecutive active days, among the `width` days up to the newest active one.
 * Undefined when there are fewer than `fewest` gaps.
 */
export function medianGap({ days, olderDays }: Days, width: number, fewest: number): number | undefined {
  const older = olderDays.days;
  // Gaps are whole days and shorter than the window, so counting them is faster than sorting them.
  const counts = new Uint16Array(width);
  let gaps = 0;
  let newest: number | undefined;
  let after: number | undefined;
  for (let i = days.length + older.length - 1; i >= 0; i--) {
    const kept = days[i - older.length];
    // A day on which nothing but a cancellation happened was no active one. After her last activity, such a day may have
    // made older days of some that are in her window still.
    if (kept?.events === 0) continue;
    const day = kept?.day ?? (older[i] as number) >> 1;
    newest ??= day;
    if (day <= newest - width) break;
    if (after !== undefined) {
      counts[after - day] = (counts[after - day] as number) + 1;
      gaps++;
    }
    after = day;
  }
  if (gaps < Math.max(1, fewest)) return undefined;
  let below = (gaps - 1) >> 1;
  let gap = 0;
  while (below >= (counts[gap] as number)) below -= counts[gap++] as number;
  return gap;
}
