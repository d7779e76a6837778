import { DAY } from '../calendar.ts';
import { type CustomerEvent, countedName } from '../events/event.ts';
import { hash48 } from '../hash.ts';
import type { Zone } from '../zone.ts';
import type { UserKey } from './user-key.ts';

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
  /** Counts only what happened on these calendar days, both included, and keeps but the sum, the first time and the last. */
  readonly span?: { readonly from: number; readonly to: number };
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
  /** Times (ms), ascending; of a span the first and the last. */
  readonly stamps: readonly number[];
  /**
   * Hashes of the keys under which something was done whose past is in it, from before the counter began: it must not be
   * added again. Each key for itself, because what was done under another one may still be on its way to whom it became.
   */
  readonly filled?: readonly number[];
}

export type CounterStates = ReadonlyMap<number, CounterState>;

/** Counters in the form in which the fold asks for them. */
export interface CompiledCounters {
  readonly byEvent: ReadonlyMap<string, readonly Counter[]>;
  readonly byId: ReadonlyMap<number, Counter>;
}

/** In the place of a calendar day, where the sum of a span stands. */
const SPAN_DAY = 0;

/** The newest single times that are kept: beyond it their count stands still, so questions that need more are refused. */
export const MOST_STAMPS = 50;
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
  for (const counter of asking) {
    const { id, matches, countsFrom } = counter;
    if (event.receivedAt < countsFrom || (matches !== undefined && !matches(event))) continue;
    const state = countOnce(counter, event, zone);
    if (state !== undefined) added.push([id, state]);
  }
  return added.length === 0 ? states : mergeCounters(states, added);
}

/** What one event adds, whenever it was received. */
function countOnce(
  { amount, days, stamps, span }: Counter,
  event: CustomerEvent,
  zone: Zone,
): CounterState | undefined {
  const day = zone.dayOf(event.time);
  const micros = amount?.(event) ?? 0;
  if (span !== undefined)
    return day < span.from || day > span.to
      ? undefined
      : { days: [{ day: SPAN_DAY, count: 1, micros }], stamps: [event.time] };
  return {
    days: days === undefined ? [] : [{ day, count: 1, micros }],
    stamps: stamps === undefined ? [] : [event.time],
  };
}

/** Adds what others have counted: another profile, or a backfill. */
export function mergeCounters(states: CounterStates, others: Iterable<readonly [number, CounterState]>): CounterStates {
  let merged: Map<number, CounterState> | undefined;
  for (const [id, added] of others) {
    merged ??= new Map(states);
    merged.set(id, sumOf(merged.get(id) ?? NOTHING, added));
  }
  return merged ?? states;
}

const NOTHING: CounterState = { days: [], stamps: [] };

const sumOf = (known: CounterState, added: CounterState): CounterState => ({
  days: addDays(known.days, added.days),
  stamps: isSpan(added) ? outerOf(known.stamps, added.stamps) : addStamps(known.stamps, added.stamps),
  ...((known.filled ?? added.filled) !== undefined && { filled: union(known.filled, added.filled) }),
});

const isSpan = ({ days }: CounterState): boolean => days[0]?.day === SPAN_DAY;

/** Of a span the first time and the last are all that is asked for. */
function outerOf(known: readonly number[], added: readonly number[]): readonly number[] {
  const all = [...known, ...added].sort((a, b) => a - b);
  return all.length <= 2 ? all : [all[0] as number, all.at(-1) as number];
}

/** In one order, whichever came first. */
const union = (a: readonly number[] = [], b: readonly number[] = []): readonly number[] =>
  a.length === 0 ? b : [...new Set([...a, ...b])].sort((one, other) => one - other);

/**
 * Adds what was received under a key before counters began, to each of them once: what has been filled from it is left as it
 * is, however often and however late the same filling comes again.
 */
export function fillCounters(
  states: CounterStates,
  past: Iterable<readonly [number, CounterState]>,
  from: UserKey,
): CounterStates {
  const hash = hash48(from);
  const filling = [...past].filter(([id]) => states.get(id)?.filled?.includes(hash) !== true);
  return mergeCounters(
    states,
    filling.map(([id, state]) => [id, { ...state, filled: [hash] }]),
  );
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
    const { days: width = UNUSED_DAYS, stamps: length = UNUSED_DAYS * DAY, span } = byId.get(id) ?? {};
    if (span !== undefined || (days[0]?.day === SPAN_DAY && (stamps.at(-1) ?? 0) > now - UNUSED_DAYS * DAY)) continue;
    const oldest = today - width + 1;
    const earliest = now - length;
    if ((days[0]?.day ?? oldest) >= oldest && (stamps[0] ?? now) > earliest && days.length + stamps.length > 0)
      continue;
    kept ??= new Map(states);
    const left = {
      ...(states.get(id) ?? NOTHING),
      days: days.filter(({ day }) => day >= oldest),
      stamps: stamps.filter((time) => time > earliest),
    };
    // Who has not done it for so long has nothing to fill in, either: the mark may go.
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
