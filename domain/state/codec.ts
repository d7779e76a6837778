import { MINUTE } from '../calendar.ts';
import { readHash, writeHash } from '../hash.ts';
import type { Json } from '../json.ts';
import type { Cause } from './cause.ts';
import { fromVersion1, type Packed1 } from './codec-1.ts';
import type { Consent } from './consent.ts';
import type { CounterDay, CounterState, CounterStates } from './counters.ts';
import type { ActiveDay } from './days.ts';
import { DEVICE_FIELDS, type Device, type DeviceField } from './devices.ts';
import type { Latest } from './latest.ts';
import { packNumbers, signed, unpackNumbers, unsigned } from './packed-numbers.ts';
import { newProfile, type Profile } from './profile.ts';
import { SPEC_NAMES } from './spec-names.ts';
import type { Stage } from './stage.ts';
import type { EventTotal, EventTotals } from './totals.ts';
import type { Trait, Traits } from './traits.ts';
import { isKnown, type UserKey } from './user-key.ts';

/**
 * The version this code writes. It reads this one and every older one; a version is written only one release after it
 * can be read, so that a release can be rolled back. (Nothing was released before version 2.)
 */
const CODEC_VERSION = 2;

/** Milliseconds since the profile's birth; negative for what happened before it. */
type T = number;

/** Traits of one writer together: most come from one identify. */
type PackedTraits = readonly (readonly [T, string, Readonly<Record<string, Json>>])[];

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
  /** Returned at */
  readonly r?: T;
  /** Built-in messages */
  readonly m?: Readonly<Record<string, T>>;
  /** Contacts, flat: when, channel */
  readonly K?: readonly (T | string)[];
  /** Recent inputs: the newest one's minute; per input 8 characters of hash and 3 of how many minutes before that */
  readonly i?: readonly [number, string];
  /** Heat */
  readonly H?: T;
  /** Quarantined until */
  readonly Q?: T;
  /** Due at */
  readonly u?: T;
}

export type DecodedProfile =
  | { readonly outcome: 'profile'; readonly profile: Profile }
  /** Written by a newer release: only that one may touch it. */
  | { readonly outcome: 'unknown-version'; readonly codecVersion: number };

type Relative = (time: number) => T;
type Absolute = (time: T) => number;

/** The text a profile is stored as. Key and version travel beside it. */
export function encodeProfile(profile: Profile): string {
  const { bornAt } = profile;
  const rel: Relative = (time) => time - bornAt;
  const packed: Packed = {
    c: CODEC_VERSION,
    l: profile.lineage,
    b: bornAt,
    o: rel(profile.asOf),
    ...(profile.plan > 0 && { n: profile.plan }),
    ...packSelf(profile, rel),
    ...packHistory(profile, rel),
    ...packDecided(profile, rel),
  };
  return JSON.stringify(packed);
}

/** Reads what `encodeProfile` wrote, in any release so far. Throws for what no release wrote. */
export function decodeProfile(key: UserKey, version: number, text: string): DecodedProfile {
  const stored = JSON.parse(text) as Packed | Packed1;
  if (stored.c > CODEC_VERSION) return { outcome: 'unknown-version', codecVersion: stored.c };
  if (typeof stored.l !== 'string' || !Number.isFinite(stored.b) || !Number.isFinite(stored.o))
    throw new Error('This is no profile');
  const packed = isVersion1(stored) ? fromVersion1(stored, isKnown(key)) : stored;
  if (hasUnknownName(packed)) return { outcome: 'unknown-version', codecVersion: packed.c };
  const abs: Absolute = (time) => packed.b + time;
  const profile: Profile = {
    ...newProfile(key, packed.l, packed.b),
    version,
    asOf: abs(packed.o),
    plan: packed.n ?? 0,
  };
  unpackSelf(profile, packed, abs);
  unpackHistory(profile, packed, abs);
  unpackDecided(profile, packed, abs);
  return { outcome: 'profile', profile };
}

