import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Lake } from '../adapters/lake.ts';
import type { Log } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';

export interface ArchiveDependencies {
  readonly lake: Lake;
  readonly log: Log;
}

/** Brings raw inputs that the lake refused to it again; they wait on their queue until it takes them. */
export const archive = ({ lake, log }: ArchiveDependencies, { Records }: SQSEvent): Promise<SQSBatchResponse> =>
  eachMessage(Records, ({ body }) => lake.append(body), log);
