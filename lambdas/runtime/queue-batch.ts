import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { errorName, type Log } from './log.ts';

/**
 * Runs `work` for each message of a batch. A throw means: this message again. The others are done and do not come back.
 */
export async function eachMessage(
  records: readonly SQSRecord[],
  work: (record: SQSRecord) => Promise<void>,
  log: Log,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(records.map(work));
  const batchItemFailures = outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [];
    log('invocation-failed', { error: errorName(outcome.reason) });
    return [{ itemIdentifier: (records[index] as SQSRecord).messageId }];
  });
  return { batchItemFailures };
}
