import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { HandOff } from '../../domain/delivery/hand-off.ts';
import type { Queue } from '../adapters/queue.ts';
import { handOffsIn } from '../adapters/stream-image.ts';
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
  let firstUnreadable: DynamoDBRecord | undefined;
  for (const record of Records) {
    try {
      readable.push(...handOffsIn(record.dynamodb?.NewImage));
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
  // The stream gives everything from this record on again. What stood behind it has been handed on all the same: if the
  // record is never readable, its neighbours must not be given up with it.
  const failed = firstUnreadable?.dynamodb?.SequenceNumber;
  return { batchItemFailures: firstUnreadable ? [{ itemIdentifier: failed ?? '' }] : [] };
}
