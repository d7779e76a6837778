import type { HandOff } from '../../domain/delivery/hand-off.ts';
import type { FailedBatch, FailedContent, FailedRecords } from '../../lambdas/adapters/failed-records.ts';
import type { Queue } from '../../lambdas/adapters/queue.ts';
import { handOffsIn } from '../../lambdas/adapters/stream-image.ts';
import { type Ages, isMeant } from './tally.ts';

/** What dispatch gave up, as far as it was read. */
export interface FailuresLook {
  readonly objects: number;
  readonly lookedAt: number;
  readonly records: number;
  /** Things to hand on, by where they go: `email`, `timeline` … */
  readonly holds: Readonly<Record<string, number>>;
  /** How many objects were given up for which reason. */
  readonly why: Readonly<Record<string, number>>;
  /** When the first and the last were given up (ms). */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  /** Records that this release cannot read either. */
  readonly unreadable: number;
}

export interface FailuresMove {
  /** Objects whose records were all handed on, and which are deleted. */
  readonly moved: number;
  readonly handedOn: number;
  /** Objects that are not meant. */
  readonly left: number;
  /** Objects that stay for what is unreadable in them; the rest of them was handed on. */
  readonly unreadable: number;
  /** Objects of which the retry queue did not take everything. */
  readonly refused: number;
}

const MOST_LOOKED_AT = 200;

/** Reads the oldest objects of the bucket; nothing changes by it. */
export async function lookAtFailures(failed: FailedRecords, ages: Ages, now: number): Promise<FailuresLook> {
  const all = (await failed.list()).filter(({ at }) => isMeant(ages, at, now));
  const read = all.slice(0, MOST_LOOKED_AT);
  const holds: Record<string, number> = {};
  const why: Record<string, number> = {};
  let records = 0;
  let unreadable = 0;
  for (const batch of read) {
    const found = readBatch(await failed.read(batch));
    why[found.why] = (why[found.why] ?? 0) + 1;
    records += found.records;
    unreadable += found.unreadable;
    for (const { sink } of found.handOffs) holds[sink] = (holds[sink] ?? 0) + 1;
  }
  const ends = { oldest: all[0]?.at, newest: all.at(-1)?.at };
  return { objects: all.length, lookedAt: read.length, records, holds, why, ...ends, unreadable };
}

/**
 * Hands on what dispatch could not, by the queue of what sinks refused: `redeliver` brings it to the sinks. An object is
 * deleted when the queue has all of it.
 */
export async function handOnFailures(
  failed: FailedRecords,
  retry: Queue,
  ages: Ages,
  now: number,
  tell: (moved: number) => void,
): Promise<FailuresMove> {
  const account = { moved: 0, handedOn: 0, left: 0, unreadable: 0, refused: 0 };
  const handOn = async (batch: FailedBatch): Promise<keyof typeof account> => {
    const { handOffs, unreadable } = readBatch(await failed.read(batch));
    const refused = await retry.send(handOffs.map((item) => ({ body: JSON.stringify(item) })));
    account.handedOn += handOffs.length - refused.length;
    if (refused.length > 0) return 'refused';
    if (unreadable > 0) return 'unreadable';
    await failed.delete(batch);
    return 'moved';
  };
  for (const batch of await failed.list()) {
    account[isMeant(ages, batch.at, now) ? await handOn(batch) : 'left']++;
    tell(account.moved);
  }
  return account;
}

/** An object that is not one of Lambda's counts as one unreadable record. */
function readBatch(content: FailedContent | undefined) {
  const handOffs: HandOff[] = [];
  let unreadable = content === undefined ? 1 : 0;
  for (const record of content?.records ?? []) {
    try {
      handOffs.push(...handOffsIn(record.dynamodb?.NewImage));
    } catch {
      unreadable++;
    }
  }
  return { why: content?.why ?? 'unknown', records: content?.records.length ?? 0, handOffs, unreadable };
}
