import { packDecided, unpackDecided } from './codec/decided.ts';
import { packHistory, unpackHistory } from './codec/history.ts';
import type { Absolute, Packed, Relative } from './codec/packed.ts';
import { packSelf, unpackSelf } from './codec/self.ts';
import { SPEC_NAMES } from './codec/spec-names.ts';
import { fromVersion1, type Packed1 } from './codec/version-1.ts';
import { newProfile, type Profile } from './profile.ts';
import { isKnown, type UserKey } from './user-key.ts';

/**
 * The version this code writes. It reads this one and every older one; a version is written only one release after it
 * can be read, so that a release can be rolled back. (Nothing was released before version 2.)
 */
const CODEC_VERSION = 2;

export type DecodedProfile =
  | { readonly outcome: 'profile'; readonly profile: Profile }
  /** Written by a newer release: only that one may touch it. */
  | { readonly outcome: 'unknown-version'; readonly codecVersion: number };

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
