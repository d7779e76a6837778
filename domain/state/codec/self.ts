import { readHash, writeHash } from '../../hash.ts';
import type { Json } from '../../json.ts';
import type { Consent } from '../consent.ts';
import { DEVICE_FIELDS, type Device, type DeviceField } from '../devices.ts';
import type { Latest } from '../latest.ts';
import type { Profile } from '../profile.ts';
import type { UnreachableAddresses } from '../reachability.ts';
import type { Trait, Traits } from '../traits.ts';
import { type Absolute, HASH, type Packed, type PackedTraits, type Relative, record, type T } from './packed.ts';

/** Who she is. */
export function packSelf(profile: Profile, rel: Relative): Partial<Packed> {
  const {
    anonymousIds,
    mergedIds,
    folded,
    strangers,
    traits,
    locale,
    timeZone,
    groups,
    devices,
    consent,
    unreachable,
  } = profile;
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
    ...(unreachable.size > 0 && { R: packUnreachable(unreachable, rel) }),
  };
}

export function unpackSelf(profile: Profile, packed: Packed, abs: Absolute): void {
  const { a = [], k = [], f = '', y = '', t = [], w, z, q = [], v = [], U, j = {}, R = {} } = packed;
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
  profile.unreachable = unpackUnreachable(R, abs);
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

const REASONS = ['bounced', 'complained'] as const;

const packUnreachable = (addresses: UnreachableAddresses, rel: Relative): NonNullable<Packed['R']> =>
  Object.fromEntries(
    [...addresses].map(([hash, { since, reason }]) => [
      writeHash(hash),
      [rel(since), reason === 'complained' ? 1 : 0] as const,
    ]),
  );

const unpackUnreachable = (packed: NonNullable<Packed['R']>, abs: Absolute): UnreachableAddresses =>
  new Map(
    Object.entries(packed).map(([hash, [since, reason]]) => [
      readHash(hash),
      { since: abs(since), reason: REASONS[reason] },
    ]),
  );

function readHashes(text: string): number[] {
  const hashes: number[] = [];
  for (let i = 0; i < text.length; i += HASH) hashes.push(readHash(text.slice(i, i + HASH)));
  return hashes;
}
