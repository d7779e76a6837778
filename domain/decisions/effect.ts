import type { Cause } from '../state/cause.ts';
import type { UnreachableReason } from '../state/reachability.ts';
import type { Stage } from '../state/stage.ts';
import type { UserKey } from '../state/user-key.ts';

/** What a decision wants done outside: references only, never rendered content. Times are milliseconds since 1970. */
export type Effect =
  | TransitionEffect
  | MembershipEffect
  | MessageEffect
  | WakeEffect
  | MergedEffect
  | QuarantineEffect
  | ReceiptEffect
  | WithheldEffect;

/** What can be traced back to what came in. */
export interface Brought {
  /**
   * Id of the input that brought it: a message id, `due-…` for what time brought, `publish-…` for what a new catalog
   * did. Absent in what older releases committed. An app's own text: it is shown to who asks, and never logged.
   */
  readonly by?: string;
}

/** A person entered a stage: for the timeline and the event bus. */
export interface TransitionEffect extends Brought {
  readonly kind: 'transition';
  readonly from?: Stage;
  readonly to: Stage;
  readonly at: number;
  readonly cause: Cause;
  readonly reason: string;
}

/** A person entered or left a segment: for the timeline and the event bus. */
export interface MembershipEffect extends Brought {
  readonly kind: 'membership';
  /** The segment's key. */
  readonly segment: string;
  readonly entered: boolean;
  readonly at: number;
  readonly cause: Cause;
}

/** A message to send, unless it comes too late. */
export interface MessageEffect extends Brought {
  readonly kind: 'message';
  readonly message: MessageName;
  readonly channel: 'email';
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
  readonly topic?: string;
  readonly at: number;
  /** Not to be sent before; undefined: at once. */
  readonly notBefore?: number;
  readonly notAfter: number;
}

/** A message that was decided and does not go now, or not at all: for the timeline. */
export interface WithheldEffect extends Brought {
  readonly kind: 'withheld';
  readonly message: MessageName;
  readonly channel: 'email';
  readonly topic?: string;
  /** In words. */
  readonly reason: string;
  readonly at: number;
  /** When it is decided anew; undefined: it is not sent at all. */
  readonly until?: number;
}

/** A due time that comes before the next sweep would see it: it needs a delayed message of its own. */
export interface WakeEffect {
  readonly kind: 'wake';
  readonly at: number;
}

/** Another user id turned out to be this person: what others keep under it is hers now. */
export interface MergedEffect extends Brought {
  readonly kind: 'merged';
  readonly other: UserKey;
  readonly at: number;
}

/** More came in for this user than people send: what comes until then is left aside. */
export interface QuarantineEffect extends Brought {
  readonly kind: 'quarantine';
  readonly at: number;
  readonly until: number;
}

/** A message did not get to her, or she called it spam: its address is written to no more. For the timeline. */
export interface ReceiptEffect extends Brought {
  readonly kind: 'receipt';
  readonly channel: 'email';
  readonly outcome: UnreachableReason;
  /** Of the message. */
  readonly sendId: string;
  readonly at: number;
}

/** The messages that are built in: two until journeys are defined by the project, and the one that asks to confirm a yes. */
export type MessageName = 'welcome' | 'we-miss-you' | 'confirm-subscription';

/**
 * Id of the n-th effect of a commit: the same however often the commit is read, so whoever acts on it can act once.
 * Letters, digits, `_` and `-` only: it travels as an e-mail tag, and SES takes nothing else there.
 */
export const effectId = (lineage: string, version: number, n: number): string => `${lineage}_${version}_${n}`;
