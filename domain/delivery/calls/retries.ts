import { HOUR, MINUTE, SECOND } from '../../calendar.ts';

/**
 * A system that did not take a call is asked again for so long (ms). A deploy or an outage is over by then; a step that
 * waits for the answer waits for a day.
 */
export const GIVEN_UP_AFTER = 6 * HOUR;

/** SQS delays no message for longer. */
const LONGEST_DELAY = 15 * MINUTE;
const DELAYS = [MINUTE, 5 * MINUTE];

/** Nobody is waited for longer than this (ms): workers are shared by all systems that are told something. */
const LONGEST_CALL = 10 * SECOND;

export const timeOutOf = (wanted: number | undefined): number =>
  Math.min(LONGEST_CALL, Math.max(SECOND, wanted ?? LONGEST_CALL));

/** What came of one try. Reasons are names of ours, fit for a log. */
export type Answer =
  | { readonly outcome: 'taken' }
  /** `after`: how long (ms) it wishes to be left alone. */
  | { readonly outcome: 'not-now'; readonly reason: string; readonly after?: number }
  /** It would come to the same the next time. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** Of all that a client did wrong by HTTP's word, these may be right a little later. */
const LATER: readonly number[] = [408, 425, 429];

/**
 * What a status says. A way to elsewhere is not followed: where it leads was checked by nobody.
 * @param retryAfter the header of that name: seconds or a date
 * @param now ms since 1970
 */
export function answerOf(status: number, retryAfter: string | undefined, now: number): Answer {
  if (status >= 200 && status < 300) return { outcome: 'taken' };
  const reason = `status-${status}`;
  if (status >= 300 && status < 500 && !LATER.includes(status)) return { outcome: 'refused', reason };
  const after = waitIn(retryAfter, now);
  return { outcome: 'not-now', reason, ...(after !== undefined && { after }) };
}

function waitIn(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined || retryAfter.length > 40) return undefined;
  const wait = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * SECOND : Date.parse(retryAfter) - now;
  return wait > 0 ? wait : undefined;
}

/**
 * How long (ms) a call waits that was not taken: a minute, five, then fifteen, or as long as the system wishes up to that. A
 * tenth more by chance, in [0, 1): what failed together does not come back together.
 *
 * @param tries how many tries were before the one that failed
 */
export function untilCalledAgain(tries: number, chance: number, wished = 0): number {
  const delay = Math.max(DELAYS[tries] ?? LONGEST_DELAY, wished);
  return Math.min(LONGEST_DELAY, delay * (1 + chance / 10));
}
