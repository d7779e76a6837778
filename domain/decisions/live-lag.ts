import { MINUTE, SECOND } from '../calendar.ts';

/**
 * How far the reducer was behind the live queue when somebody looked (all ms). What arrived before `readAt - lag` is in
 * the profiles; what arrived later may still wait. That moment stands until the next look: nobody knows whether the queue
 * has moved since.
 */
export interface LiveLag {
  readonly lag: number;
  readonly readAt: number;
}

/** A queue whose oldest message has waited no longer than this (ms) keeps up. */
const KEEPS_UP_WITHIN = 30 * SECOND;

/**
 * A look counts this long (ms). When nobody can look any more, timers go on as if nothing waited: a guard that has failed
 * must not stop time.
 */
export const LOOK_COUNTS_FOR = 5 * MINUTE;

/** SQS delays a message by at most this (ms). */
const LONGEST_WAIT = 15 * MINUTE;

/** What was measured of a queue. */
export interface OldestMessage {
  /** How long it had waited (ms). */
  readonly age: number;
  /** Beginning of the minute in which that was measured (ms since 1970). */
  readonly minute: number;
}

/**
 * The lag that a measurement means at `now`; undefined when the queue keeps up. Counted from the beginning of the minute,
 * since a measurement does not tell when in its minute it was made: a lag taken for longer than it is makes timers a
 * little later, one taken for shorter lets them overtake.
 */
export const liveLagOf = ({ age, minute }: OldestMessage, now: number): LiveLag | undefined =>
  age > KEEPS_UP_WITHIN ? { lag: now - minute + age, readAt: now } : undefined;

/** Whether a lag that was read then still counts at `now`. */
export const isCurrent = (lag: LiveLag | undefined, now: number): lag is LiveLag =>
  lag !== undefined && now - lag.readAt <= LOOK_COUNTS_FOR;

/**
 * Up to which moment timers may fire at `now` (ms since 1970): who is due later may have an event on the live queue that
 * arrived in time. Infinity when there is no lag, or none that still counts.
 */
export const timersMayFireUntil = (lag: LiveLag | undefined, now: number): number =>
  isCurrent(lag, now) ? lag.readAt - lag.lag : Number.POSITIVE_INFINITY;

/**
 * How long (ms) to wait before asking again whether a timer may fire: the longer, the farther the backlog is from it, so
 * that a lag of hours does not cost a message a minute.
 *
 * @param random in [0, 1): those held together should not come back together
 */
export function waitWhileHeld(dueAt: number, mayFireUntil: number, random: number): number {
  const longest = Math.min(MINUTE + (dueAt - mayFireUntil) / 2, LONGEST_WAIT);
  return longest * (0.5 + random / 2);
}
