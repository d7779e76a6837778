import type { DeadLetterQueue } from '../../lambdas/adapters/dead-letters.ts';
import type { Queue } from '../../lambdas/adapters/queue.ts';
import type { QueueName } from '../deployment/address-book.ts';

/** A queue and its dead letters. */
export interface DeadQueue {
  readonly name: QueueName;
  readonly deadLetters: DeadLetterQueue;
  /** Where they came from. */
  readonly source: Queue;
}
