import type { Json } from '../json.ts';
import type { Cause } from './cause.ts';
import type { Consent } from './consent.ts';
import type { CounterState } from './counters.ts';
import type { ActiveDay, OlderDays } from './days.ts';
import type { Device } from './devices.ts';
import type { Group } from './groups.ts';
import type { Latest } from './latest.ts';
import type { Memberships } from './memberships.ts';
import type { Purchases } from './purchases.ts';
import type { UnreachableAddresses } from './reachability.ts';
import type { RecentInput } from './recent.ts';
import type { PastRun, Run } from './run.ts';
import type { Sessions } from './sessions.ts';
import type { Signal } from './signals.ts';
import type { Stage } from './stage.ts';
import type { EventTotal } from './totals.ts';
import type { Trait } from './traits.ts';
import type { UserKey } from './user-key.ts';
import type { WaitingMessage } from './waiting.ts';

/**
 * Everything known of one user. Times are milliseconds since 1970, days are days since 1970. Only `advance` changes it,
 * and only by giving a part a new value: the parts themselves are never changed, so that a copy costs next to nothing.
 * What may be missing is there as undefined: an object whose properties come and go is slow to copy.
 *
 * The parts under "folded" are sums, extremes, unions and latest values of what came in: the order in which inputs
 * arrive does not matter to them, and those of two profiles can be put together (`mergeProfiles`). The parts under
 * "decided" depend on what was known when.
 */
export interface Profile {
  readonly key: UserKey;
  /** Minted from the first input and never changed: the ids of effects and assignments come from it. */
  readonly lineage: string;
  /** Number of commits so far; the next commit succeeds only if it still is this. 0: never stored. */
  readonly version: number;
  /** When the first input of all was received. */
  readonly bornAt: number;
  /** The latest "now" under which the profile was evaluated. */
  asOf: number;
  /** The number of the catalog it was evaluated under. */
  plan: number;

  // Folded: who she is.
  /** Ids of devices seen together with her, in order of appearance. */
  anonymousIds: readonly string[];
  /** User ids she was known under besides the key's. */
  mergedIds: readonly string[];
  /** 48-bit hashes of the keys of all profiles that were folded into this one: what makes folding once-only. */
  folded: readonly number[];
  traits: ReadonlyMap<string, Trait>;
  locale: Latest<string> | undefined;
  /** IANA name. */
  timeZone: Latest<string> | undefined;
  groups: readonly Group[];
  devices: readonly Device[];
  /** When the app was uninstalled nobody knows where: it ends whatever device was last seen before. */
  uninstalledAt: number | undefined;
  /** By channel (`email`) or channel and topic (`email/news`). */
  consent: ReadonlyMap<string, Consent>;
  /** Addresses that are written to no more. */
  unreachable: UnreachableAddresses;

  // Folded: what she did.
  activity: Activity;
  events: readonly EventTotal[];
  /** Active days, ascending: the last 92 up to the newest one. */
  days: readonly ActiveDay[];
  olderDays: OlderDays;
  counters: ReadonlyMap<number, CounterState>;
  purchases: Purchases;
  /** How often she was active in each hour of the day, in UTC: 24 numbers, or none. */
  hours: readonly number[];
  /** Explicit ends (account deleted, subscription cancelled) and their opposites, by the signal's name. */
  signals: ReadonlyMap<string, Signal>;

  // Decided.
  sessions: Sessions | undefined;
  /** Of a person only: a device nobody logged in on has no stage. */
  stage: StageEntry | undefined;
  /** Of a person only, as the stage. */
  segments: Memberships;
  /** The first activity that ended the last dormancy or churn. */
  returnedAt: number | undefined;
  /** When each built-in message was last decided. */
  messages: ReadonlyMap<string, number>;
  /** The marketing messages she was lately meant to get, oldest first: what caps look at. */
  contacts: readonly Contact[];
  /** Messages that were decided and may not go yet. */
  waiting: readonly WaitingMessage[];
  /** The journeys she is in, or was in until lately, in the order in which she entered. */
  runs: readonly Run[];
  /** The last time of each journey, and key of it, that she is in no more. */
  pastRuns: readonly PastRun[];
  /** The inputs received in the last 24 h (at most 256), oldest first: what makes counting once-only. */
  recent: readonly RecentInput[];
  /** Hashes of devices' keys that belong to somebody else, so that nobody asks again with each event. */
  strangers: readonly number[];
  /** When a user who sends more than people do has cooled down (`quarantine.ts`). */
  heat: number | undefined;
  /** Until when her inputs are left aside. */
  quarantinedUntil: number | undefined;
  /** The next moment to look at the profile again if nothing comes in. */
  dueAt: number | undefined;
  /**
   * Whose answer changes then: a segment's id, `STAGE`, `WAITING`, `JOURNEYS` or `NOBODY`. Undefined: not known (never looked at, or what it was
   * set for has changed since).
   */
  dueBy: number | undefined;
}