/** A newer release has put more names into the list. */
const hasUnknownName = ({ e }: Packed): boolean =>
  e?.[0].some((name) => typeof name === 'number' && SPEC_NAMES[name] === undefined) ?? false;

const isVersion1 = (stored: Packed | Packed1): stored is Packed1 => stored.c === 1;

// Who she is.

function packSelf(profile: Profile, rel: Relative): Partial<Packed> {
  const { anonymousIds, mergedIds, folded, strangers, traits, locale, timeZone, groups, devices, consent } = profile;
  return {
    ...(anonymousIds.length > 0 && { a: anonymousIds }),
    ...(mergedIds.length > 0 && { k: mergedIds }),
    ...(folded.length > 0 && { f: folded.map(writeHash).join('') }),
    ...(strangers.length > 0 && { y: strangers.map(writeHash).join('') }),
    ...(traits.size > 0 && { t: packTraits(traits, rel) }),
    ...(locale !== undefined && { w: [locale.value, rel(locale.time)] }),
    ...(timeZone !== undefined && { z: [timeZone.value, rel(timeZone.time)] }),
    ...(groups.length > 0 && {
      q: groups.map((group) => [group.id, rel(group.time), packTraits(group.traits, rel)] as const),
    }),
    ...(devices.length > 0 && { v: devices.map((device) => packDevice(device, rel)) }),
    ...(profile.uninstalledAt !== undefined && { U: rel(profile.uninstalledAt) }),
    ...(consent.size > 0 && { j: record(consent, (given) => packConsent(given, rel)) }),
  };
}

function unpackSelf(profile: Profile, packed: Packed, abs: Absolute): void {
  const { a = [], k = [], f = '', y = '', t = [], w, z, q = [], v = [], U, j = {} } = packed;
  profile.anonymousIds = a;
  profile.mergedIds = k;
  profile.folded = readHashes(f);
  profile.strangers = readHashes(y);
  profile.traits = unpackTraits(t, abs);
  profile.locale = w && { value: w[0], time: abs(w[1]) };
  profile.timeZone = z && { value: z[0], time: abs(z[1]) };
  profile.groups = q.map(([id, time, traits]) => ({ id, time: abs(time), traits: unpackTraits(traits, abs) }));
  profile.devices = v.map((device) => unpackDevice(device, abs));
  profile.uninstalledAt = U === undefined ? undefined : abs(U);
  profile.consent = new Map(Object.entries(j).map(([about, given]) => [about, unpackConsent(given, abs)]));
}

function packTraits(traits: Traits, rel: Relative): PackedTraits {
  const writers = new Map<string, [T, string, [string, Json][]]>();
  for (const [name, { value, time, writer }] of traits) {
    const id = `${time}/${writer}`;
    const group = writers.get(id) ?? [rel(time), writer, []];
    group[2].push([name, value]);
    writers.set(id, group);
  }
  return [...writers.values()].map(([time, writer, values]) => [time, writer, Object.fromEntries(values)] as const);
}

function unpackTraits(packed: PackedTraits, abs: Absolute): Traits {
  const traits = new Map<string, Trait>();
  for (const [time, writer, values] of packed)
    for (const [name, value] of Object.entries(values)) traits.set(name, { value, time: abs(time), writer });
  return traits;
}

type PackedDevice = NonNullable<Packed['v']>[number];

const packDevice = ({ id, seen, uninstalledAt, fields }: Device, rel: Relative): PackedDevice => [
  id,
  seen === undefined ? null : rel(seen),
  uninstalledAt === undefined ? null : rel(uninstalledAt),
  Object.fromEntries(
    DEVICE_FIELDS.flatMap((name) => {
      const field = fields[name];
      if (field === undefined) return [];
      return [[name, field.time === seen ? field.value : ([field.value, rel(field.time)] as const)]];
    }),
  ),
];

