import type { HandOff } from '../../domain/delivery/hand-off.ts';
import type { FailedBatch, FailedContent, FailedRecords } from '../../lambdas/adapters/failed-records.ts';
import type { Queue } from '../../lambdas/adapters/queue.ts';
import { handOffsIn } from '../../lambdas/adapters/stream-image.ts';
import { noteOnHandOff } from './hand-off-note.ts';
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
  /** Emails whose time is over: they end without effect. */
  readonly tooLate: number;
  /** Domain events that tell of more than a day ago. */
  readonly dayOld: number;
}

export interface FailuresMove {
  /** Objects whose records were all handed on, and which are deleted. */
  readonly moved: number;
  readonly handedOn: number;
  /** Objects that are not meant. */
  readonly left: number;
  /** Objects that stay with only what is unreadable of them; the rest was handed on. */
  readonly unreadable: number;
  /** Objects of which the retry queue did not take everything. */
  readonly refused: number;
  /** Objects that could not be read, handed on, or deleted afterwards: the next run does it all again. */
  readonly failed: number;
  /** What happened to the first of those. */
  readonly failure?: string;
}

const MOST_LOOKED_AT = 200;

/** Reads the oldest objects of the bucket; nothing changes by it. */
export async function lookAtFailures(failed: FailedRecords, ages: Ages, now: number): Promise<FailuresLook> {
  const all = (await failed.list()).filter(({ at }) => isMeant(ages, at, now));
  const read = all.slice(0, MOST_LOOKED_AT);
  const holds: Record<string, number> = {};
  const why: Record<string, number> = {};
  let records = 0;
  const warned = { 'too-late': 0, 'day-old': 0 };
  let unreadable = 0;
  for (const batch of read) {
    const content = await failed.read(batch);
    const found = content === undefined ? NOT_LAMBDAS : readBatch(content);
    why[found.why] = (why[found.why] ?? 0) + 1;
    records += found.records;
    unreadable += found.unreadable.length;
    for (const item of found.handOffs) {
      holds[item.sink] = (holds[item.sink] ?? 0) + 1;
      const { warning } = noteOnHandOff(item, now);
      if (warning !== undefined) warned[warning]++;
    }
  }
  const ends = { oldest: all[0]?.at, newest: all.at(-1)?.at };
  const warnings = { unreadable, tooLate: warned['too-late'], dayOld: warned['day-old'] };
  return { objects: all.length, lookedAt: read.length, records, holds, why, ...ends, ...warnings };
}

/**
 * Hands on what dispatch could not, by the queue of what sinks refused: `redeliver` brings it to the sinks. An object is
 * deleted when the queue has all of it; of one with records that cannot be read only those are left, so that the next run
 * hands nothing on again. One that fails keeps nobody from the others.
 */
export async function handOnFailures(
  failed: FailedRecords,
  retry: Queue,
  ages: Ages,
  now: number,
  tell: (moved: number) => void,
): Promise<FailuresMove> {
  const account = { moved: 0, handedOn: 0, left: 0, unreadable: 0, refused: 0, failed: 0 };
  let failure: string | undefined;
  const handOn = async (batch: FailedBatch): Promise<keyof typeof account> => {
    const content = await failed.read(batch);
    if (content === undefined) return 'unreadable';
    const { handOffs, unreadable } = readBatch(content);
    const refused = await retry.send(handOffs.map((item) => ({ body: JSON.stringify(item) })));
    account.handedOn += handOffs.length - refused.length;
    if (refused.length > 0) return 'refused';
    if (unreadable.length === 0) await failed.delete(batch);
    else if (unreadable.length < content.records.length) await failed.keep(batch, content, unreadable);
    return unreadable.length === 0 ? 'moved' : 'unreadable';
  };
  for (const batch of await failed.list()) {
    try {
      account[isMeant(ages, batch.at, now) ? await handOn(batch) : 'left']++;
    } catch (error) {
      account.failed++;
      failure ??= String(error);
    }
    tell(account.moved);
  }
  return { ...account, ...(failure !== undefined && { failure }) };
}

function readBatch({ why, records }: FailedContent) {
  const handOffs: HandOff[] = [];
  const unreadable: FailedContent['records'][number][] = [];
  for (const record of records) {
    try {
      handOffs.push(...handOffsIn(record.dynamodb?.NewImage));
    } catch {
      unreadable.push(record);
    }
  }
  return { why, records: records.length, handOffs, unreadable };
}

/** An object that Lambda did not leave counts as one record that cannot be read. */
const NOT_LAMBDAS: ReturnType<typeof readBatch> = { why: 'unknown', records: 0, handOffs: [], unreadable: [{}] };
