import type { RenderedEmail } from '../../domain/delivery/built-in-email.ts';
import type { Understood } from '../../domain/delivery/receipts/receipt.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { UnreachableReason } from '../../domain/state/reachability.ts';
import type { EmailAnswer } from '../adapters/email-provider.ts';

/** Where a person is written to on a channel, or why she is not. */
export type Reach =
  | { readonly outcome: 'reachable'; readonly address: string }
  | { readonly outcome: 'unreachable'; readonly reason: 'no-address' | UnreachableReason };

/** What delivery needs of a channel: email is the first, and what others are made after. */
export interface Channel<Rendered = RenderedEmail> {
  /** As far as her profile knows; the suppression list is asked besides. */
  canReach(profile: Profile): Reach;
  /** The words of a message for one person. */
  render(request: SendRequest, profile: Profile): Rendered;
  /** Hands it to the provider. Never throws: what is not known is an answer too. */
  send(address: string, rendered: Rendered, request: SendRequest): Promise<EmailAnswer>;
}

/** What is read of what the provider tells later, in a function of its own: it has other needs than sending. */
export type UnderstandReceipt = (event: unknown) => Understood;
