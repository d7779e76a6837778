import type { Json } from '../../json.ts';
import type { Cause } from '../cause.ts';
import type { Stage } from '../stage.ts';
import type { PackedPastRun, PackedRun, PackedRunRef } from './runs.ts';

/** Milliseconds since the profile's birth; negative for what happened before it. */
export type T = number;

/** Traits of one writer together: most come from one identify. */
export type PackedTraits = readonly (readonly [T, string, Readonly<Record<string, Json>>])[];

/** Packed form: short names, times relative to birth (`T`), whatever is empty left out. */
export interface Packed {
  /** Codec version */
  readonly c: number;
  /** Lineage */
  readonly l: string;
  /** Born at; every other time is relative to it. */
  readonly b: number;
  /** As of */
  readonly o: T;
  /** Number of the catalog */
  readonly n?: number;
  /** Anonymous ids */
  readonly a?: readonly string[];
  /** Other user ids */
  readonly k?: readonly string[];
  /** Hashes of what was folded, 8 characters each */
  readonly f?: string;
  /** Hashes of others' devices, 8 characters each */
  readonly y?: string;
  readonly t?: PackedTraits;
  /** Locale */
  readonly w?: readonly [string, T];
  /** Time zone */
  readonly z?: readonly [string, T];
  /** Groups */
  readonly q?: readonly (readonly [string, T, PackedTraits])[];
  /** Devices: id, seen, uninstalled, fields; a field said when it was last seen stands alone, else with its time. */
  readonly v?: readonly (readonly [
    string,
    T | null,
    T | null,
    Readonly<Record<string, string | readonly [string, T]>>,
  ])[];
  /** Uninstalled, nobody knows where */
  readonly U?: T;
  /** Consent by what it is about: granted, when, source, wording */
  readonly j?: Readonly<Record<string, readonly [0 | 1, T, string, string?]>>;
  /** Addresses that are written to no more, by hash: since when, why (0: bounced, 1: complained) */
  readonly R?: Readonly<Record<string, readonly [T, 0 | 1]>>;
  /** Activity: first, last, first under a known id; first live input under one */
  readonly x?: readonly (T | null)[];
  /** Totals per event name: names (or their places in SPEC_NAMES); count, first and last − first of each */
  readonly e?: readonly [readonly (string | number)[], string];
  /** Active days: days since the one before (first: since 1970), events, orders, cancellations */
  readonly d?: string;
  /** Older days: days since the one before × 2 + bought; how many active and bought are older still */
  readonly O?: readonly [string, number, number];
  /**
   * Counters, flat: id, days (days since the one before, count × 2 + 1 where the amount is below zero, micros), times
   * (since the one before; first: since birth)
   */
  readonly C?: readonly (number | string)[];
  /** Counters that were filled, flat: id, hashes of the keys from which, 8 characters each */
  readonly F?: readonly (number | string)[];
  /** Purchases: count, first, last, micros per currency, cancelled, refunds */
  readonly p?: readonly [number, T | null, T | null, Readonly<Record<string, number>>, number?, number?];
  /** Hours: 24 counts */
  readonly h?: string;
  /** Signals: ended, resumed */
  readonly s?: Readonly<Record<string, readonly [T | null, T | null]>>;
  /** Visits: count, start of the last, its length, its id */
  readonly S?: readonly [number, T, number, string?];
  /** Stage: name, since, cause, reason, previous */
  readonly g?: readonly [Stage, T, Cause, string, Stage?];
  /** Segments she is in: id − the one before, and since when, signed */
  readonly M?: string;
  /** Returned at */
  readonly r?: T;
  /** Built-in messages */
  readonly m?: Readonly<Record<string, T>>;
  /** Contacts, flat: when, channel */
  readonly K?: readonly (T | string)[];
  /** Waiting messages: which, channel, decided, how long they are worth sending, how long they wait, priority, why, by what, topic (0: none), for which step */
  readonly W?: readonly (readonly [
    string,
    'email',
    T,
    number,
    number,
    number,
    string,
    string,
    (string | 0)?,
    PackedRunRef?,
  ])[];
  readonly J?: readonly PackedRun[];
  readonly P?: readonly PackedPastRun[];
  /** Recent inputs: the newest one's minute; per group of one minute 3 characters of how long before that, and 8 per hash */
  readonly i?: readonly [number, string];
  /** Heat */
  readonly H?: T;
  /** Quarantined until */
  readonly Q?: T;
  /** Due at */
  readonly u?: T;
  /** Whose answer changes then */
  readonly B?: number;
}

export type Relative = (time: number) => T;
export type Absolute = (time: T) => number;

/** Characters of a hash. */
export const HASH = 8;

/** `Object.fromEntries` defines its properties, so a name like `__proto__` stays a name. */
export const record = <V, P>(map: ReadonlyMap<string, V>, pack: (value: V) => P): Record<string, P> =>
  Object.fromEntries([...map].map(([name, value]) => [name, pack(value)]));
