import { HOUR } from '../calendar.ts';
import { bucketOf } from '../hash.ts';
import type { Days } from '../state/days.ts';
import type { UserKey } from '../state/user-key.ts';
import type { Zone } from '../zone.ts';
import { ALWAYS_FALSE, ALWAYS_TRUE, type Answer } from './horizon.ts';

/** Something that is counted by calendar days, the earliest first. */
interface Dated {
  readonly day: number;
}

/** A window of calendar days that ends today. */
export interface Window {
  /** Days, today included. */
  readonly width: number;
  readonly today: number;
  readonly zone: Zone;
  /** Whose window: what falls on midnight is spread over the hour after it, by user. */
  readonly key: UserKey;
}

/** How long after midnight (ms) to look at somebody again. */
export const spreadOf = (key: UserKey): number => bucketOf(key, HOUR);

/**
 * Whether what the days of a window weigh adds up to at least `needed`, and until when that stays so: not until the sum
 * changes, but until the answer does, by one day after the other leaving the window at its old end.
 *
 * @param weigh never less than nothing, which saves most of the work
 */
export function atLeastInWindow<D extends Dated>(
  days: readonly D[],
  weigh: (day: D) => number,
  needed: number,
  window: Window,
): Answer<boolean> {
  let sum = 0;
  for (let i = days.length - 1; i >= 0; i--) {
    const entry = days[i] as D;
    if (entry.day <= window.today - window.width) break;
    sum += weigh(entry);
    // What is older can only add: the sum holds until this day leaves.
    if (sum >= needed) return untilLeaving(entry, true, window);
  }
  return sum >= needed ? ALWAYS_TRUE : ALWAYS_FALSE;
}

/** The same for any question about two sums over the days of a window, and for days that may weigh less than nothing. */
export function holdsInWindow<D extends Dated>(
  days: readonly D[],
  weigh: (day: D) => number,
  amount: (day: D) => number,
  holds: (weight: number, amount: number) => boolean,
  window: Window,
): Answer<boolean> {
  const oldest = firstAfter(days, window.today - window.width);
  let weight = 0;
  let sum = 0;
  for (let i = oldest; i < days.length; i++) {
    weight += weigh(days[i] as D);
    sum += amount(days[i] as D);
  }
  const value = holds(weight, sum);
  for (let i = oldest; i < days.length; i++) {
    const entry = days[i] as D;
    weight -= weigh(entry);
    sum -= amount(entry);
    if (holds(weight, sum) !== value) return untilLeaving(entry, value, window);
  }
  return value ? ALWAYS_TRUE : ALWAYS_FALSE;
}

/**
 * A question about days that move past each other, such as two windows one after the other: asked for today, and for every
 * later day on which the answer may be another.
 *
 * @param changes days on which it may change, in any order; those that are over are left out
 */
export function holdsByDay(
  changes: readonly number[],
  holds: (today: number) => boolean,
  { today, zone, key }: Omit<Window, 'width'>,
): Answer<boolean> {
  const value = holds(today);
  const later = changes.filter((day) => day > today).sort((a, b) => a - b);
  const next = later.find((day) => holds(day) !== value);
  if (next === undefined) return value ? ALWAYS_TRUE : ALWAYS_FALSE;
  const until = zone.startOfDay(next);
  return { value, until, due: until + spreadOf(key) };
}

/** Sum over the days from `first` to `last`, both included. */
export function sumBetween<D extends Dated>(
  days: readonly D[],
  weigh: (day: D) => number,
  first: number,
  last: number,
): number {
  let sum = 0;
  for (let i = firstAfter(days, first - 1); i < days.length; i++) {
    const entry = days[i] as D;
    if (entry.day > last) break;
    sum += weigh(entry);
  }
  return sum;
}

function firstAfter(days: readonly Dated[], day: number): number {
  let place = days.length;
  while (place > 0 && (days[place - 1] as Dated).day > day) place--;
  return place;
}

/** An answer that holds until a day has left the window. */
function untilLeaving(entry: Dated, value: boolean, { width, zone, key }: Window): Answer<boolean> {
  const until = zone.startOfDay(entry.day + width);
  return { value, until, due: until + spreadOf(key) };
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
