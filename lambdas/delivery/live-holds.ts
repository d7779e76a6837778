import { SECOND } from '../../domain/calendar.ts';
import { BREAKER, type Hold, holdOver, type MessageClass } from '../../domain/delivery/hold.ts';
import type { Holds } from '../adapters/holds.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** A worker's memory of what is held. */
export interface LiveHolds {
  /** What keeps messages of a class from leaving now. Rejects when nobody can tell. */
  over(of: MessageClass): Promise<Hold | undefined>;
  /** The provider refuses all that we send, for a reason that is its own: nothing is offered to it until somebody resumes. */
  trip(reason: string): Promise<void>;
}

export interface LiveHoldsDependencies {
  readonly holds: Pick<Holds, 'list' | 'hold'>;
  readonly now: () => number;
  readonly log: Log;
}

/** Who presses the button sees it work. */
const READ_EVERY = 10 * SECOND;

export function liveHolds({ holds, now, log }: LiveHoldsDependencies): LiveHolds {
  let known: readonly Hold[] | undefined;
  let readAgainAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<readonly Hold[]> | undefined;

  async function read(): Promise<readonly Hold[]> {
    try {
      known = await holds.list();
      // Said as long as messages wait for somebody, so that the alarm does not fall silent before he has come.
      const tripped = known.find(({ by }) => by === BREAKER);
      if (tripped) log('channel-held', { reason: tripped.reason });
    } catch (error) {
      if (known === undefined) throw error;
      log('holds-unreadable', { error: errorName(error) });
    }
    readAgainAt = now() + READ_EVERY;
    return known;
  }

  return {
    async over(of) {
      if (known !== undefined && now() < readAgainAt) return holdOver(known, of);
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return holdOver(await reading, of);
    },
    async trip(reason) {
      const hold: Hold = { what: 'email', since: now(), by: BREAKER, reason };
      // Whether or not it can be written: this worker has seen it.
      known = [...(known ?? []).filter(({ what }) => what !== 'email'), hold];
      readAgainAt = now() + READ_EVERY;
      log('channel-held', { reason });
      try {
        await holds.hold(hold);
      } catch (error) {
        log('holds-unreadable', { error: errorName(error) });
      }
    },
  };
}
