import type { CustomerEvent } from '../events/event.ts';
import type { JsonObject } from '../json.ts';
import type { CounterState } from './counters.ts';
import type { UnreachableReason } from './reachability.ts';
import type { MessageOutcome, RunGroup, RunRef } from './run.ts';
import { anonymousKey, knownKey, type UserKey } from './user-key.ts';

/**
 * Anything that can move a profile. `at` is the input's own time (ms): the reducer's "now" comes from it and never from
 * the clock of the machine that happens to run it, so that lag and batching change no decision. `id` makes it count
 * once.
 */
export type Input =
  | EventInput
  | ImportInput
  | DueInput
  | MergeInput
  | ReconcileInput
  | BackfillInput
  | ReleaseInput
  | ReceiptInput
  | ConsentInput
  | DeferredInput
  | ClearedInput
  | TriggerInput
  | EnrolInput
  | BecameInput
  | AnsweredInput
  | TakenOutInput;

interface InputBase {
  readonly user: UserKey;
  readonly id: string;
  readonly at: number;
}

/** An event an app sent; `at` is when it was received. */
export interface EventInput extends InputBase {
  readonly kind: 'event';
  readonly event: CustomerEvent;
}

/** Part of somebody's past, brought in from elsewhere. It counts as if it had been seen, and sets nothing going. */
export interface ImportInput extends InputBase {
  readonly kind: 'import';
  readonly event: CustomerEvent;
}

/** A moment at which a time-dependent answer about the user may change; `at` is the profile's `dueAt`. */
export interface DueInput extends InputBase {
  readonly kind: 'due';
}

/** Somebody who may say so says that two ids are one person. */
export interface MergeInput extends InputBase {
  readonly kind: 'merge';
  readonly other: UserKey;
}

/** The project has changed what it asks about people: ask anew. */
export interface ReconcileInput extends InputBase {
  readonly kind: 'reconcile';
  /** The number of the catalog by which to ask: under an older one the answer would be the one that is known. */
  readonly plan?: number;
  readonly cause: 'publish' | 'model';
}

/** What was received of her before counters began: of each counter once, however often it comes. */
export interface BackfillInput extends InputBase {
  readonly kind: 'backfill';
  /** The key it was done under: whose it has become may be the user by now. */
  readonly from: UserKey;
  readonly counters: readonly (readonly [id: number, CounterState])[];
}

/** An operator lets a user out of quarantine. */
export interface ReleaseInput extends InputBase {
  readonly kind: 'release';
}

/** A provider says that a message did not get to her, or that she does not want it: its address is written to no more. */
export interface ReceiptInput extends InputBase {
  readonly kind: 'receipt';
  readonly channel: 'email';
  readonly outcome: UnreachableReason;
  /** Of the message. */
  readonly sendId: string;
  /** `addressHash` of the address it went to: it may be hers no more. */
  readonly address: number;
}

/** Somebody who may say so says that an address is to be written to again. */
export interface ClearedInput extends InputBase {
  readonly kind: 'cleared';
  readonly channel: 'email';
  /** `addressHash` of it. */
  readonly address: number;
}

/** She has said what she wants to get, by a link that was mailed to her: nobody else has it. */
export interface ConsentInput extends InputBase {
  readonly kind: 'consent';
  /** When her answers count as given (ms): after all that she said before, though it be by a clock that is ahead. */
  readonly time: number;
  readonly by: ConsentPlace;
  readonly answers: readonly GivenAnswer[];
  /** The version of the words she saw, where she saw any. */
  readonly wording?: string;
}

/** Where she said it; it stands as the source of her answers. */
export type ConsentPlace = 'preference-page' | 'one-click' | 'confirmation-link';

export interface GivenAnswer {
  /** A channel (`email`), or a topic on it (`email/news`). */
  readonly about: string;
  readonly granted: boolean;
}

