import type { Activity } from '../clock.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { Received } from '../services/sqs/message.ts';
import type { Queue } from '../services/sqs/queue.ts';
import { failedItems } from './batch-failures.ts';
import type { RecordFilter } from './filter.ts';
import { payloadBatches } from './payload-batches.ts';
import type { SqsRecord } from './sqs-record.ts';
import { sqsRecord } from './sqs-record.ts';

export interface SqsMappingOptions {
  readonly queue: Queue;
  readonly target: LambdaFunction;
  readonly batchSize: number;
  /** How many messages a poll finds at most, asked at each. */
  readonly messagesPerPoll?: (() => number) | undefined;
  readonly maximumConcurrency: number;
  readonly reportsItemFailures: boolean;
  readonly filter: RecordFilter;
  readonly region: string;
  readonly activity: Activity;
  /** Told of each batch received, and of each of which something is deleted: Lambda polls at our cost. */
  readonly onReceived?: (messages: readonly Received[]) => void;
  readonly onDeleted?: () => void;
}

/**
 * Polls one queue for one function. Messages of a failed batch stay hidden until their visibility time-out and come
 * back; after too many receives the queue moves them to its dead letters.
 */
export class SqsMapping {
  readonly #options: SqsMappingOptions;
  readonly #stopListening: () => void;
  #running = 0;
  #polling = false;
  #stopped = false;
  #enabled = true;

  constructor(options: SqsMappingOptions) {
    this.#options = options;
    this.#stopListening = options.queue.onAvailable(() => this.#poll());
    this.#poll();
  }

  get queueArn(): string {
    return this.#options.queue.definition.arn;
  }

  /** Whether it polls; what it has received already is processed in any case. */
  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.#poll();
  }

  /** When the first message that was received before comes back. */
  nextRetry(): number | undefined {
    return this.#options.queue.awaitingRetry().nextMoment;
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
  }

  /** Looks at the queue one turn later, so that messages sent together are received together. */
  #poll(): void {
    if (this.#polling || this.#stopped || !this.#enabled) return;
    this.#polling = true;
    const end = this.#options.activity.begin(`poll ${this.#options.queue.definition.name}`);
    setImmediate(() => {
      this.#polling = false;
      this.#receive();
      end();
    });
  }

  #receive(): void {
    const { queue, batchSize, messagesPerPoll = () => 10, maximumConcurrency } = this.#options;
    while (this.#running < maximumConcurrency && !this.#stopped && this.#enabled) {
      const messages = queue.receive(Math.min(batchSize, messagesPerPoll()));
      if (messages.length === 0) return;
      this.#options.onReceived?.(messages);
      void this.#process(messages);
    }
  }

  async #process(messages: readonly Received[]): Promise<void> {
    const { queue, target, filter, region } = this.#options;
    this.#running++;
    try {
      const records = messages.map((message) => sqsRecord(message, queue.definition.arn, region));
      const wanted = records.filter((record) => filter(record));
      // AWS deletes what the filter refuses; it never comes back.
      this.#delete(records.filter((record) => !wanted.includes(record)));
      // What Lambda refuses comes back until the queue gives it up.
      const invoking = wanted.filter(({ attributes }) => !target.endsChain(attributes.AWSTraceHeader));
      if (invoking.length === 0) return;
      for (const batch of payloadBatches(invoking)) await this.#invoke(batch);
    } finally {
      this.#running--;
      this.#poll();
    }
  }

  /** Deletes what the function has processed. */
  async #invoke(records: readonly SqsRecord[]): Promise<void> {
    const { target, reportsItemFailures } = this.#options;
    const traces = records.flatMap(({ attributes }) => attributes.AWSTraceHeader ?? []);
    const result = await target.invoke({ Records: records }, { traces });
    if (!result.ok) return;
    const ids = new Set(records.map(({ messageId }) => messageId));
    const failed = reportsItemFailures ? failedItems(result.value, ids) : new Set<string>();
    if (failed === 'all') return;
    this.#delete(records.filter(({ messageId }) => !failed.has(messageId)));
  }

  #delete(records: readonly { readonly receiptHandle: string }[]): void {
    if (records.length === 0) return;
    for (const { receiptHandle } of records) this.#options.queue.delete(receiptHandle);
    this.#options.onDeleted?.();
  }
}
