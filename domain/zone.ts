import { DAY, dayOf, HOUR, MINUTE, SECOND, startOfDay } from './calendar.ts';

/**
 * The calendar of a time zone. Times are milliseconds since 1970 (UTC), days are calendar days as days since 1970-01-01.
 *
 * Days never come back: where the clock is set back over midnight (00:01 → 23:01 in St. John's until 2011), the day that
 * has begun stays, though `hourOf` then says 23. A day begins the first time its midnight comes, or with its first
 * millisecond where DST leaves midnight out (São Paulo until 2018). `dayOf(startOfDay(day))` is `day` for each day there
 * is, and `startOfDay(dayOf(time))` is never later than `time`.
 */
export interface Zone {
  /** The name as this runtime's ICU writes it; other spellings and some aliases lead to the same. */
  readonly name: string;
  /** The local calendar day that `time` falls into. Never less for a later time. */
  dayOf(time: number): number;
  /**
   * The first millisecond of a local calendar day. Of a day the zone left out (2011-12-30 in Apia), that of the next one
   * there is: the day is empty, and windows that span it are 24 hours shorter.
   */
  startOfDay(day: number): number;
  /** The local hour at `time`, 0 to 23, as a clock on the wall shows it. */
  hourOf(time: number): number;
  /** What a clock on the wall shows at `time`, less `time` (ms). */
  offsetAt(time: number): number;
}

export const UTC: Zone = { name: 'UTC', dayOf, startOfDay, hourOf: (time) => hourOfDay(time), offsetAt: () => 0 };

const zones = new Map<string, Zone>([[UTC.name, UTC]]);

/**
 * The zone of a name that `readZoneName` takes; undefined for everything else. A zone is compiled when it is first asked
 * for, in some milliseconds, and kept: there are only as many as ICU has names.
 */
export function zoneNamed(name: string): Zone | undefined {
  const known = readZoneName(name);
  if (known === undefined) return undefined;
  let zone = zones.get(known);
  if (zone === undefined) {
    zone = compileZone(known);
    zones.set(known, zone);
  }
  return zone;
}

/**
 * `UTC`, `GMT`, or an area and a place. Not the offset `GMT+0000` that SDKs send, which holds on one day only; and not
 * the lone words that IANA keeps for old machines (`EST5EDT`, `Cuba`), because ICU has more of them with meanings of its
 * own: to it `CST` is Chicago, to its sender maybe Shanghai.
 */
const ZONE_NAME = /^(?:UTC|GMT|[a-z]+(?:\/[a-z\d_+-]+){1,2})$/i;
const LONGEST_NAME = 40;

/** What names were found to be. Senders make names up, so it is emptied when it is full. */
const namesRead = new Map<string, string | undefined>();
const NAMES_READ = 2_000;

/**
 * The name of a time zone in ICU's spelling, from a value of unknown origin such as `context.timezone`. Undefined for
 * what is no zone: offsets, abbreviations, and zones that this runtime does not know (yet).
 */
export function readZoneName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) return undefined;
  const read = namesRead.get(value);
  if (read !== undefined || namesRead.has(value)) return read;
  const name = ZONE_NAME.test(value) ? nameInIcu(value) : undefined;
  if (namesRead.size >= NAMES_READ) namesRead.clear();
  namesRead.set(value, name);
  return name;
}

function nameInIcu(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** From `start` (ms) until the next one starts, local time is UTC and `offset` (ms). */
interface Segment {
  readonly start: number;
  readonly offset: number;
}

function compileZone(name: string): Zone {
  const clock = segmentsOf(name);
  const calendar = withoutReturningDays(clock);
  const offsetOfClock = offsetLookup(clock);
  const offsetOfCalendar = offsetLookup(calendar);
  const starts = Float64Array.from(calendar, ({ start }) => start);
  const offsets = Float64Array.from(calendar, ({ offset }) => offset);
  const firstDays = Float64Array.from(calendar, ({ start, offset }) => dayOf(start + offset));
  return {
    name,
    dayOf: (time) => dayOf(time + offsetOfCalendar(time)),
    startOfDay(day) {
      // Begins in the last segment that an earlier day began, or else with the segment after it.
      const place = lastAtMost(firstDays, day - 1);
      return Math.min(startOfDay(day) - (offsets[place] as number), starts[place + 1] ?? Number.POSITIVE_INFINITY);
    },
    hourOf: (time) => hourOfDay(time + offsetOfClock(time)),
    offsetAt: offsetOfClock,
  };
}

const hourOfDay = (localTime: number) => Math.floor((localTime - startOfDay(dayOf(localTime))) / HOUR);

/** Before and after these, the nearest offset is taken: nobody knows the rules of 2100. */
const TABLE_START = Date.UTC(1980, 0, 1);
const TABLE_END = Date.UTC(2100, 0, 1);
/** Shorter than the shortest time between two changes: DST lasted for 6 days and 23 hours in Boa Vista in 2000. */
const SCAN_STEP = 6 * DAY;

function segmentsOf(name: string): Segment[] {
  const labelAt = offsetLabels(name);
  let label = labelAt(TABLE_START);
  const segments = [{ start: Number.NEGATIVE_INFINITY, offset: offsetOf(label) }];
  for (let time = TABLE_START; time < TABLE_END; time += SCAN_STEP) {
    const next = labelAt(time + SCAN_STEP);
    if (next === label) continue;
    const start = firstSecond(time, time + SCAN_STEP, (at) => labelAt(at) === next);
    segments.push({ start, offset: offsetOf(next) });
    label = next;
  }
  return segments;
}

/** The first full second (ms) after `before` at which `holds`, which it does not at `before` and does at `after`. */
function firstSecond(before: number, after: number, holds: (time: number) => boolean): number {
  let [low, high] = [before / SECOND, after / SECOND];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle * SECOND)) high = middle;
    else low = middle;
  }
  return high * SECOND;
}

/** What ICU says about the offset at a time, as "GMT-03:30", or "GMT" for none. Takes a microsecond: only for tables. */
function offsetLabels(name: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  return (time) => format.format(time).slice('2026, '.length);
}

function offsetOf(label: string): number {
  const [, sign, hours, minutes, seconds = 0] = /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(label) ?? [];
  const size = Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE + Number(seconds) * SECOND;
  return sign === '-' ? -size : size;
}

/** The segments that calendar days go by: the clock is set back over a midnight only when that midnight comes again. */
const withoutReturningDays = (segments: readonly Segment[]): Segment[] =>
  segments.map(({ start, offset }, place) => {
    const before = segments[place - 1];
    if (before === undefined) return { start, offset };
    const begun = dayOf(start - 1 + before.offset);
    return { start: Math.max(start, startOfDay(begun) - offset), offset };
  });

/** The offset at a time, by binary search; times come in runs, so the segment found last is tried first. */
function offsetLookup(segments: readonly Segment[]): (time: number) => number {
  const starts = Float64Array.from(segments, ({ start }) => start);
  const offsets = Float64Array.from(segments, ({ offset }) => offset);
  let [from, until, offset] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  return (time) => {
    if (time >= from && time < until) return offset;
    const place = lastAtMost(starts, time);
    from = starts[place] as number;
    until = starts[place + 1] ?? Number.POSITIVE_INFINITY;
    offset = offsets[place] as number;
    return offset;
  };
}

/** Place of the last of ascending `values` that is at most `limit`; the first place if there is none. */
function lastAtMost(values: Float64Array, limit: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] as number) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
