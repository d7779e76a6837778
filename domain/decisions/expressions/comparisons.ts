import { DAY, readMoment } from '../../calendar.ts';
import type { DurationComparison, NumberComparison, ValueComparison } from '../../catalog/comparison.ts';
import type { Filter } from '../../catalog/filter.ts';
import { parseDuration } from '../../duration.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import type { Zone } from '../../zone.ts';

/** Milliseconds of a duration that was checked when it was published. Throws for what is none. */
export function lengthOf(duration: string): number {
  const length = parseDuration(duration);
  if (length === undefined) throw new Error(`Not a duration: ${duration}`);
  return length;
}

/** Whether a window is of calendar days, and of how many. */
export const daysIn = (duration: string): number | undefined =>
  duration.includes('T') ? undefined : Math.round(lengthOf(duration) / DAY);

/** The day of `2026-11-30`, as days since 1970. */
export const dayOfIso = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / DAY);

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

export function compileNumbers({ eq, gt, gte, lt, lte }: NumberComparison): (value: number) => boolean {
  const least = Math.max(gte ?? Number.NEGATIVE_INFINITY, eq ?? Number.NEGATIVE_INFINITY);
  const most = Math.min(lte ?? Number.POSITIVE_INFINITY, eq ?? Number.POSITIVE_INFINITY);
  const above = gt ?? Number.NEGATIVE_INFINITY;
  const below = lt ?? Number.POSITIVE_INFINITY;
  return (value) => value >= least && value <= most && value > above && value < below;
}

/** The only bound of a comparison that has no upper one, as "at least" of whole numbers; undefined for all others. */
export function leastOf({ eq, gt, gte, lt, lte }: NumberComparison): number | undefined {
  if (eq !== undefined || lt !== undefined || lte !== undefined) return undefined;
  return Math.max(gte === undefined ? -Infinity : Math.ceil(gte), gt === undefined ? -Infinity : Math.floor(gt) + 1);
}

/** Part of the time line: from (ms, included) to (ms, excluded). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a moment is so long ago, as spans of time relative to it: "≥ 30 days" is from 30 days after it on. */
export function compileAgo({ gt, gte, lt, lte }: DurationComparison): Span {
  return {
    // Times are whole milliseconds.
    from: Math.max(
      gte === undefined ? Number.NEGATIVE_INFINITY : lengthOf(gte),
      gt === undefined ? Number.NEGATIVE_INFINITY : lengthOf(gt) + 1,
    ),
    to: Math.min(
      lt === undefined ? Number.POSITIVE_INFINITY : lengthOf(lt),
      lte === undefined ? Number.POSITIVE_INFINITY : lengthOf(lte) + 1,
    ),
  };
}

/** A moment as apps write it; a day alone is its first moment in the project's zone. */
export const momentIn = (value: Json | undefined, zone: Zone): number | undefined =>
  typeof value === 'string' && ISO_DAY.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`))
    ? zone.startOfDay(dayOfIso(value))
    : readMoment(value);

type ValueTest = (value: Json | undefined) => boolean;

/**
 * Tests a value of unknown origin. Nothing is there: `isNot`, `notIn` and `exists: false` hold, everything else does not.
 * Numbers in text count as numbers where sizes are compared; `contains` is an element of a list, or part of a text, and
 * like `startsWith` takes no notice of capitals.
 */
export function compileValue(comparison: ValueComparison, zone: Zone): ValueTest {
  const tests: ValueTest[] = [];
  const { is, isNot, contains, startsWith, exists, before, after } = comparison;
  if (is !== undefined) tests.push((value) => value === is);
  if (isNot !== undefined) tests.push((value) => value !== isNot);
  if (comparison.in !== undefined) tests.push(isOneOf(comparison.in));
  if (comparison.notIn !== undefined) {
    const isIn = isOneOf(comparison.notIn);
    tests.push((value) => !isIn(value));
  }
  if (contains !== undefined) tests.push(containing(contains));
  if (startsWith !== undefined) {
    const start = startsWith.toLowerCase();
    tests.push((value) => typeof value === 'string' && value.toLowerCase().startsWith(start));
  }
  if (exists !== undefined) tests.push((value) => (value !== undefined && value !== null) === exists);
  const { gt, gte, lt, lte } = comparison;
  if ([gt, gte, lt, lte].some((bound) => bound !== undefined)) {
    const holds = compileNumbers({ gt, gte, lt, lte });
    tests.push((value) => {
      const number = numberIn(value);
      return number !== undefined && holds(number);
    });
  }
  if (before !== undefined) {
    const end = momentIn(before, zone) ?? Number.NaN;
    tests.push((value) => (momentIn(value, zone) ?? Number.POSITIVE_INFINITY) < end);
  }
  if (after !== undefined) {
    // After a day is from the next one on.
    const start = ISO_DAY.test(after)
      ? zone.startOfDay(dayOfIso(after) + 1)
      : (momentIn(after, zone) ?? Number.NaN) + 1;
    tests.push((value) => (momentIn(value, zone) ?? Number.NEGATIVE_INFINITY) >= start);
  }
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (value) => tests.every((test) => test(value));
}

function isOneOf(values: readonly Json[]): ValueTest {
  const set = new Set<Json | undefined>(values);
  return (value) => set.has(value);
}

function containing(wanted: Json): ValueTest {
  const part = typeof wanted === 'string' ? wanted.toLowerCase() : undefined;
  return (value) => {
    if (Array.isArray(value))
      return value.some((element: Json) => element === wanted || (part !== undefined && lower(element) === part));
    return part !== undefined && typeof value === 'string' && value.toLowerCase().includes(part);
  };
}

const lower = (value: Json): Json => (typeof value === 'string' ? value.toLowerCase() : value);

function numberIn(value: Json | undefined): number | undefined {
  if (typeof value === 'string') {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  return typeof value === 'number' ? value : undefined;
}

/** Whether an event of a name is meant, by its properties. */
export function compileFilter(filter: Filter, zone: Zone): (properties: JsonObject) => boolean {
  if ('all' in filter) {
    const parts = filter.all.map((part) => compileFilter(part, zone));
    return (properties) => parts.every((holds) => holds(properties));
  }
  if ('any' in filter) {
    const parts = filter.any.map((part) => compileFilter(part, zone));
    return (properties) => parts.some((holds) => holds(properties));
  }
  if ('not' in filter) {
    const holds = compileFilter(filter.not, zone);
    return (properties) => !holds(properties);
  }
  const { property, ...comparison } = filter;
  const read = propertyReader(property);
  const holds = compileValue(comparison, zone);
  return (properties) => holds(read(properties));
}

/** Reads a property: by its whole name, else `a.b` as `b` within `a`. */
export function propertyReader(path: string): (properties: JsonObject) => Json | undefined {
  const steps = path.split('.');
  return (properties) => {
    if (Object.hasOwn(properties, path)) return properties[path];
    let value: Json | undefined = properties;
    for (const step of steps) {
      if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = (value as JsonObject)[step];
    }
    return value;
  };
}
