import { type LiveLag, timersMayFireUntil, waitWhileHeld } from '../../domain/decisions/live-lag.ts';
import type { Input } from '../../domain/state/input.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { Queue } from '../adapters/queue.ts';
import { messagesOfDues } from '../decisions/due-messages.ts';
import { errorName, type Log } from '../runtime/log.ts';
import type { Work } from './work.ts';

/** Takes due inputs that may not fire yet out of a batch; answers with the ids of messages that have to come back for that. */
export type HoldBack = (work: Map<UserKey, Work>) => Promise<readonly string[]>;

export interface HoldBackDependencies {
  /** The lag the sweep last told of; undefined when there is none or nobody can tell. Never throws. */
  readonly readLag: () => Promise<LiveLag | undefined>;
  /** The queue an input came from, by its ARN. */
  readonly queueOf: (arn: string) => Queue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Timers must not overtake the live queue: an event that arrived in time but still waits there would come too late to
 * keep its user from, say, turning dormant. The sweep emits nothing of that kind while it knows of a lag; this holds what
 * it had emitted before, and the wake-ups that dispatch sends by itself. They go back to their queue, delayed, and no hop
 * is counted: nothing has failed.
 */
export const holdBack =
  ({ readLag, queueOf, now, random, log }: HoldBackDependencies): HoldBack =>
  async (work) => {
    if (![...work.values()].some(({ inputs }) => inputs.some(isDue))) return [];
    const mayFireUntil = timersMayFireUntil(await readLag(), now());
    const held = takeOut(work, (input) => isDue(input) && input.at > mayFireUntil);

    async function putBack(items: readonly Work[], queueArn: string, hops: number): Promise<boolean> {
      const dues = items.flatMap(({ inputs }) => inputs);
      log('timers-held-back', { inputs: dues.length });
      const firstDue = Math.min(...dues.map(({ at }) => at));
      const delaySeconds = waitWhileHeld(firstDue, mayFireUntil, random()) / 1_000;
      const messages = messagesOfDues(dues, hops).map((body) => ({ body, group: 'held-back', delaySeconds }));
      try {
        return (await queueOf(queueArn).send(messages)).length === 0;
      } catch (error) {
        log('queue-refused', { error: errorName(error) });
        return false;
      }
    }

    const notPutBack: string[] = [];
    // A message counts hops for all it holds.
    for (const hops of new Set(held.map((item) => item.hops))) {
      const alike = held.filter((item) => item.hops === hops);
      // All of a batch comes from one queue.
      if (await putBack(alike, alike[0]?.queueArn ?? '', hops)) continue;
      notPutBack.push(...alike.flatMap(({ messageIds }) => [...messageIds]));
    }
    return notPutBack;
  };

const isDue = ({ kind }: Input): boolean => kind === 'due';

/** Removes inputs from the work, and users of whom nothing is left; answers with what it removed. */
function takeOut(work: Map<UserKey, Work>, isTaken: (input: Input) => boolean): Work[] {
  const taken: Work[] = [];
  for (const [user, item] of work) {
    const inputs = item.inputs.filter(isTaken);
    if (inputs.length === 0) continue;
    taken.push({ ...item, inputs });
    const left = item.inputs.filter((input) => !isTaken(input));
    if (left.length === 0) work.delete(user);
    else work.set(user, { ...item, inputs: left });
  }
  return taken;
}