function unpackDevice([id, seen, uninstalled, packed]: PackedDevice, abs: Absolute): Device {
  const fields: Partial<Record<DeviceField, Latest<string>>> = {};
  for (const name of DEVICE_FIELDS) {
    const field = packed[name];
    if (typeof field === 'string') fields[name] = { value: field, time: abs(seen ?? 0) };
    else if (field !== undefined) fields[name] = { value: field[0], time: abs(field[1]) };
  }
  return {
    id,
    ...(seen !== null && { seen: abs(seen) }),
    ...(uninstalled !== null && { uninstalledAt: abs(uninstalled) }),
    fields,
  };
}

type PackedConsent = NonNullable<Packed['j']>[string];

const packConsent = ({ granted, time, source, wording }: Consent, rel: Relative): PackedConsent =>
  wording === undefined ? [granted ? 1 : 0, rel(time), source] : [granted ? 1 : 0, rel(time), source, wording];

const unpackConsent = ([granted, time, source, wording]: PackedConsent, abs: Absolute): Consent => ({
  granted: granted === 1,
  time: abs(time),
  source,
  ...(wording !== undefined && { wording }),
});

const HASH = 8;

function readHashes(text: string): number[] {
  const hashes: number[] = [];
  for (let i = 0; i < text.length; i += HASH) hashes.push(readHash(text.slice(i, i + HASH)));
  return hashes;
}

// What she did.

function packHistory(profile: Profile, rel: Relative): Partial<Packed> {
  const { activity, events, days, olderDays, counters, purchases, hours, signals } = profile;
  const orNull = (time: number | undefined) => (time === undefined ? null : rel(time));
  const x = [activity.first, activity.last, activity.known, activity.live].map(orNull);
  return {
    ...(x.some((time) => time !== null) && { x }),
    ...(events.length > 0 && { e: packTotals(events, rel) }),
    ...(days.length > 0 && { d: packDays(days) }),
    ...((olderDays.days.length > 0 || olderDays.active > 0) && {
      O: [packGaps(olderDays.days), olderDays.active, olderDays.bought],
    }),
    ...(counters.size > 0 && { C: packCounters(counters, rel) }),
    ...(purchases.count + purchases.cancelled + purchases.refunds > 0 && { p: packPurchases(profile, orNull) }),
    ...(hours.length > 0 && { h: packNumbers(hours) }),
    ...(signals.size > 0 && {
      s: record(signals, ({ endedAt, resumedAt }) => [orNull(endedAt), orNull(resumedAt)] as const),
    }),
  };
}

function unpackHistory(profile: Profile, packed: Packed, abs: Absolute): void {
  const { x, e, d = '', O, C = [], p, h = '', s = {} } = packed;
  if (x !== undefined) profile.activity = unpackActivity(x, abs);
  if (e !== undefined) profile.events = unpackTotals(e, abs);
  profile.days = unpackDays(d);
  if (O !== undefined) profile.olderDays = { days: unpackGaps(O[0]), active: O[1], bought: O[2] };
  profile.counters = unpackCounters(C, abs);
  if (p !== undefined) {
    const [count, first, last, spent, cancelled = 0, refunds = 0] = p;
    profile.purchases = {
      count,
      cancelled,
      refunds,
      ...(first !== null && { first: abs(first) }),
      ...(last !== null && { last: abs(last) }),
      spentMicros: new Map(Object.entries(spent)),
    };
  }
  profile.hours = unpackNumbers(h);
  profile.signals = new Map(
    Object.entries(s).map(([name, [ended, resumed]]) => [
      name,
      { ...(ended !== null && { endedAt: abs(ended) }), ...(resumed !== null && { resumedAt: abs(resumed) }) },
    ]),
  );
}

function unpackActivity(x: readonly (T | null)[], abs: Absolute): Profile['activity'] {
  const [first, last, known, live] = [0, 1, 2, 3].map((place) => {
    const time = x[place] ?? null;
    return time === null ? undefined : abs(time);
  });
  return { first, last, known, live };
}

const SPEC_PLACES: ReadonlyMap<string, number> = new Map(SPEC_NAMES.map((name, place) => [name, place]));

