import { hash48 } from '../hash.ts';
import type { Input } from './input.ts';
import type { Profile } from './profile.ts';
import { anonymousKey, isKnown, knownKey, type UserKey } from './user-key.ts';

/**
 * What an input says about two ids being one person.
 *   device  a device she uses: its profile becomes part of hers, unless it is somebody else's already
 *   user    another id of hers, for sure: a server says so
 *   either  an id a server calls hers without saying of which kind: a user, if there is one, else a device
 */
export type Link =
  | { readonly kind: 'device'; readonly key: UserKey }
  | { readonly kind: 'user'; readonly key: UserKey }
  | { readonly kind: 'either'; readonly user: UserKey; readonly device: UserKey };

/**
 * The links in an input. From a client's public key an alias never names another known user: whoever holds the key could
 * take over anybody. An alias of oneself says nothing.
 */
export function linksIn(input: Input): readonly Link[] {
  if (input.kind === 'merge') return input.other === input.user ? [] : [{ kind: 'user', key: input.other }];
  if (input.kind !== 'event' && input.kind !== 'import') return [];
  const { userId, anonymousId, previousId, type, source } = input.event;
  if (userId === undefined) return [];
  const links: Link[] = anonymousId === undefined ? [] : [{ kind: 'device', key: anonymousKey(anonymousId) }];
  if (type !== 'alias' || previousId === undefined || previousId === userId) return links;
  const device = anonymousKey(previousId);
  links.push(
    source === 'client' ? { kind: 'device', key: device } : { kind: 'either', user: knownKey(previousId), device },
  );
  return links;
}

/** The keys that have to be looked at to follow a link. */
export const keysOf = (link: Link): readonly UserKey[] =>
  link.kind === 'either' ? [link.user, link.device] : [link.key];

/** A person has a few devices; an id that a new device is named for with every visit is no person's. */
const MOST_FOLDED = 500;

/** Whether more devices may become part of a profile, `taken` besides those it has. Their events count for the user they name all the same. */
export const takesDevices = (profile: Profile | undefined, taken: number): boolean =>
  (profile?.folded.length ?? 0) + taken < MOST_FOLDED;

/**
 * Which of two profiles the other one is folded into: a known one before a device's, else the smaller id. One total
 * order for everybody, so opposite aliases agree and nobody can become part of herself by a circle.
 */
export function heirOf(a: UserKey, b: UserKey): UserKey {
  if (isKnown(a) !== isKnown(b)) return isKnown(a) ? a : b;
  return a <= b ? a : b;
}

/** Whether the profile under this key has been folded into hers. */
export const hasFolded = ({ folded }: Profile, key: UserKey): boolean => folded.includes(hash48(key));

/** Whether there is nothing to find out about a key: it is hers, or a device known to be somebody else's. */
export function isSettled(profile: Profile | undefined, key: UserKey): boolean {
  if (profile === undefined) return false;
  const hash = hash48(key);
  return profile.folded.includes(hash) || profile.strangers.includes(hash);
}

/** Others' devices that are remembered: beyond that one asks again. */
const MOST_STRANGERS = 50;

/** The profile, with these devices noted as somebody else's. */
export const withStrangers = (profile: Profile, keys: readonly UserKey[]): Profile =>
  keys.length === 0
    ? profile
    : { ...profile, strangers: [...new Set([...profile.strangers, ...keys.map(hash48)])].slice(-MOST_STRANGERS) };
