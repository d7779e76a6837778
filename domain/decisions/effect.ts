import type { Cause } from '../state/cause.ts';
import type { UnreachableReason } from '../state/reachability.ts';
import type { ExitReason, RunGroup, RunRef } from '../state/run.ts';
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
  | WithheldEffect
  | RunEffect
  | GoalEffect
  | CallEffect;

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
  /** The template's key, or a built-in message's name. */
  readonly message: string;
  readonly channel: 'email';
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
  readonly topic?: string;
  readonly at: number;
  /** Not to be sent before; undefined: at once. */
  readonly notBefore?: number;
  readonly notAfter: number;
  /** The step of a journey that writes it. */
  readonly of?: RunRef | undefined;
}

/** A message that was decided and does not go now, or not at all: for the timeline. */
export interface WithheldEffect extends Brought {
  readonly kind: 'withheld';
  readonly message: string;
  readonly channel: 'email';
  readonly topic?: string;
  /** In words. */
  readonly reason: string;
  readonly at: number;
  /** When it is decided anew; undefined: it is not sent at all. */
  readonly until?: number;
  /** The step of a journey that would have written it. */
  readonly of?: RunRef | undefined;
}

/** What happened in one moment to somebody's run of a journey: for the timeline and the counts. */
export interface RunEffect extends Brought {
  readonly kind: 'run';
  /** The journey's key. */
  readonly journey: string;
  readonly version: number;
  /** The run's id. */
  readonly run: string;
  readonly group?: RunGroup | undefined;
  readonly at: number;
  /** She has come in by it: in words, what took her in. */
  readonly entered?: string | undefined;
  /** Where she was: said when she has left from there by no way of it, and when she goes by another version since. */
  readonly from?: RunPlace | undefined;
  /** The steps she has left, in their order, each with the name of the way out of it where there are several. */
  readonly passed: readonly (readonly [step: string, way?: string])[];
  /** The step at which she is now; undefined: she has left. */
  readonly to?: string | undefined;
  readonly left?: ExitReason | undefined;
}

/** A step of the run's own version, or of the one named. */
export interface RunPlace {
  readonly step: string;
  readonly version?: number | undefined;
}

/** She has reached the goal of a journey. */
export interface GoalEffect extends Brought {
  readonly kind: 'goal';
  readonly journey: string;
  readonly version: number;
  readonly run: string;
  readonly group?: RunGroup | undefined;
  readonly at: number;
  /** The message step whose doing it was, where one wrote to her before. */
  readonly step?: string | undefined;
  /** The share of each split and experiment she went through: `step/share`. */
  readonly shares: readonly string[];
  /** What the event says it was worth, in millionths of its currency. */
  readonly revenue?: { readonly micros: number; readonly currency: string } | undefined;
}

/** Another system is to be told something: a webhook or a task for a person. What it is told is made when it is. */
export interface CallEffect extends Brought {
  readonly kind: 'call';
  readonly of: RunRef;
  readonly at: number;
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

/** The messages that are built in: two for who has no journeys yet, and the one that asks to confirm a yes. */
export type BuiltInMessage = 'welcome' | 'we-miss-you' | 'confirm-subscription';

/**
 * Id of the n-th effect of a commit: the same however often the commit is read, so whoever acts on it can act once.
 * Letters, digits, `_` and `-` only: it travels as an e-mail tag, and SES takes nothing else there.
 */
export const effectId = (lineage: string, version: number, n: number): string => `${lineage}_${version}_${n}`;
