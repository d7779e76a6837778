import { encodeJobMessage, SCHEDULES } from '../../domain/decisions/census/job-message.ts';
import { isCurrent, type LiveLag, liveLagOf, timersMayFireUntil } from '../../domain/decisions/live-lag.ts';
import { FULL_PASS_EVERY, LOOK_AHEAD, LOOK_BACK } from '../../domain/decisions/sweep-window.ts';
import { dueInput } from '../../domain/state/input.ts';
import type { Due, DueIndex } from '../adapters/due-index.ts';
import type { OldestMessageReader } from '../adapters/oldest-message.ts';
import type { OutgoingMessage, Queue } from '../adapters/queue.ts';
import type { SweepCursor } from '../adapters/sweep-cursor.ts';
import { eachOf } from '../runtime/concurrency.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { messagesOfDues } from './due-messages.ts';

export interface SweepDependencies {
  readonly index: DueIndex;
  readonly cursor: SweepCursor;
  /** How long events wait for the reducer. */
  readonly oldestLiveMessage: OldestMessageReader;
  readonly timers: Queue;
  /** Begins what is scheduled. */
  readonly census: Queue;
  readonly shards: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

const SHARDS_AT_ONCE = 8;

/**
 * Runs each minute: emits a due input for everybody whose time comes until the next run, each delayed to its second.
 * The windows of two runs overlap; whoever is emitted twice is moved once, since the first input takes the due time away.
 *
 * While the live queue lags it emits only what is due before the oldest event that may still wait there, so that no timer
 * overtakes an event.
 */
export async function sweep(dependencies: SweepDependencies): Promise<void> {
  const { index, cursor, timers, census, shards, now } = dependencies;
  const startedAt = now();
  const position = await cursor.read();
  const liveLag = await readLiveLag(dependencies, startedAt, position?.liveLag);
  // Before anything is emitted, and even if that fails: workers hold back by it what earlier runs emitted.
  if (position && (liveLag ?? position.liveLag)) await cursor.write({ ...position, liveLag });
  await beginSchedules(census, position?.schedulesAt, startedAt);
  const isFullPass = position === undefined || startedAt - position.fullPassAt >= FULL_PASS_EVERY;
  const after = isFullPass ? 0 : position.sweptTo - LOOK_BACK;
  const until = Math.min(startedAt + LOOK_AHEAD, timersMayFireUntil(liveLag, startedAt));

  const sweepShard = async (shard: number) => {
    for await (const page of index.between(shard, after, until)) {
      const refused = await timers.send(messagesFor(page, startedAt, `shard-${shard}`));
      // The cursor stays where it is: the next run emits them again.
      if (refused.length > 0) throw new Error('The timers queue did not take every due input');
    }
  };
  // A lag that has just begun may reach back behind what has been emitted.
  const all = after < until ? Array.from({ length: shards }, (_, shard) => shard) : [];
  await eachOf(all, SHARDS_AT_ONCE, sweepShard);
  await cursor.write({
    sweptTo: Math.max(until, position?.sweptTo ?? until),
    fullPassAt: isFullPass ? startedAt : position.fullPassAt,
    liveLag,
  });
}

/**
 * Has somebody begin the scheduled journeys whose time comes until the next run, in their second. Two runs may say it: an
 * occurrence begins once.
 */
async function beginSchedules(census: Queue, at: number | undefined, now: number): Promise<void> {
  if (at === undefined || at > now + LOOK_AHEAD) return;
  const delaySeconds = Math.max(0, Math.ceil((at - now) / 1_000));
  const message = { body: encodeJobMessage(SCHEDULES), group: SCHEDULES.job, delaySeconds };
  if ((await census.send([message])).length > 0) throw new Error('The census queue did not take what is scheduled');
}

/** The lag of the live queue; what was known of it before, for a few minutes, when it cannot be read. */
async function readLiveLag(
  { oldestLiveMessage, log }: SweepDependencies,
  now: number,
  known: LiveLag | undefined,
): Promise<LiveLag | undefined> {
  try {
    const oldest = await oldestLiveMessage.read(now);
    return oldest && liveLagOf(oldest, now);
  } catch (error) {
    log('live-lag-unknown', { error: errorName(error) });
    return isCurrent(known, now) ? known : undefined;
  }
}

/** One message holds people due in the same second; those overdue go at once. */
function messagesFor(dues: readonly Due[], now: number, group: string): OutgoingMessage[] {
  const bySecond = new Map<number, Due[]>();
  for (const due of dues) {
    const delaySeconds = Math.max(0, Math.ceil((due.dueAt - now) / 1_000));
    const together = bySecond.get(delaySeconds) ?? [];
    together.push(due);
    bySecond.set(delaySeconds, together);
  }
  return [...bySecond].flatMap(([delaySeconds, together]) =>
    messagesOfDues(together.map(({ user, dueAt }) => dueInput(user, dueAt))).map((body) => ({
      body,
      group,
      delaySeconds,
    })),
  );
}
