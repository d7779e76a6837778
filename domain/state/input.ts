import type { CustomerEvent } from '../events/event.ts';
import { anonymousKey, knownKey, type UserKey } from './user-key.ts';

/**
 * Anything that can move a profile. `at` is the input's own time (ms): the reducer's "now" comes from it and never from
 * the clock of the machine that happens to run it, so that lag and batching change no decision.
 */
export type Input = EventInput | DueInput;

/** An event an app sent; `at` is when it was received. */
export interface EventInput {
  readonly kind: 'event';
  readonly user: UserKey;
  readonly id: string;
  readonly at: number;
  readonly event: CustomerEvent;
}

/** A moment at which a time-dependent answer about the user may change; `at` is the profile's `dueAt`. */
export interface DueInput {
  readonly kind: 'due';
  readonly user: UserKey;
  readonly id: string;
  readonly at: number;
}

export function eventInput(event: CustomerEvent): EventInput {
  const user = event.userId === undefined ? anonymousKey(event.anonymousId ?? '') : knownKey(event.userId);
  return { kind: 'event', user, id: event.messageId, at: event.receivedAt, event };
}

export const dueInput = (user: UserKey, dueAt: number): DueInput => ({
  kind: 'due',
  user,
  id: `due-${dueAt}`,
  at: dueAt,
});

/**
 * Order in which a user's inputs are reduced: by their own time; those received together in the order in which they
 * happened; what is left by id. Every batching gives the same order.
 */
export const inputOrder = (a: Input, b: Input): number =>
  a.at - b.at || happenedAt(a) - happenedAt(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const happenedAt = (input: Input): number => (input.kind === 'event' ? input.event.time : input.at);
