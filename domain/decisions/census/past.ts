import { DAY, HOUR } from '../../calendar.ts';
import type { CounterSpec } from '../../catalog/counter-spec.ts';
import type { RegisteredCounter } from '../../catalog/live-catalog.ts';
import type { CustomerEvent } from '../../events/event.ts';
import { hash48 } from '../../hash.ts';
import { type EventsQuestion, MOST_NAMES } from '../../insights/lake-query.ts';
import {
  type CounterStates,
  compileCounters,
  countInCounters,
  mergeCounters,
  withoutUnused,
} from '../../state/counters.ts';
import { eventInput } from '../../state/input.ts';
import type { Profile } from '../../state/profile.ts';
import type { UserKey } from '../../state/user-key.ts';
import type { Zone } from '../../zone.ts';
import { counterOf } from '../expressions/counter.ts';

/** What the lake has to be asked so that counters can be counted as of `at` (ms), of what was received before `receivedBefore`. */
export function questionsAbout(
  counters: readonly RegisteredCounter[],
  zone: Zone,
  at: number,
  receivedBefore: number,
): readonly EventsQuestion[] {
  const names = [...new Set(counters.map(({ spec }) => spec.event))].sort();
  const from = Math.min(...counters.map(({ spec }) => earliest(spec, zone, at)));
  const questions: EventsQuestion[] = [];
  for (let i = 0; i < names.length; i += MOST_NAMES)
    // A clock may be ahead by a day.
    questions.push({ names: names.slice(i, i + MOST_NAMES), from, until: at + DAY, receivedBefore });
  return questions;
}

/** The first moment (ms) a counter counts as of `at`. */
function earliest({ keep }: CounterSpec, zone: Zone, at: number): number {
  if ('days' in keep) return zone.startOfDay(zone.dayOf(at) - keep.days + 1);
  if ('hours' in keep) return at - keep.hours * HOUR;
  // The day begins at most fourteen hours before it does in UTC.
  return keep.span === 'ever' ? 0 : Date.parse(keep.span[0]) - DAY;
}

/** What one person has of some counters. */
export interface PastOf {
  readonly user: UserKey;
  readonly counters: CounterStates;
}

/**
 * Counts events that come in order of their persons; each event only for counters that did not count it when it was
 * received, which is all of it for a counter with `countsFrom: 0`. A person of whom nothing counts is left out.
 */
export function counting(counters: readonly RegisteredCounter[], zone: Zone) {
  const compiled = compileCounters(
    counters.map((registered) => {
      const counter = counterOf(registered, zone);
      const { countsFrom } = registered;
      return {
        ...counter,
        countsFrom: Number.NEGATIVE_INFINITY,
        matches: (event: CustomerEvent) =>
          (countsFrom === 0 || event.receivedAt < countsFrom) && (counter.matches?.(event) ?? true),
      };
    }),
  );
  let user: UserKey | undefined;
  let states: CounterStates = new Map();
  const taken = (): PastOf | undefined =>
    user === undefined || states.size === 0 ? undefined : { user, counters: states };
  return {
    /** What the person before had, if this event is the first of another one. */
    take(event: CustomerEvent): PastOf | undefined {
      const next = eventInput(event).user;
      const before = next === user ? undefined : taken();
      if (next !== user) states = new Map();
      user = next;
      states = countInCounters(states, event, compiled, zone);
      return before;
    },
    /** What the last person had. */
    rest: taken,
  };
}

/** What people did before anybody counted it, by the hash of the key they did it under. */
export type Past = Map<number, CounterStates>;

export const addPast = (past: Past, { user, counters }: PastOf): void => {
  const hash = hash48(user);
  past.set(hash, mergeCounters(past.get(hash) ?? new Map(), counters));
};

/** A profile with its past, and that of everybody who has become part of it. */
export function withPast(profile: Profile, past: Past): Profile {
  let { counters } = profile;
  for (const hash of [hash48(profile.key), ...profile.folded]) {
    const own = past.get(hash);
    if (own !== undefined) counters = mergeCounters(counters, own);
  }
  return counters === profile.counters ? profile : { ...profile, counters };
}

/**
 * Whether what was sent to somebody as a backfill is in her profile. What no window can see any more was let go, and its
 * mark with it.
 */
export function isFilledWith(
  profile: Profile,
  { user, counters: sent }: PastOf,
  counters: readonly RegisteredCounter[],
  zone: Zone,
): boolean {
  const byId = new Map(counters.map((one) => [one.id, counterOf(one, zone)]));
  const seen = withoutUnused(sent, profile.asOf, byId, zone);
  const hash = hash48(user);
  return [...seen.keys()].every((id) => profile.counters.get(id)?.filled?.includes(hash));
}
