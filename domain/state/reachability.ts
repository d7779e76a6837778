import { hash48 } from '../hash.ts';
import { emailOf } from './contact.ts';
import { mergeSaid } from './latest.ts';
import type { Profile } from './profile.ts';

/** Why an address is written to no more: mail to it comes back, or whoever reads it called ours spam. */
export type UnreachableReason = 'bounced' | 'complained';

export interface Unreachable {
  readonly reason: UnreachableReason;
  /** When that became known first (ms). */
  readonly since: number;
}

/**
 * By 48-bit hash of the address: somebody with another address is reachable again, and no longer when she goes back to
 * the one of before.
 */
export type UnreachableAddresses = ReadonlyMap<number, Unreachable>;

/** People have a few addresses in a life. */
const MOST = 10;

/** Adds what receipts or another profile know. Where both know of an address, the complaint counts, and the earlier. */
export const mergeUnreachable = (
  known: UnreachableAddresses,
  others: Iterable<readonly [number, Unreachable]>,
): UnreachableAddresses => mergeSaid(known, others, overrules, MOST);

/** Forgets of an address what was known of it until `at` (ms). */
export function clearUnreachable(known: UnreachableAddresses, address: number, at: number): UnreachableAddresses {
  const about = known.get(address);
  if (about === undefined || about.since > at) return known;
  return new Map([...known].filter(([one]) => one !== address));
}

const overrules = (a: Unreachable, b: Unreachable): boolean =>
  a.reason === b.reason ? a.since < b.since : a.reason === 'complained';

/** How an address, as `emailOf` gives it, is known here. Not for secrets: whoever has the profile has the address. */
export const addressHash = (address: string): number => hash48(address);

/** Why the address she has now is written to no more; undefined when it is, or when she has none. */
export function unreachableBy(profile: Profile, channel: string): Unreachable | undefined {
  // Most have nothing here: nobody's address is hashed for that.
  if (channel !== 'email' || profile.unreachable.size === 0) return undefined;
  const address = emailOf(profile);
  return address === undefined ? undefined : profile.unreachable.get(addressHash(address));
}
