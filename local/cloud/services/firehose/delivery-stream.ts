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
  /** Whether its role may write an object of this key; always unless given. */
  readonly mayPut?: (key: string) => boolean;
}

/** AWS tries so long to write to a bucket, then drops what it has. */
const TRIES_FOR = 24 * 3600 * 1000;

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
      this.#flushLater();
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
    const { name, bucket, prefix = '', compression, mayPut } = this.definition;
    const gzip = compression === 'GZIP';
    const at = this.#firstAt;
    const key = fillPrefix(prefix, at, this.#nextId) + objectName(name, at, this.#nextId(), gzip);
    const refused = mayPut?.(key) === false;
    if (refused && this.#clock.now() < at + TRIES_FOR) {
      this.#flushLater();
      return;
    }
    const plain = Buffer.concat(this.#buffer, this.#bytes);
    this.#buffer = [];
    this.#bytes = 0;
    if (refused) return;
    this.#objects.put(bucket, {
      key,
      body: gzip ? gzipSync(plain) : plain,
      at: this.#clock.now(),
      ...(gzip ? { contentEncoding: 'gzip' } : {}),
    });
    this.#onObject?.(this.definition);
  }

  #flushLater(): void {
    const { bufferSeconds = 300 } = this.definition;
    this.#due = this.#clock.schedule(this.#clock.now() + bufferSeconds * 1000, () => this.flush());
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }
}
