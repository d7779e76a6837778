import { FULL_PASS_EVERY, LOOK_AHEAD, LOOK_BACK } from '../../domain/decisions/sweep-window.ts';
import { dueInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Due, DueIndex } from '../adapters/due-index.ts';
import type { OutgoingMessage, Queue } from '../adapters/queue.ts';
import type { SweepCursor } from '../adapters/sweep-cursor.ts';
import { chunksOf, eachOf } from '../runtime/concurrency.ts';

export interface SweepDependencies {
  readonly index: DueIndex;
  readonly cursor: SweepCursor;
  readonly timers: Queue;
  readonly shards: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A worker's batch of ten messages should hold no more people than it can commit in a few seconds. */
const USERS_PER_MESSAGE = 100;
const SHARDS_AT_ONCE = 8;

/**
 * Runs each minute: emits a due input for everybody whose time comes until the next run, each delayed to its second.
 * The windows of two runs overlap; whoever is emitted twice is moved once, since the first input takes the due time away.
 */
export async function sweep({ index, cursor, timers, shards, now }: SweepDependencies): Promise<void> {
  const startedAt = now();
  const position = await cursor.read();
  const isFullPass = position === undefined || startedAt - position.fullPassAt >= FULL_PASS_EVERY;
  const after = isFullPass ? 0 : position.sweptTo - LOOK_BACK;
  const until = startedAt + LOOK_AHEAD;

  const sweepShard = async (shard: number) => {
    for await (const page of index.between(shard, after, until)) {
      const refused = await timers.send(messagesFor(page, startedAt, `shard-${shard}`));
      // The cursor stays where it is: the next run emits them again.
      if (refused.length > 0) throw new Error('The timers queue did not take every due input');
    }
  };
  await eachOf(
    Array.from({ length: shards }, (_, shard) => shard),
    SHARDS_AT_ONCE,
    sweepShard,
  );
  await cursor.write({ sweptTo: until, fullPassAt: isFullPass ? startedAt : position.fullPassAt });
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
    chunksOf(together, USERS_PER_MESSAGE)
      .flatMap((chunk) => encodeInputs(chunk.map(({ user, dueAt }) => dueInput(user, dueAt))))
      .map((body) => ({ body, group, delaySeconds })),
  );
}
