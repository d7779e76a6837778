import { DAY } from '../calendar.ts';
import { type CustomerEvent, countedName } from '../events/event.ts';
import type { Zone } from '../zone.ts';

/**
 * Something a project's definitions ask to be counted: an event by its name, perhaps only some of its kind, over days
 * or to the millisecond. Its id comes from a registry that never gives it to anything else.
 */
export interface Counter {
  readonly id: number;
  readonly event: string;
  readonly matches?: (event: CustomerEvent) => boolean;
  /** What to add up besides how often it happened, in millionths; undefined for an event without the amount. */
  readonly amount?: (event: CustomerEvent) => number | undefined;
  /** How many calendar days to hold, the newest included: at most 90. */
  readonly days?: number;
  /** How long single times are held (ms, at most 7 days), for windows of hours and for sequences. */
  readonly stamps?: number;
  /** It counts what was received from then on (ms); what came before is for a backfill to count. */
  readonly countsFrom: number;
}

export interface CounterDay {
  readonly day: number;
  readonly count: number;
  readonly micros: number;
}

/** What one person has of one counter. */
export interface CounterState {
  readonly days: readonly CounterDay[];
  /** Times (ms), ascending. */
  readonly stamps: readonly number[];
}

export type CounterStates = ReadonlyMap<number, CounterState>;

/** Counters in the form in which the fold asks for them. */
export interface CompiledCounters {
  readonly byEvent: ReadonlyMap<string, readonly Counter[]>;
  readonly byId: ReadonlyMap<number, Counter>;
}

/** Nobody means "the last fifty within the hour": beyond it, a count of single times stands still at that number. */
const MOST_STAMPS = 50;
/** A counter nobody publishes any more keeps what it has for as long as it could be wanted again (days). */
const UNUSED_DAYS = 90;

export function compileCounters(counters: readonly Counter[]): CompiledCounters {
  const byEvent = new Map<string, Counter[]>();
  for (const counter of counters) byEvent.set(counter.event, [...(byEvent.get(counter.event) ?? []), counter]);
  return { byEvent, byId: new Map(counters.map((counter) => [counter.id, counter])) };
}

/** Counts an event wherever it is asked for. */
export function countInCounters(
  states: CounterStates,
  event: CustomerEvent,
  { byEvent }: CompiledCounters,
  zone: Zone,
): CounterStates {
  const asking = byEvent.get(countedName(event) ?? '');
  if (asking === undefined) return states;
  const added: [number, CounterState][] = [];
  for (const { id, matches, amount, days, stamps, countsFrom } of asking) {
    if (event.receivedAt < countsFrom || (matches !== undefined && !matches(event))) continue;
    const micros = amount?.(event) ?? 0;
    added.push([
      id,
      {
        days: days === undefined ? [] : [{ day: zone.dayOf(event.time), count: 1, micros }],
        stamps: stamps === undefined ? [] : [event.time],
      },
    ]);
  }
  return mergeCounters(states, added);
}

/** Adds what others have counted: another profile, or a backfill. */
export function mergeCounters(states: CounterStates, others: Iterable<readonly [number, CounterState]>): CounterStates {
  let merged: Map<number, CounterState> | undefined;
  for (const [id, added] of others) {
    merged ??= new Map(states);
    const known = merged.get(id) ?? { days: [], stamps: [] };
    merged.set(id, { days: addDays(known.days, added.days), stamps: addStamps(known.stamps, added.stamps) });
  }
  return merged ?? states;
}

/**
 * Without what was counted so long ago that no window that looks back from `now` (ms) can see it, and without counters of
 * which nothing is left. One that is not published keeps 90 days: it may come back. (Not what is too old for the newest
 * count: a clock may be ahead by a day.)
 */
export function withoutUnused(
  states: CounterStates,
  now: number,
  byId: CompiledCounters['byId'],
  zone: Zone,
): CounterStates {
  if (states.size === 0) return states;
  const today = zone.dayOf(now);
  let kept: Map<number, CounterState> | undefined;
  for (const [id, { days, stamps }] of states) {
    const { days: width = UNUSED_DAYS, stamps: span = UNUSED_DAYS * DAY } = byId.get(id) ?? {};
    const oldest = today - width + 1;
    const earliest = now - span;
    if ((days[0]?.day ?? oldest) >= oldest && (stamps[0] ?? now) > earliest && days.length + stamps.length > 0)
      continue;
    kept ??= new Map(states);
    const left = { days: days.filter(({ day }) => day >= oldest), stamps: stamps.filter((time) => time > earliest) };
    if (left.days.length + left.stamps.length === 0) kept.delete(id);
    else kept.set(id, left);
  }
  return kept ?? states;
}

function addDays(days: readonly CounterDay[], added: readonly CounterDay[]): readonly CounterDay[] {
  if (added.length === 0) return days;
  const merged = days.slice();
  for (const one of added) {
    let place = merged.length;
    while (place > 0 && (merged[place - 1] as CounterDay).day > one.day) place--;
    const known = merged[place - 1];
    if (known?.day !== one.day) merged.splice(place, 0, one);
    else merged[place - 1] = { day: one.day, count: known.count + one.count, micros: known.micros + one.micros };
  }
  return merged;
}

const addStamps = (stamps: readonly number[], added: readonly number[]): readonly number[] =>
  added.length === 0 ? stamps : [...stamps, ...added].sort((a, b) => a - b).slice(-MOST_STAMPS);
