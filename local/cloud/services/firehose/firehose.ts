import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { answer, Refusal } from '../refusal.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { DeliveryStreamDefinition, OnObject } from './delivery-stream.ts';
import { DeliveryStream } from './delivery-stream.ts';

/** AWS's limits: a record before base64, records a batch, bytes a batch. */
const MAX_RECORD_BYTES = 1000 * 1024;
const MAX_BATCH_RECORDS = 500;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Amazon Data Firehose: direct put into delivery streams that write to buckets. */
export class Firehose implements AwsService {
  readonly #clock: Clock;
  readonly #objects: ObjectStore;
  readonly #onObject: OnObject | undefined;
  readonly #streams = new Map<string, DeliveryStream>();

  constructor({ clock, objects, onObject }: { clock: Clock; objects: ObjectStore; onObject?: OnObject }) {
    this.#clock = clock;
    this.#objects = objects;
    this.#onObject = onObject;
  }

  createDeliveryStream(definition: DeliveryStreamDefinition): DeliveryStream {
    const stream = new DeliveryStream(definition, this.#clock, this.#objects, this.#onObject);
    this.#streams.set(definition.name, stream);
    return stream;
  }

  /** Writes every stream's buffer to its bucket at once, without waiting for its moment. */
  flush(): void {
    for (const stream of this.#streams.values()) stream.flush();
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      const input = (request.input ?? {}) as Record<string, unknown>;
      if (request.action === 'PutRecord') return this.#putRecord(input);
      if (request.action === 'PutRecordBatch') return this.#putRecordBatch(input);
      throw new Refusal('UnknownOperationException', `The local cloud's Firehose has no operation ${request.action}.`);
    });
  }

  #putRecord(input: Record<string, unknown>): unknown {
    const stream = this.#streamOf(input);
    return { RecordId: stream.put(recordData(input.Record)), Encrypted: false };
  }

  #putRecordBatch(input: Record<string, unknown>): unknown {
    const stream = this.#streamOf(input);
    const records = input.Records;
    if (!Array.isArray(records) || records.length === 0) invalid('Records is a required argument.');
    if ((records as unknown[]).length > MAX_BATCH_RECORDS) invalid(`Records size exceeds ${MAX_BATCH_RECORDS}.`);
    const data = (records as unknown[]).map(recordData);
    if (data.reduce((sum, { length }) => sum + length, 0) > MAX_BATCH_BYTES) {
      invalid('Records size exceeds 4 MB limit');
    }
    const RequestResponses = data.map((one) => ({ RecordId: stream.put(one) }));
    return { FailedPutCount: 0, Encrypted: false, RequestResponses };
  }

  #streamOf({ DeliveryStreamName: name }: Record<string, unknown>): DeliveryStream {
    if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) invalid('DeliveryStreamName is not valid.');
    const stream = this.#streams.get(name as string);
    if (stream === undefined) {
      const message = `Firehose ${String(name)} under account 000000000000 not found.`;
      throw new Refusal('ResourceNotFoundException', message);
    }
    return stream;
  }
}

function recordData(record: unknown): Buffer {
  const data = (record as { Data?: unknown } | undefined)?.Data;
  if (typeof data !== 'string') return invalid('Record Data is a required argument.');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > MAX_RECORD_BYTES) return invalid(`Record size ${bytes.length} exceeds ${MAX_RECORD_BYTES} bytes.`);
  return bytes;
}

function invalid(message: string): never {
  throw new Refusal('InvalidArgumentException', message);
}
