import { readHash, writeHash } from '../hash.ts';
import type { Json } from '../json.ts';
import { type ActiveDay, type Cause, newProfile, type Profile } from './profile.ts';
import type { Stage } from './stage.ts';
import type { UserKey } from './user-key.ts';

/**
 * The version this code writes. It reads this one and every older one; a version is written only one release after it
 * can be read, so that a release can be rolled back.
 */
const CODEC_VERSION = 1;

/** Packed form: short names, times relative to birth (`T`), whatever is empty left out. */
interface Packed {
  /** Codec version */
  readonly c: number;
  /** Lineage */
  readonly l: string;
  /** Born at; every other time is relative to it. */
  readonly b: number;
  /** As of */
  readonly o: T;
  /** Anonymous ids */
  readonly a?: readonly string[];
  /** Traits, those of one writer together: most come from one identify. */
  readonly t?: readonly (readonly [T, string, Readonly<Record<string, Json>>])[];
  /** First and last activity */
  readonly x?: readonly [T, T];
  /** Totals per event name: count, first, last − first */
  readonly e?: Readonly<Record<string, readonly [number, T, number]>>;
  /** Active days, flat: days since the one before (first: since 1970), events, orders */
  readonly d?: readonly number[];
  /** Purchases: count, first, last, micros per currency */
  readonly p?: readonly [number, T, T, Readonly<Record<string, number>>];
  /** Signals: ended, resumed */
  readonly s?: Readonly<Record<string, readonly [T | null, T | null]>>;
  /** Stage: name, since, cause, reason, previous */
  readonly g?: readonly [Stage, T, Cause, string, Stage?];
  /** Returned at */
  readonly r?: T;
  /** Built-in messages */
  readonly m?: Readonly<Record<string, T>>;
  /** Recent inputs: 8 characters of hash and 6 of the minute each */
  readonly i?: string;
  /** Due at */
  readonly u?: T;
}

/** Milliseconds since the profile's birth; negative for what happened before it. */
type T = number;

export type DecodedProfile =
  | { readonly outcome: 'profile'; readonly profile: Profile }
  /** Written by a newer release: only that one may touch it. */
  | { readonly outcome: 'unknown-version'; readonly codecVersion: number };

/** The text a profile is stored as. Key and version travel beside it. */
export function encodeProfile(profile: Profile): string {
  const { bornAt, activity, purchases, stage } = profile;
  const rel = (time: number): T => time - bornAt;
  const packed: Packed = {
    c: CODEC_VERSION,
    l: profile.lineage,
    b: bornAt,
    o: rel(profile.asOf),
    ...(profile.anonymousIds.length > 0 && { a: profile.anonymousIds }),
    ...(profile.traits.size > 0 && { t: packTraits(profile) }),
    ...(activity.first !== undefined && { x: [rel(activity.first), rel(activity.last ?? activity.first)] }),
    ...(profile.events.length > 0 && {
      e: Object.fromEntries(
        profile.events.map(({ name, count, first, last }) => [name, [count, rel(first), last - first] as const]),
      ),
    }),
    ...(profile.days.length > 0 && { d: packDays(profile.days) }),
    ...(purchases.first !== undefined && {
      p: [
        purchases.count,
        rel(purchases.first),
        rel(purchases.last ?? purchases.first),
        record(purchases.spentMicros, (micros) => micros),
      ],
    }),
    ...(profile.signals.size > 0 && {
      s: record(
        profile.signals,
        ({ endedAt, resumedAt }) =>
          [endedAt === undefined ? null : rel(endedAt), resumedAt === undefined ? null : rel(resumedAt)] as const,
      ),
    }),
    ...(stage !== undefined && {
      g:
        stage.previous === undefined
          ? ([stage.name, rel(stage.since), stage.cause, stage.reason] as const)
          : ([stage.name, rel(stage.since), stage.cause, stage.reason, stage.previous] as const),
    }),
    ...(profile.returnedAt !== undefined && { r: rel(profile.returnedAt) }),
    ...(profile.messages.size > 0 && { m: record(profile.messages, rel) }),
    ...(profile.recent.length > 0 && { i: packRecent(profile) }),
    ...(profile.dueAt !== undefined && { u: rel(profile.dueAt) }),
  };
  return JSON.stringify(packed);
}

