import { DAY, HOUR, MINUTE, SECOND } from '../../calendar.ts';
import { parseDuration } from '../../duration.ts';
import type { DurationComparison, NumberComparison, ValueComparison } from '../comparison.ts';
import type { Filter } from '../filter.ts';

/** Comparisons in the words of somebody who reads what another has defined. */

/** In an order in which they read well: `at least 30 and less than 40`. */
const BOUNDS = [
  ['eq', 'exactly'],
  ['gt', 'more than'],
  ['gte', 'at least'],
  ['lt', 'less than'],
  ['lte', 'at most'],
] as const;

/** Says bounds: `more than 3 and at most 5`. */
export const sayBounds = <T>(
  bounds: { readonly [Name in (typeof BOUNDS)[number][0]]?: T | undefined },
  say: (bound: T) => string,
): string =>
  BOUNDS.flatMap(([name, words]) => {
    const bound = bounds[name];
    return bound === undefined ? [] : [`${words} ${say(bound)}`];
  }).join(' and ');

export const sayNumbers = (numbers: NumberComparison): string => sayBounds(numbers, String);

/** How often: `at least once`, `exactly 3 times`. */
export const sayTimes = (numbers: NumberComparison): string =>
  sayBounds(numbers, (times) => (times === 1 ? 'once' : `${times} times`));

/** How long ago, or for how long: `at least 30 days`. */
export const sayDurations = (durations: DurationComparison): string => sayBounds(durations, sayDuration);

const UNITS = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
] as const;

/** `P1DT12H` as `1 day 12 hours`; what was written in hours stays in hours, for a window of a day is another thing. */
export function sayDuration(duration: string): string {
  let left = parseDuration(duration) ?? 0;
  const units = duration.startsWith('PT') ? UNITS.slice(1) : UNITS;
  const words = units.flatMap(([length, unit]) => {
    const count = unit === 'second' ? left / length : Math.floor(left / length);
    left -= count * length;
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`];
  });
  return words.join(' ');
}

const MOST_LISTED = 10;

/** `a, b or c`; of a long list the beginning. */
export function sayOneOf(words: readonly string[]): string {
  const shown =
    words.length > MOST_LISTED + 1 ? [...words.slice(0, MOST_LISTED), `${words.length - MOST_LISTED} others`] : words;
  const [last = '', ...before] = shown.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`;
}

type Scalar = string | number | boolean;
const quoted = (value: Scalar): string => (typeof value === 'string' ? `“${value}”` : String(value));

/** What is asked of a value: `is “pro”`, `is at least 30 and less than 40`. */
export function sayValue(comparison: ValueComparison): string {
  const { is, isNot, in: isIn, notIn, contains, startsWith, exists, before, after } = comparison;
  const bounds = sayNumbers(comparison);
  return [
    ...(is === undefined ? [] : [`is ${quoted(is)}`]),
    ...(isNot === undefined ? [] : [`is not ${quoted(isNot)}`]),
    ...(isIn === undefined ? [] : [`is ${sayOneOf(isIn.map(quoted))}`]),
    ...(notIn === undefined ? [] : [`is not ${sayOneOf(notIn.map(quoted))}`]),
    ...(contains === undefined ? [] : [`contains ${quoted(contains)}`]),
    ...(startsWith === undefined ? [] : [`starts with ${quoted(startsWith)}`]),
    ...(exists === undefined ? [] : [exists ? 'is there' : 'is missing']),
    ...(bounds === '' ? [] : [`is ${bounds}`]),
    ...(before === undefined ? [] : [`is before ${before}`]),
    ...(after === undefined ? [] : [`is after ${after}`]),
  ].join(' and ');
}

/** Which events of a name are meant: `revenue is more than 50`. */
export const sayFilter = (filter: Filter): string => inFilter(filter, false);

function inFilter(filter: Filter, isPart: boolean): string {
  if ('all' in filter) return together(filter.all, 'and', inFilter, isPart);
  if ('any' in filter) return together(filter.any, 'or', inFilter, isPart);
  if ('not' in filter) return `not (${inFilter(filter.not, false)})`;
  const { property, ...comparison } = filter;
  return `${property} ${sayValue(comparison)}`;
}

/**
 * Several parts as one, in brackets where that is a part itself.
 * @param say is told whether what it says becomes one of several
 */
export function together<T>(
  parts: readonly T[],
  by: 'and' | 'or',
  say: (part: T, isPart: boolean) => string,
  isPart: boolean,
): string {
  const words = parts.map((part) => say(part, isPart || parts.length > 1)).join(` ${by} `);
  return isPart && parts.length > 1 ? `(${words})` : words;
}
