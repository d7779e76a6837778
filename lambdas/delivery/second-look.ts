import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import type { SendOutcome } from '../adapters/send-ledger.ts';
import type { SuppressionListReader } from '../adapters/suppression-list.ts';
import type { Channel } from './channel.ts';
import { recipientOf } from './recipient.ts';
import type { EmailToSend } from './render-email.ts';

export interface LookDependencies {
  readonly profiles: ProfileReader;
  readonly suppressions: SuppressionListReader;
  readonly channel: Channel;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What became of a try to send: `not-now` means that certainly nothing has left, and that it comes again; after so many
 * seconds where it says, for then nothing is wrong with the provider.
 */
export type Attempt =
  | SendOutcome
  | { readonly status: 'not-now'; readonly reason: string; readonly delaySeconds?: number };

export type Look =
  | { readonly outcome: 'ready'; readonly address: string; readonly rendered: EmailToSend }
  | { readonly outcome: 'ends'; readonly end: Attempt };

const ends = (end: Attempt): Look => ({ outcome: 'ends', end });

/**
 * Looks at a message once more before it leaves: the reducer decided seconds ago, or after an outage hours. What goes is
 * written for the person as she is now. Rejects when nobody can tell.
 */
export async function lookAgain(
  { profiles, suppressions, channel, now }: LookDependencies,
  request: SendRequest,
): Promise<Look> {
  if (now() > request.notAfter) return ends({ status: 'expired', reason: 'too-late' });
  const recipient = await recipientOf({ profiles, channel }, request);
  if (recipient.outcome === 'nobody') return ends({ status: 'withheld', reason: 'no-profile' });
  if (recipient.outcome === 'newer-profile') return ends({ status: 'not-now', reason: 'newer-profile' });
  const { profile, reach } = recipient;
  if (reach.outcome === 'unreachable') return ends({ status: 'withheld', reason: reach.reason });
  // Her profile may not know yet, or the address ended as somebody else's. Whatever the message is about, this holds.
  const { suppression } = await suppressions.find(reach.address);
  if (suppression !== undefined) return ends({ status: 'withheld', reason: suppression.reason });

  const rendering = await channel.render(request, profile);
  if (rendering.outcome !== 'rendered') return ends({ status: rendering.outcome, reason: rendering.reason });
  return { outcome: 'ready', address: reach.address, rendered: rendering.rendered };
}