const packTotals = (totals: EventTotals, rel: Relative): NonNullable<Packed['e']> => [
  totals.map(({ name }) => SPEC_PLACES.get(name) ?? name),
  packNumbers(totals.flatMap(({ count, first, last }) => [count, signed(rel(first)), last - first])),
];

function unpackTotals([names, text]: NonNullable<Packed['e']>, abs: Absolute): EventTotal[] {
  const numbers = unpackNumbers(text);
  return names.map((name, i) => {
    const first = abs(unsigned(numbers[3 * i + 1] ?? 0));
    return {
      name: typeof name === 'number' ? (SPEC_NAMES[name] ?? '') : name,
      count: numbers[3 * i] ?? 0,
      first,
      last: first + (numbers[3 * i + 2] ?? 0),
    };
  });
}

function packDays(days: readonly ActiveDay[]): string {
  let before = 0;
  return packNumbers(
    days.flatMap(({ day, events, orders, cancelled }) => {
      const gap = day - before;
      before = day;
      return [gap, events, orders, cancelled];
    }),
  );
}

function unpackDays(text: string): ActiveDay[] {
  const numbers = unpackNumbers(text);
  const days: ActiveDay[] = [];
  let day = 0;
  for (let i = 0; i + 3 < numbers.length; i += 4) {
    day += numbers[i] as number;
    days.push({
      day,
      events: numbers[i + 1] as number,
      orders: numbers[i + 2] as number,
      cancelled: numbers[i + 3] as number,
    });
  }
  return days;
}

/** Days × 2 + bought, ascending. */
function packGaps(codes: readonly number[]): string {
  let before = 0;
  return packNumbers(
    codes.map((code) => {
      const gap = (code >> 1) - before;
      before = code >> 1;
      return gap * 2 + (code & 1);
    }),
  );
}

function unpackGaps(text: string): number[] {
  let day = 0;
  return unpackNumbers(text).map((number) => {
    day += number >> 1;
    return day * 2 + (number & 1);
  });
}

function packCounters(counters: CounterStates, rel: Relative): (number | string)[] {
  return [...counters].flatMap(([id, { days, stamps }]) => {
    let day = 0;
    const numbers = days.flatMap((entry) => {
      const gap = entry.day - day;
      day = entry.day;
      // The sign travels with the count: the amount itself may take all the digits a number has.
      return [gap, entry.count * 2 + (entry.micros < 0 ? 1 : 0), Math.abs(entry.micros)];
    });
    let time = 0;
    const gaps = stamps.map((stamp, place) => {
      const gap = rel(stamp) - time;
      time = rel(stamp);
      // Only the first can be from before the profile's birth.
      return place === 0 ? signed(gap) : gap;
    });
    return [id, packNumbers(numbers), packNumbers(gaps)];
  });
}

function unpackCounters(packed: readonly (number | string)[], abs: Absolute): CounterStates {
  const counters = new Map<number, CounterState>();
  for (let i = 0; i + 2 < packed.length; i += 3) {
    const [id, daysText, stampsText] = packed.slice(i, i + 3) as [number, string, string];
    const numbers = unpackNumbers(daysText);
    const days: CounterDay[] = [];
    let day = 0;
    for (let n = 0; n + 2 < numbers.length; n += 3) {
      day += numbers[n] as number;
      const [count, micros] = [numbers[n + 1] as number, numbers[n + 2] as number];
      days.push({ day, count: Math.floor(count / 2), micros: count % 2 === 1 ? -micros : micros });
    }
    let time = 0;
    const stamps = unpackNumbers(stampsText).map((gap, place) => {
      time += place === 0 ? unsigned(gap) : gap;
      return abs(time);
    });
    counters.set(id, { days, stamps });
  }
  return counters;
}

function packPurchases(
  { purchases }: Profile,
  orNull: (time: number | undefined) => T | null,
): NonNullable<Packed['p']> {
  const { count, first, last, spentMicros, cancelled, refunds } = purchases;
  const counted = [count, orNull(first), orNull(last), record(spentMicros, (micros) => micros)] as const;
  return cancelled + refunds > 0 ? [...counted, cancelled, refunds] : counted;
}

