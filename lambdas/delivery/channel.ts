import type { About } from '../../domain/delivery/email/person-scope.ts';
import type { Understood } from '../../domain/delivery/receipts/receipt.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { UnreachableReason } from '../../domain/state/reachability.ts';
import type { EmailAnswer } from '../adapters/email-provider.ts';
import type { EmailToSend } from './render-email.ts';

/** Where a person is written to on a channel, or why she is not. */
export type Reach =
  | { readonly outcome: 'reachable'; readonly address: string }
  | { readonly outcome: 'unreachable'; readonly reason: 'no-address' | UnreachableReason };

/** The words of a message for one person, or why there are none. */
export type Rendering<Rendered> =
  | { readonly outcome: 'rendered'; readonly rendered: Rendered }
  /** For her they cannot be made, and could not the next time either. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Something has to be set up first. */
  | { readonly outcome: 'not-now'; readonly reason: string };

/** What delivery needs of a channel: email is the first, and what others are made after. */
export interface Channel<Rendered = EmailToSend> {
  /** As far as her profile knows; the suppression list is asked besides. */
  canReach(profile: Profile): Reach;
  /**
   * Rejects when nobody can tell what is published.
   * @param about what the journey that writes it knows of it
   */
  render(request: SendRequest, profile: Profile, about?: About): Promise<Rendering<Rendered>>;
  /** Hands it to the provider. Never throws: what is not known is an answer too. */
  send(address: string, rendered: Rendered, request: SendRequest): Promise<EmailAnswer>;
}

/** What is read of what the provider tells later, in a function of its own: it has other needs than sending. */
export type UnderstandReceipt = (event: unknown) => Understood;
