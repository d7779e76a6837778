import { randomUUID } from 'node:crypto';
import type { Discarded } from './stream-shard.ts';

export interface FailureContext {
  readonly mappingId: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly now: number;
}

/** The object Lambda writes to an on-failure bucket: where it goes, and what it says. */
export function failureObject(discarded: Discarded, context: FailureContext): { key: string; body: string } {
  const { shardId, records, invocations, condition } = discarded;
  const { mappingId, functionArn, streamArn, now } = context;
  const iso = new Date(now).toISOString();
  const first = records[0];
  const last = records.at(-1);
  const second = (at: number | undefined) => new Date(at ?? now).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    key: `aws/lambda/${mappingId}/${shardId}/${iso.slice(0, 10).replaceAll('-', '/')}/${iso.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`,
    body: JSON.stringify({
      requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: iso,
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: first?.record.dynamodb.SequenceNumber,
        endSequenceNumber: last?.record.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: second(first?.at),
        approximateArrivalOfLastRecord: second(last?.at),
        batchSize: records.length,
        streamArn,
      },
      // Only in objects, not in messages: the whole event, as text.
      payload: JSON.stringify({ Records: records.map(({ record }) => record) }),
    }),
  };
}
