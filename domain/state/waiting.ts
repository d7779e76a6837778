import type { RunRef } from './run.ts';

/** A marketing message that was decided and may not go yet. Nothing else waits: transactional ones go at once. */
export interface WaitingMessage {
  /** The template's key, or a built-in message's name. */
  readonly message: string;
  readonly channel: 'email';
  readonly topic?: string;
  /** From 1 to 10; where there is room for one only, the higher goes. */
  readonly priority: number;
  /** When it was decided first (ms). */
  readonly decidedAt: number;
  /** When it is no longer worth sending (ms). */
  readonly notAfter: number;
  /** When it is decided anew (ms). */
  readonly until: number;
  /** Why it waits, in words. */
  readonly reason: string;
  /** Id of the input that brought it. */
  readonly by: string;
  /** The step of a journey that writes it. */
  readonly of?: RunRef | undefined;
}

/** When the first of them is decided anew (ms); `Infinity` when none waits. */
export const firstWaiting = (waiting: readonly WaitingMessage[]): number =>
  waiting.reduce((first, { until }) => Math.min(first, until), Number.POSITIVE_INFINITY);

/** What waits for two who turn out to be one. What is too much or twice is withheld when she is looked at next, which is at once. */
export const mergeWaiting = (
  waiting: readonly WaitingMessage[],
  others: readonly WaitingMessage[],
): readonly WaitingMessage[] => (others.length === 0 ? waiting : [...waiting, ...others]);
