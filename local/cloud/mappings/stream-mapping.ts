import type { Activity, Clock } from '../clock.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { ItemChange } from '../services/dynamodb/dynamo-db.ts';
import type { RecordFilter } from './filter.ts';
import { failureObject } from './stream-failure.ts';
import type { StreamDescription } from './stream-record.ts';
import { shardOf, streamRecord } from './stream-record.ts';
import type { Discarded, StreamShardOptions } from './stream-shard.ts';
import { StreamShard } from './stream-shard.ts';

export interface StreamMappingOptions {
  /** The mapping's UUID. */
  readonly id: string;
  readonly target: LambdaFunction;
  readonly stream: StreamDescription;
  readonly filter: RecordFilter;
  readonly delivery: Pick<
    StreamShardOptions,
    'batchSize' | 'reportsItemFailures' | 'bisects' | 'maximumRetryAttempts' | 'maximumAgeSeconds'
  >;
  /** Stores an object in the on-failure bucket; undefined when the mapping has none and such records are lost. */
  readonly storeFailure: ((key: string, body: string) => void) | undefined;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: (line: string) => void;
}

/** Enough for conflicts between shards to happen; a real table has one shard per partition. */
const shardCount = 4;

/** Delivers a table's changes to one function, in order per item. */
export class StreamMapping {
  readonly #options: StreamMappingOptions;
  readonly #shards: readonly StreamShard[];

  constructor(options: StreamMappingOptions) {
    this.#options = options;
    this.#shards = Array.from({ length: shardCount }, (_, index) => {
      const { target, delivery, clock, activity } = options;
      const id = `shardId-${String(index).padStart(20, '0')}-local`;
      return new StreamShard({ ...delivery, id, target, clock, activity, giveUp: (batch) => this.#giveUp(batch) });
    });
  }

  /** Takes one change of the table; what the filter refuses is passed over, as on AWS. */
  add(change: ItemChange): void {
    const record = streamRecord(change, this.#options.stream);
    if (this.#options.filter(record)) this.#shards[shardOf(change.keys, shardCount)]?.add(record);
  }

  /** When the first shard that waits after a failure goes on. */
  nextRetry(): number | undefined {
    const moments = this.#shards.flatMap((shard) => shard.nextRetry() ?? []);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  #giveUp(discarded: Discarded): void {
    const { id, target, stream, clock, storeFailure, log } = this.#options;
    const numbers = discarded.records.map(({ record }) => record.dynamodb.SequenceNumber).join(', ');
    log(`${target.name} gave up on stream records ${numbers}: ${discarded.condition}`);
    const object = failureObject(discarded, {
      mappingId: id,
      functionArn: target.arn,
      streamArn: stream.arn,
      now: clock.now(),
    });
    storeFailure?.(object.key, object.body);
  }
}