/** Reads what `encodeProfile` wrote, in any release so far. */
export function decodeProfile(key: UserKey, version: number, text: string): DecodedProfile {
  const packed = JSON.parse(text) as Packed;
  if (packed.c > CODEC_VERSION) return { outcome: 'unknown-version', codecVersion: packed.c };
  const abs = (time: T): number => packed.b + time;
  const profile: Profile = { ...newProfile(key, packed.l, packed.b), version, asOf: abs(packed.o) };

  unpackIdentity(profile, packed, abs);
  unpackHistory(profile, packed, abs);
  unpackDecisions(profile, packed, abs);
  return { outcome: 'profile', profile };
}

type Absolute = (time: T) => number;

function unpackIdentity(profile: Profile, packed: Packed, abs: Absolute): void {
  profile.anonymousIds = [...(packed.a ?? [])];
  for (const [time, writer, values] of packed.t ?? [])
    for (const [name, value] of Object.entries(values)) profile.traits.set(name, { value, time: abs(time), writer });
  unpackRecent(profile, packed.i ?? '');
}

function unpackHistory(profile: Profile, packed: Packed, abs: Absolute): void {
  if (packed.x !== undefined) profile.activity = { first: abs(packed.x[0]), last: abs(packed.x[1]) };
  for (const [name, [count, first, span]] of Object.entries(packed.e ?? {}))
    profile.events.push({ name, count, first: abs(first), last: abs(first) + span });
  profile.days = unpackDays(packed.d ?? []);
  if (packed.p !== undefined) {
    const [count, first, last, spent] = packed.p;
    profile.purchases = { count, first: abs(first), last: abs(last), spentMicros: new Map(Object.entries(spent)) };
  }
  for (const [name, [ended, resumed]] of Object.entries(packed.s ?? {}))
    profile.signals.set(name, {
      ...(ended !== null && { endedAt: abs(ended) }),
      ...(resumed !== null && { resumedAt: abs(resumed) }),
    });
}

function unpackDecisions(profile: Profile, packed: Packed, abs: Absolute): void {
  if (packed.g !== undefined) {
    const [name, since, cause, reason, previous] = packed.g;
    profile.stage = { name, since: abs(since), cause, reason, ...(previous !== undefined && { previous }) };
  }
  if (packed.r !== undefined) profile.returnedAt = abs(packed.r);
  for (const [name, at] of Object.entries(packed.m ?? {})) profile.messages.set(name, abs(at));
  if (packed.u !== undefined) profile.dueAt = abs(packed.u);
}

/** `Object.fromEntries` defines its properties, so a name like `__proto__` stays a name. */
const record = <V, P>(map: ReadonlyMap<string, V>, pack: (value: V) => P): Record<string, P> =>
  Object.fromEntries([...map].map(([name, value]) => [name, pack(value)]));

function packTraits({ traits, bornAt }: Profile): [T, string, Record<string, Json>][] {
  const writers = new Map<string, [T, string, [string, Json][]]>();
  for (const [name, { value, time, writer }] of traits) {
    const id = `${time}/${writer}`;
    const group = writers.get(id) ?? [time - bornAt, writer, []];
    group[2].push([name, value]);
    writers.set(id, group);
  }
  return [...writers.values()].map(([time, writer, values]) => [time, writer, Object.fromEntries(values)]);
}

function packDays(days: readonly ActiveDay[]): number[] {
  let before = 0;
  return days.flatMap(({ day, events, orders }) => {
    const gap = day - before;
    before = day;
    return [gap, events, orders];
  });
}

function unpackDays(packed: readonly number[]): ActiveDay[] {
  const days: ActiveDay[] = [];
  let day = 0;
  for (let i = 0; i + 2 < packed.length; i += 3) {
    day += packed[i] as number;
    days.push({ day, events: packed[i + 1] as number, orders: packed[i + 2] as number });
  }
  return days;
}

const MINUTE = 60_000;
const HASH = 8;
/** Minutes since birth, base 36. Six characters reach over four thousand years. */
const AGE = 6;

function packRecent({ recent, bornAt }: Profile): string {
  let out = '';
  for (const { hash, at } of recent) out += writeHash(hash) + minutesSince(bornAt, at).toString(36).padStart(AGE, '0');
  return out;
}

/** Rounded down: an id may be forgotten up to a minute early. Inputs of one profile are never older than its birth by much. */
const minutesSince = (bornAt: number, at: number) => Math.max(0, Math.floor((at - bornAt) / MINUTE));

function unpackRecent(profile: Profile, packed: string): void {
  for (let i = 0; i < packed.length; i += HASH + AGE) {
    const minutes = Number.parseInt(packed.slice(i + HASH, i + HASH + AGE), 36);
    profile.recent.push({ hash: readHash(packed.slice(i, i + HASH)), at: profile.bornAt + minutes * MINUTE });
  }
}