/** A message that was decided may not leave yet: when its turn came, it was quiet on her clock. It is decided anew. */
export interface DeferredInput extends InputBase {
  readonly kind: 'deferred';
  /** Of the message that does not leave: it will be sent under another one. */
  readonly sendId: string;
  readonly message: string;
  readonly channel: 'email';
  readonly topic?: string;
  /** When it was decided (ms): since then it counts for her caps. */
  readonly decidedAt: number;
  readonly notAfter: number;
  /** Id of the input that had brought it. */
  readonly by?: string;
  /** The step of a journey that wrote it, and how urgent it is. */
  readonly of?: RunRef;
  readonly priority?: number;
}

/** A program takes her into a journey that has a trigger. */
export interface TriggerInput extends InputBase {
  readonly kind: 'trigger';
  /** The journey's key. */
  readonly journey: string;
  /** What templates read as `event`. */
  readonly data?: JsonObject;
  /** The number of the catalog that has the journey: an older one would take nobody in. */
  readonly plan?: number;
  /** Somebody tries the journey on her: its rules about who may enter do not hold. */
  readonly group?: Extract<RunGroup, 'test'>;
}

/** The time of a scheduled journey or campaign has come, and she was among those it is for. */
export interface EnrolInput extends InputBase {
  readonly kind: 'enrol';
  /** The journey's key. */
  readonly journey: string;
  /** The number of the catalog that has what she is enrolled for. */
  readonly plan: number;
  /** When it begins for her (ms), by her own clock; at once if it does not say, or is over. */
  readonly startsAt?: number;
}

/** What became of a message that a step of a journey wrote. */
export interface BecameInput extends InputBase {
  readonly kind: 'became';
  /** The run's id. */
  readonly run: string;
  readonly step: string;
  /** When the message was decided (ms): in a loop, a step writes more than one. Left out by older releases. */
  readonly decidedAt?: number;
  readonly outcome: MessageOutcome;
}

/** Another system has taken what a step of a journey told it, or it was given up. */
export interface AnsweredInput extends InputBase {
  readonly kind: 'answered';
  /** The run's id. */
  readonly run: string;
  readonly step: string;
  readonly answered: 'taken' | 'failed';
}

/** Somebody who may say so takes her out of a journey. */
export interface TakenOutInput extends InputBase {
  readonly kind: 'taken-out';
  /** The journey's key. */
  readonly journey: string;
}

const userOf = (event: CustomerEvent): UserKey =>
  event.userId === undefined ? anonymousKey(event.anonymousId ?? '') : knownKey(event.userId);

export const eventInput = (event: CustomerEvent): EventInput => ({
  kind: 'event',
  user: userOf(event),
  id: event.messageId,
  at: event.receivedAt,
  event,
});

export const importInput = (event: CustomerEvent, id: string, at: number): ImportInput => ({
  kind: 'import',
  user: userOf(event),
  id,
  at,
  event,
});

/** A due time is known by itself: whoever emits it, and however often. */
export const dueId = (dueAt: number): string => `due-${dueAt}`;

export const dueInput = (user: UserKey, dueAt: number): DueInput => ({
  kind: 'due',
  user,
  id: dueId(dueAt),
  at: dueAt,
});

/** @param request what makes this release another one than the last */
export const releaseInput = (user: UserKey, request: string, at: number): ReleaseInput => ({
  kind: 'release',
  user,
  id: `release-${request}`,
  at,
});

/** Said twice, or by two receipts of one message, it is one input. */
export const receiptInput = (
  user: UserKey,
  { sendId, outcome, address, at }: Pick<ReceiptInput, 'sendId' | 'outcome' | 'address' | 'at'>,
): ReceiptInput => ({
  kind: 'receipt',
  user,
  id: `receipt-${outcome}-${sendId}`,
  at,
  channel: 'email',
  outcome,
  sendId,
  address,
});

