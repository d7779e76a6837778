import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { decodeHandOff } from '../../domain/delivery/hand-off.ts';
import { eachMessage } from '../runtime/queue-batch.ts';
import { handToSinks, type SinkDependencies } from './sinks.ts';

/** Hands over again what a sink refused; what is refused still comes back after the queue's visibility time-out. */
export const redeliver = (dependencies: SinkDependencies, { Records }: SQSEvent): Promise<SQSBatchResponse> =>
  eachMessage(
    Records,
    async ({ body }) => {
      const refused = await handToSinks(dependencies, [decodeHandOff(body)]);
      if (refused.length > 0) throw new Error('Refused again');
    },
    dependencies.log,
  );