export const STAGE = 0;
export const NOBODY = -1;
/** A message may go then. */
export const WAITING = -2;
/** A journey moves her on then, or takes her in. */
export const JOURNEYS = -3;

export interface Activity {
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** First activity under a known id. */
  readonly known: number | undefined;
  /** The first input under a known id that was not imported: when it happened, at latest when it was received. */
  readonly live: number | undefined;
}

/** A marketing message on its way to her. */
export interface Contact {
  readonly at: number;
  readonly channel: string;
}

export interface StageEntry {
  readonly name: Stage;
  readonly since: number;
  readonly cause: Cause;
  readonly reason: string;
  readonly previous?: Stage;
}

const NO_ACTIVITY: Activity = { first: undefined, last: undefined, known: undefined, live: undefined };
const NOTHING_OLDER: OlderDays = { days: [], active: 0, bought: 0 };
const NO_PURCHASES: Purchases = { count: 0, cancelled: 0, refunds: 0, spentMicros: new Map() };

/** A profile that has seen nothing yet. */
export const newProfile = (key: UserKey, lineage: string, bornAt: number): Profile => ({
  key,
  lineage,
  version: 0,
  bornAt,
  asOf: bornAt,
  plan: 0,
  anonymousIds: [],
  mergedIds: [],
  folded: [],
  traits: new Map(),
  locale: undefined,
  timeZone: undefined,
  groups: [],
  devices: [],
  uninstalledAt: undefined,
  consent: new Map(),
  unreachable: new Map(),
  activity: NO_ACTIVITY,
  events: [],
  days: [],
  olderDays: NOTHING_OLDER,
  counters: new Map(),
  purchases: NO_PURCHASES,
  hours: [],
  signals: new Map(),
  sessions: undefined,
  stage: undefined,
  segments: new Map(),
  returnedAt: undefined,
  messages: new Map(),
  contacts: [],
  waiting: [],
  runs: [],
  pastRuns: [],
  recent: [],
  strangers: [],
  heat: undefined,
  quarantinedUntil: undefined,
  dueAt: undefined,
  dueBy: undefined,
});

/**
 * A profile that may be changed while this one stays as it is: the parts themselves are shared, since they never change.
 * Property by property, so that all profiles are objects of one shape: `{ ...profile }` takes ten times as long, and half as
 * many events a second would be reduced.
 */
export const copyOf = (profile: Profile): Profile => ({
  key: profile.key,
  lineage: profile.lineage,
  version: profile.version,
  bornAt: profile.bornAt,
  asOf: profile.asOf,
  plan: profile.plan,
  anonymousIds: profile.anonymousIds,
  mergedIds: profile.mergedIds,
  folded: profile.folded,
  traits: profile.traits,
  locale: profile.locale,
  timeZone: profile.timeZone,
  groups: profile.groups,
  devices: profile.devices,
  uninstalledAt: profile.uninstalledAt,
  consent: profile.consent,
  unreachable: profile.unreachable,
  activity: profile.activity,
  events: profile.events,
  days: profile.days,
  olderDays: profile.olderDays,
  counters: profile.counters,
  purchases: profile.purchases,
  hours: profile.hours,
  signals: profile.signals,
  sessions: profile.sessions,
  stage: profile.stage,
  segments: profile.segments,
  returnedAt: profile.returnedAt,
  messages: profile.messages,
  contacts: profile.contacts,
  waiting: profile.waiting,
  runs: profile.runs,
  pastRuns: profile.pastRuns,
  recent: profile.recent,
  strangers: profile.strangers,
  heat: profile.heat,
  quarantinedUntil: profile.quarantinedUntil,
  dueAt: profile.dueAt,
  dueBy: profile.dueBy,
});

/** How often an event of this name happened, first and last; undefined when it never did. */
export const totalOf = ({ events }: Profile, name: string): EventTotal | undefined =>
  events.find((total) => total.name === name);

/** The value of a trait, undefined when it was never set or has been removed. */
export function traitOf(profile: Profile, name: string): Exclude<Json, null> | undefined {
  return profile.traits.get(name)?.value ?? undefined;
}
