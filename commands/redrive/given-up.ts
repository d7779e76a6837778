import type { OperatorClients } from '../../lambdas/adapters/account/clients.ts';
import { sqsDeadLetters } from '../../lambdas/adapters/dead-letters.ts';
import { s3FailedRecords } from '../../lambdas/adapters/failed-records.ts';
import { sqsQueue } from '../../lambdas/adapters/queue.ts';
import { type Deployment, queueNames } from '../deployment/address-book.ts';
import type { GivenUp } from './redrive.ts';

/** A deployment's own queues and bucket. */
export function givenUpOf(
  { sqs, s3 }: Pick<OperatorClients, 'sqs' | 's3'>,
  { queues, buckets }: Pick<Deployment, 'queues' | 'buckets'>,
): Pick<GivenUp, 'queues' | 'failures'> {
  const both = queueNames.map((name) => {
    const { url, deadLettersUrl } = queues[name];
    return [name, { source: sqsQueue(sqs, url), deadLetters: sqsDeadLetters(sqs, deadLettersUrl) }] as const;
  });
  return {
    queues: Object.fromEntries(both) as GivenUp['queues'],
    failures: s3FailedRecords(s3, buckets.failures),
  };
}
