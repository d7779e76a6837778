import type { Json } from '../json.ts';
import type { Stage } from './stage.ts';
import type { UserKey } from './user-key.ts';

/**
 * Everything known of one user. Times are milliseconds since 1970, days are days since 1970. Only `advance` changes it.
 * What may be missing is there as undefined: an object whose properties come and go is slow to copy.
 */
export interface Profile {
  readonly key: UserKey;
  /** Minted from the first input and never changed: the ids of effects and assignments come from it. */
  readonly lineage: string;
  /** Number of commits so far; the next commit succeeds only if it still is this. 0: never stored. */
  readonly version: number;
  /** The latest "now" under which the profile was evaluated. */
  asOf: number;
  /** When the first input of all was received. */
  readonly bornAt: number;
  /** Ids of devices seen together with a known user, in order of appearance. */
  anonymousIds: string[];
  traits: Map<string, Trait>;
  activity: Activity;
  /** Totals per event name. A list and not a map: it is copied with every event, and a list copies twenty times faster. */
  events: EventTotal[];
  /** Active days, ascending: the last 90 up to the newest one. */
  days: ActiveDay[];
  purchases: Purchases;
  /** Explicit ends (account deleted, subscription cancelled) and their opposites, by the signal's name. */
  signals: Map<string, Signal>;
  /** Of a person only: a device nobody logged in on has no stage. */
  stage: StageEntry | undefined;
  /** The first activity that ended the last dormancy or churn. */
  returnedAt: number | undefined;
  /** When each built-in message was last decided. */
  messages: Map<string, number>;
  /** The inputs received in the last 24 h (at most 256), oldest first: what makes counting once-only. */
  recent: RecentInput[];
  /** The next moment to look at the profile again if nothing comes in. */
  dueAt: number | undefined;
}

/** A trait's value and its writer: the event time, and for ties the hash of the message id. A null value was removed. */
export interface Trait {
  readonly value: Json;
  readonly time: number;
  readonly writer: string;
}

export interface Activity {
  first?: number;
  last?: number;
}

export interface EventTotal {
  readonly name: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

export interface ActiveDay {
  readonly day: number;
  readonly events: number;
  readonly orders: number;
}

export interface Purchases {
  count: number;
  first?: number;
  last?: number;
  /** Millionths of the currency's unit, by ISO 4217 code: integers, since sums of fractions depend on their order. */
  spentMicros: Map<string, number>;
}

export interface Signal {
  readonly endedAt?: number;
  readonly resumedAt?: number;
}

/** The 48-bit hash of an input's id, and when it was received. */
export interface RecentInput {
  readonly hash: number;
  readonly at: number;
}

/** Why a stage changed. Only what people do and the passing of time may start a journey. */
export type Cause = 'activity' | 'time' | 'signal';

export interface StageEntry {
  readonly name: Stage;
  readonly since: number;
  readonly cause: Cause;
  readonly reason: string;
  readonly previous?: Stage;
}

/** A profile that has seen nothing yet. */
export const newProfile = (key: UserKey, lineage: string, bornAt: number): Profile => ({
  key,
  lineage,
  version: 0,
  asOf: bornAt,
  bornAt,
  anonymousIds: [],
  traits: new Map(),
  activity: {},
  events: [],
  days: [],
  purchases: { count: 0, spentMicros: new Map() },
  signals: new Map(),
  stage: undefined,
  returnedAt: undefined,
  messages: new Map(),
  recent: [],
  dueAt: undefined,
});

/**
 * A copy that can be changed without touching the original. The parts inside of its containers are shared: they are
 * replaced and never changed, so that copying a long history costs next to nothing.
 */
export const copyProfile = (profile: Profile): Profile => ({
  ...profile,
  anonymousIds: [...profile.anonymousIds],
  traits: new Map(profile.traits),
  activity: { ...profile.activity },
  events: [...profile.events],
  days: [...profile.days],
  purchases: { ...profile.purchases, spentMicros: new Map(profile.purchases.spentMicros) },
  signals: new Map(profile.signals),
  messages: new Map(profile.messages),
  recent: [...profile.recent],
});

/** How often an event of this name happened, first and last; undefined when it never did. */
export const totalOf = ({ events }: Profile, name: string): EventTotal | undefined =>
  events.find((total) => total.name === name);

/** The value of a trait, undefined when it was never set or has been removed. */
export function traitOf(profile: Profile, name: string): Exclude<Json, null> | undefined {
  return profile.traits.get(name)?.value ?? undefined;
}
