import type { SendRequest } from '../../domain/delivery/send-request.ts';
import { newProfile, type Profile } from '../../domain/state/profile.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import type { Channel, Reach } from './channel.ts';

/** Whom a message is written for, and where it goes. */
export type Recipient =
  | { readonly outcome: 'found'; readonly profile: Profile; readonly reach: Reach }
  /** Nobody has been seen under her key, and no address was given. */
  | { readonly outcome: 'nobody' }
  /** A newer release wrote her profile. */
  | { readonly outcome: 'newer-profile' };

/**
 * The person as she is now. What a program asks for goes to the address it names: also to somebody of whom nothing is
 * known yet, for whom it is written as for a stranger, and in the language it asks for. Rejects when nobody can tell.
 */
export async function recipientOf(
  { profiles, channel }: { readonly profiles: ProfileReader; readonly channel: Pick<Channel, 'canReach'> },
  { user, sendId, decidedAt, asked }: SendRequest,
): Promise<Recipient> {
  const stored = await profiles.get(user);
  if (stored?.outcome === 'unknown-version') return { outcome: 'newer-profile' };
  if (stored === undefined && asked?.to === undefined) return { outcome: 'nobody' };
  const known = stored?.profile ?? newProfile(user, sendId, decidedAt);
  const profile = asked?.locale === undefined ? known : { ...known, locale: { value: asked.locale, time: decidedAt } };
  const reach = asked?.to === undefined ? channel.canReach(profile) : reachableAt(asked.to);
  return { outcome: 'found', profile, reach };
}

const reachableAt = (address: string): Reach => ({ outcome: 'reachable', address });