/** @param request what makes it another than the last */
export const clearedInput = (user: UserKey, request: string, address: number, at: number): ClearedInput => ({
  ...{ kind: 'cleared', user, id: `cleared-${request}`, at, channel: 'email', address },
});

/** @param request what makes it another than the one before: the message its link came with, and what was done there */
export const consentInput = (
  user: UserKey,
  request: string,
  {
    at,
    time = at,
    by,
    answers,
    wording,
  }: Pick<ConsentInput, 'at' | 'by' | 'answers' | 'wording'> & Partial<Pick<ConsentInput, 'time'>>,
): ConsentInput => ({
  ...{ kind: 'consent', user, id: `${by}-${request}-${time}`, at, time, by, answers },
  ...(wording !== undefined && { wording }),
});

/** Whoever defers a message, and however often: it is one input. @param at when that was (ms) */
export const deferredInput = (
  user: UserKey,
  {
    sendId,
    message,
    topic,
    decidedAt,
    notAfter,
    by,
    of,
    priority,
  }: Omit<DeferredInput, 'kind' | 'user' | 'id' | 'at' | 'channel'>,
  at: number,
): DeferredInput => ({
  ...{ kind: 'deferred', user, id: `deferred-${sendId}`, at, sendId, message, channel: 'email' },
  ...(topic !== undefined && { topic }),
  ...{ decidedAt, notAfter, ...(by !== undefined && { by }) },
  ...{ ...(of !== undefined && { of }), ...(priority !== undefined && { priority }) },
});

/** @param request what makes it another than the one before: the id its sender gave it */
export const triggerInput = (
  user: UserKey,
  request: string,
  { at, journey, data, plan, group }: Pick<TriggerInput, 'at' | 'journey' | 'data' | 'plan' | 'group'>,
): TriggerInput => ({
  ...{ kind: 'trigger', user, id: `trigger-${request}`, at, journey },
  ...{ ...(data !== undefined && { data }), ...(plan !== undefined && { plan }) },
  ...(group !== undefined && { group }),
});

/** However often an occurrence is handed out, each is enrolled once. @param occurrence what makes it another than the last */
export const enrolInput = (
  user: UserKey,
  occurrence: string,
  { at, journey, plan, startsAt }: Pick<EnrolInput, 'at' | 'journey' | 'plan' | 'startsAt'>,
): EnrolInput => ({
  ...{ kind: 'enrol', user, id: `enrol-${journey}-${occurrence}`, at, journey, plan },
  ...(startsAt !== undefined && { startsAt }),
});

/** Told twice, it is one input. */
export const becameInput = (
  user: UserKey,
  { at, run, step, decidedAt, outcome }: Pick<BecameInput, 'at' | 'run' | 'step' | 'decidedAt' | 'outcome'>,
): BecameInput => ({
  ...{ kind: 'became', user, id: `became-${run}-${step}-${outcome}-${decidedAt ?? at}`, at, run, step, outcome },
  ...(decidedAt !== undefined && { decidedAt }),
});

/** Told twice, it is one input. @param call the id of the effect that asked for it */
export const answeredInput = (
  user: UserKey,
  call: string,
  { at, run, step, answered }: Pick<AnsweredInput, 'at' | 'run' | 'step' | 'answered'>,
): AnsweredInput => ({ kind: 'answered', user, id: `answered-${call}`, at, run, step, answered });

/** @param request what makes it another than the last */
export const takenOutInput = (user: UserKey, request: string, journey: string, at: number): TakenOutInput => ({
  ...{ kind: 'taken-out', user, id: `taken-out-${request}`, at, journey },
});

/**
 * Order in which a user's inputs are reduced: by their own time; those received together in the order in which they
 * happened; what is left by id. Every batching gives the same order.
 */
export const inputOrder = (a: Input, b: Input): number =>
  a.at - b.at || happenedAt(a) - happenedAt(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const happenedAt = (input: Input): number =>
  input.kind === 'event' || input.kind === 'import' ? input.event.time : input.at;
