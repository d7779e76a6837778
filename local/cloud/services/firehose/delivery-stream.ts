import { gzipSync } from 'node:zlib';
import type { Clock, Scheduled } from '../../clock.ts';
import { idSource } from '../ids.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { fillPrefix, objectName } from './object-name.ts';

export interface DeliveryStreamDefinition {
  readonly name: string;
  readonly arn?: string;
  /** Name of the bucket its objects go to. */
  readonly bucket: string;
  readonly prefix?: string;
  /** Whichever comes first flushes; AWS's defaults are 300 s and 5 MiB. */
  readonly bufferSeconds?: number;
  readonly bufferMegabytes?: number;
  readonly compression?: 'UNCOMPRESSED' | 'GZIP';
}

/** Told of each object that a stream has put into its bucket. */
export type OnObject = (definition: DeliveryStreamDefinition) => void;

/** Records gathered until there are enough of them or the first has waited long enough, then one object. */
export class DeliveryStream {
  readonly definition: DeliveryStreamDefinition;
  readonly #clock: Clock;
  readonly #objects: ObjectStore;
  readonly #onObject: OnObject | undefined;
  readonly #nextId: () => string;
  #buffer: Buffer[] = [];
  #bytes = 0;
  #firstAt = 0;
  #due: Scheduled | undefined;

  constructor(definition: DeliveryStreamDefinition, clock: Clock, objects: ObjectStore, onObject?: OnObject) {
    this.definition = definition;
    this.#clock = clock;
    this.#objects = objects;
    this.#onObject = onObject;
    this.#nextId = idSource(`firehose/${definition.name}`);
    fillPrefix(definition.prefix ?? '', clock.now(), this.#nextId);
  }

  /** Takes a record as it is: Firehose puts nothing between records, a newline is the sender's business. */
  put(data: Buffer): string {
    if (this.#buffer.length === 0) {
      this.#firstAt = this.#clock.now();
      const { bufferSeconds = 300 } = this.definition;
      this.#due = this.#clock.schedule(this.#firstAt + bufferSeconds * 1000, () => this.flush());
    }
    this.#buffer.push(data);
    this.#bytes += data.length;
    const recordId = this.#nextId();
    if (this.#bytes >= (this.definition.bufferMegabytes ?? 5) * 1024 * 1024) this.flush();
    return recordId;
  }

  /** Writes what is buffered now; nothing happens when that is nothing. */
  flush(): void {
    this.#due?.cancel();
    this.#due = undefined;
    if (this.#buffer.length === 0) return;
    const { name, bucket, prefix = '', compression } = this.definition;
    const gzip = compression === 'GZIP';
    const plain = Buffer.concat(this.#buffer, this.#bytes);
    const at = this.#firstAt;
    this.#buffer = [];
    this.#bytes = 0;
    this.#objects.put(bucket, {
      key: fillPrefix(prefix, at, this.#nextId) + objectName(name, at, this.#nextId(), gzip),
      body: gzip ? gzipSync(plain) : plain,
      at: this.#clock.now(),
      ...(gzip ? { contentEncoding: 'gzip' } : {}),
    });
    this.#onObject?.(this.definition);
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }
}
