import type { Activity, Clock } from '../clock.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import { payloadLimit } from '../lambda-function.ts';
import { failedItems } from './batch-failures.ts';
import type { StreamRecord } from './stream-record.ts';

export interface StreamShardOptions {
  readonly id: string;
  readonly target: LambdaFunction;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  readonly bisects: boolean;
  /** −1: as long as the record lives. */
  readonly maximumRetryAttempts: number;
  /** −1: the 24 hours a stream keeps its records. */
  readonly maximumAgeSeconds: number;
  readonly giveUp: (discarded: Discarded) => void;
  readonly clock: Clock;
  readonly activity: Activity;
}

/** Records a mapping stopped trying to deliver. */
export interface Discarded {
  readonly shardId: string;
  readonly records: readonly Arrived[];
  readonly invocations: number;
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
}

/** A record with the moment it came, to the millisecond. */
export interface Arrived {
  readonly record: StreamRecord;
  readonly at: number;
}

interface Batch {
  readonly records: readonly Arrived[];
  /** How often these records failed where halving the batch was no answer. */
  readonly attempts: number;
  readonly invocations: number;
}

/** AWS retries with a growing pause but does not say which; this one goes from a second to a minute. */
const pause = (attempts: number) => Math.min(60_000, 1000 * 2 ** Math.max(0, attempts - 1));
const streamRetentionSeconds = 24 * 3600;

/**
 * One shard under one mapping: its records in order, one invocation at a time. What fails is tried again, in halves
 * where bisecting is on, and nothing behind it moves until it succeeds or is given up.
 */
export class StreamShard {
  readonly #options: StreamShardOptions;
  #arrived: Arrived[] = [];
  /** Records being retried, the first to go first; empty while all is well. */
  #retrying: Batch[] = [];
  #running = false;
  #retryAt: number | undefined;

  constructor(options: StreamShardOptions) {
    this.#options = options;
  }

  add(record: StreamRecord): void {
    this.#arrived.push({ record, at: this.#options.clock.now() });
    this.#start();
  }

  nextRetry(): number | undefined {
    return this.#retryAt;
  }

  #start(): void {
    if (this.#running || this.#retryAt !== undefined) return;
    this.#running = true;
    const end = this.#options.activity.begin(`${this.#options.id} → ${this.#options.target.name}`);
    // One turn later, so that what is written together is delivered together.
    setImmediate(() => {
      void this.#work().finally(() => {
        this.#running = false;
        if (this.#arrived.length > 0) this.#start();
      });
      // From here on the function itself is what is under way.
      end();
    });
  }

  async #work(): Promise<void> {
    for (let batch = this.#next(); batch; batch = this.#next()) {
      const waitUntil = await this.#deliver(batch);
      if (waitUntil === undefined) continue;
      this.#retryAt = waitUntil;
      this.#options.clock.schedule(waitUntil, () => {
        this.#retryAt = undefined;
        this.#start();
      });
      return;
    }
  }

  #next(): Batch | undefined {
    const retrying = this.#retrying.shift();
    if (retrying) return retrying;
    if (this.#arrived.length === 0) return undefined;
    return { records: this.#arrived.splice(0, this.#batchLength()), attempts: 0, invocations: 0 };
  }

  /** As many records as the batch size and the payload limit of an invocation allow. */
  #batchLength(): number {
    let length = 0;
    let bytes = 0;
    for (const { record } of this.#arrived.slice(0, this.#options.batchSize)) {
      // Sizes count values only: leave room for JSON around them.
      bytes += record.dynamodb.SizeBytes + 600;
      if (length > 0 && bytes > payloadLimit) break;
      length++;
    }
    return length;
  }

  /** Invokes the function once. Returns the moment to go on at when there has to be a pause. */
  async #deliver(batch: Batch): Promise<number | undefined> {
    if (this.#tooOld(batch)) return this.#giveUp(batch, 'RecordAgeExceeded');
    const invoked = { ...batch, invocations: batch.invocations + 1 };
    const left = await this.#invoke(batch.records);
    if (left === 'none') return undefined;
    const came = left.length < batch.records.length;
    if (!this.#options.bisects || (!came && left.length === 1)) return this.#retry({ ...invoked, records: left });
    // Splitting does not count as an attempt: otherwise a large batch would use them all up on the way to the culprit.
    if (came) {
      // The function said how far it came: AWS splits there.
      this.#retrying.unshift({ ...invoked, records: left });
    } else {
      const middle = Math.ceil(left.length / 2);
      this.#retrying.unshift(
        { ...invoked, records: left.slice(0, middle) },
        { ...invoked, records: left.slice(middle) },
      );
    }
    return undefined;
  }

  #retry(batch: Batch): number | undefined {
    const limit = this.#options.maximumRetryAttempts;
    const attempts = batch.attempts + 1;
    if (limit >= 0 && attempts > limit) return this.#giveUp(batch, 'RetryAttemptsExhausted');
    this.#retrying.unshift({ ...batch, attempts });
    return this.#options.clock.now() + pause(attempts);
  }

  #giveUp({ records, invocations }: Batch, condition: Discarded['condition']): undefined {
    this.#options.giveUp({ shardId: this.#options.id, records, invocations, condition });
  }

  #tooOld({ records }: Batch): boolean {
    const { maximumAgeSeconds, clock } = this.#options;
    const seconds = maximumAgeSeconds < 0 ? streamRetentionSeconds : maximumAgeSeconds;
    const oldest = records[0];
    return oldest !== undefined && clock.now() - oldest.at > seconds * 1000;
  }

  /** The records still to be delivered after one invocation, from the first failed one on. */
  async #invoke(records: readonly Arrived[]): Promise<readonly Arrived[] | 'none'> {
    const result = await this.#options.target.invoke({ Records: records.map(({ record }) => record) });
    if (!result.ok) return records;
    if (!this.#options.reportsItemFailures) return 'none';
    const numbers = records.map(({ record }) => record.dynamodb.SequenceNumber);
    const failed = failedItems(result.value, new Set(numbers));
    if (failed === 'all') return records;
    const first = numbers.findIndex((number) => failed.has(number));
    return first < 0 ? 'none' : records.slice(first);
  }
}
