import { MINUTE, SECOND } from '../calendar.ts';

/** SQS delays no message for longer. */
const LONGEST_DELAY = 15 * MINUTE;
/** Of tries: a provider that throttles takes messages again within seconds, one that is down within hours. */
const LONGEST_BETWEEN_TRIES = 5 * MINUTE;

/**
 * How long (ms) a message waits that the provider did not take: a second after the first try and twice as long after each
 * further one. A half of it is chance, in [0, 1): messages that were refused together do not come back together.
 *
 * @param tries how many tries were before the one that failed
 */
export function untilNextTry(tries: number, chance: number): number {
  const longest = Math.min(LONGEST_BETWEEN_TRIES, SECOND * 2 ** Math.min(tries, 20));
  return (longest * (1 + chance)) / 2;
}

/** How long (ms) a message waits while somebody holds its channel. */
export const WHILE_HELD = LONGEST_DELAY;

/**
 * How often a transactional message is sent when nobody knows whether it left: who waits for a password rather gets it
 * twice than never. Marketing is sent once.
 */
export const TRANSACTIONAL_TRIES = 3;

/** How long (ms) a transactional message waits of which nobody knows whether it left: half a minute, then two. */
export const untilSentAgain = (tries: number): number => 30 * SECOND * 4 ** (tries - 1);
