import type { LiveLag } from '../../domain/decisions/live-lag.ts';
import type { SweepCursor } from '../adapters/sweep-cursor.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** The sweep tells of the lag once a minute; asking more often (ms) than this tells nothing new. */
const READ_EVERY = 10_000;

/**
 * A worker's memory of the lag the sweep wrote beside its cursor, at most 10 s old. Never throws: as long as it cannot be
 * read nothing is held back, since timers that are late for everybody are worse than one that overtakes.
 */
export function rememberLag(
  cursor: Pick<SweepCursor, 'read'>,
  now: () => number,
  log: Log,
): () => Promise<LiveLag | undefined> {
  let known: LiveLag | undefined;
  let readAgainAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() < readAgainAt) return known;
    readAgainAt = now() + READ_EVERY;
    try {
      known = (await cursor.read())?.liveLag;
    } catch (error) {
      log('live-lag-unknown', { error: errorName(error) });
      known = undefined;
    }
    return known;
  };
}
