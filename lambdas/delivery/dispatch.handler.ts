import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { HandOff } from '../../domain/delivery/hand-off.ts';
import { countsTogether } from '../../domain/insights/journey-counts.ts';
import type { Queue } from '../adapters/queue.ts';
import { handOffsIn } from '../adapters/stream-image.ts';
import { errorName } from '../runtime/log.ts';
import { handToSinks, type SinkDependencies } from './sinks.ts';

export interface DispatchDependencies extends SinkDependencies {
  /** Where what a sink refused waits: the stream's shard must not. */
  readonly retry: Queue;
}

/**
 * Hands the effects of committed profiles on to where they belong. It decides nothing, and everything it hands over
 * carries the effect's id, so a record that is read twice does no harm.
 */
export async function dispatch(
  dependencies: DispatchDependencies,
  { Records }: DynamoDBStreamEvent,
): Promise<DynamoDBBatchResponse> {
  const { log, retry } = dependencies;
  const readable: HandOff[] = [];
  const counted: HandOff[] = [];
  let firstUnreadable: DynamoDBRecord | undefined;
  for (const record of Records) {
    try {
      const all = handOffsIn(record.dynamodb?.NewImage);
      readable.push(...all.filter(({ sink }) => sink !== 'counts'));
      // What stands behind a record that cannot be read comes again, and would count again.
      if (firstUnreadable === undefined) counted.push(...all.filter(({ sink }) => sink === 'counts'));
    } catch {
      log('record-unreadable', { sequenceNumber: record.dynamodb?.SequenceNumber });
      firstUnreadable ??= record;
    }
  }
  // What an alarm listens for, whatever becomes of the entry.
  for (const { sink } of readable) if (sink === 'quarantine') log('user-quarantined');

  const refused = await handToSinks(dependencies, readable);
  const kept = await retry.send(refused.map((item) => ({ body: JSON.stringify(item) })));
  if (kept.length > 0) throw new Error('The retry queue did not take what the sinks refused');
  await countLast(dependencies, counted);
  // The stream gives everything from this record on again. What stood behind it has been handed on all the same: if the
  // record is never readable, its neighbours must not be given up with it.
  const failed = firstUnreadable?.dynamodb?.SequenceNumber;
  return { batchItemFailures: firstUnreadable ? [{ itemIdentifier: failed ?? '' }] : [] };
}

/** When nothing can bring the batch back any more: what is handed over twice counts twice, and is not worth that. */
async function countLast(dependencies: DispatchDependencies, all: readonly HandOff[]): Promise<void> {
  const counts = countsTogether(all.flatMap((item) => (item.sink === 'counts' ? [item.count] : [])));
  if (counts.length === 0) return;
  const { retry, log } = dependencies;
  const refused = await handToSinks(
    dependencies,
    counts.map((count) => ({ sink: 'counts', count })),
  );
  if (refused.length === 0) return;
  try {
    const kept = await retry.send(refused.map((item) => ({ body: JSON.stringify(item) })));
    if (kept.length > 0) log('journeys-uncounted', { items: kept.length });
  } catch (error) {
    log('journeys-uncounted', { items: refused.length, error: errorName(error) });
  }
}