// What was decided, and what was taken.

function packDecided(profile: Profile, rel: Relative): Partial<Packed> {
  const { sessions, stage, messages, contacts, recent } = profile;
  return {
    ...(sessions !== undefined && { S: packSessions(sessions, rel) }),
    ...(stage !== undefined && {
      g:
        stage.previous === undefined
          ? ([stage.name, rel(stage.since), stage.cause, stage.reason] as const)
          : ([stage.name, rel(stage.since), stage.cause, stage.reason, stage.previous] as const),
    }),
    ...(profile.returnedAt !== undefined && { r: rel(profile.returnedAt) }),
    ...(messages.size > 0 && { m: record(messages, rel) }),
    ...(contacts.length > 0 && { K: contacts.flatMap(({ at, channel }) => [rel(at), channel]) }),
    ...(recent.length > 0 && { i: packRecent(profile) }),
    ...(profile.heat !== undefined && { H: rel(profile.heat) }),
    ...(profile.quarantinedUntil !== undefined && { Q: rel(profile.quarantinedUntil) }),
    ...(profile.dueAt !== undefined && { u: rel(profile.dueAt) }),
  };
}

function unpackDecided(profile: Profile, packed: Packed, abs: Absolute): void {
  const { S, g, r, m = {}, K = [], i, H, Q, u } = packed;
  if (S !== undefined) {
    const [count, start, length, id] = S;
    profile.sessions = { count, ...(id !== undefined && { id }), start: abs(start), end: abs(start) + length };
  }
  if (g !== undefined) {
    const [name, since, cause, reason, previous] = g;
    profile.stage = { name, since: abs(since), cause, reason, ...(previous !== undefined && { previous }) };
  }
  profile.returnedAt = r === undefined ? undefined : abs(r);
  profile.messages = new Map(Object.entries(m).map(([name, at]) => [name, abs(at)]));
  const contacts = [];
  for (let n = 0; n + 1 < K.length; n += 2) contacts.push({ at: abs(K[n] as T), channel: K[n + 1] as string });
  profile.contacts = contacts;
  if (i !== undefined) profile.recent = unpackRecent(i);
  profile.heat = H === undefined ? undefined : abs(H);
  profile.quarantinedUntil = Q === undefined ? undefined : abs(Q);
  profile.dueAt = u === undefined ? undefined : abs(u);
}

const packSessions = (
  { count, id, start, end }: NonNullable<Profile['sessions']>,
  rel: Relative,
): NonNullable<Packed['S']> =>
  id === undefined ? [count, rel(start), end - start] : [count, rel(start), end - start, id];

/** Minutes before the newest one, base 36: three characters reach back a month, and inputs wait two weeks at most. */
const AGE = 3;
const OLDEST_AGE = 36 ** AGE - 1;

function packRecent({ recent }: Profile): readonly [number, string] {
  const newest = Math.max(...recent.map(({ at }) => at)) / MINUTE;
  let out = '';
  for (const { hash, at } of recent)
    out +=
      writeHash(hash) +
      Math.min(OLDEST_AGE, newest - at / MINUTE)
        .toString(36)
        .padStart(AGE, '0');
  return [newest, out];
}

function unpackRecent([newest, text]: readonly [number, string]): Profile['recent'] {
  const recent = [];
  for (let i = 0; i < text.length; i += HASH + AGE)
    recent.push({
      hash: readHash(text.slice(i, i + HASH)),
      at: (newest - Number.parseInt(text.slice(i + HASH, i + HASH + AGE), 36)) * MINUTE,
    });
  return recent;
}

/** `Object.fromEntries` defines its properties, so a name like `__proto__` stays a name. */
const record = <V, P>(map: ReadonlyMap<string, V>, pack: (value: V) => P): Record<string, P> =>
  Object.fromEntries([...map].map(([name, value]) => [name, pack(value)]));
