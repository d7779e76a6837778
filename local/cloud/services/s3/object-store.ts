import { SortedMap } from '../sorted-map.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** Milliseconds of the cloud's clock. */
  readonly at: number;
  readonly contentEncoding?: string;
  readonly contentType?: string;
}

/**
 * What Amazon S3 keeps: delivery streams and on-failure destinations write here directly, SDK clients by the service
 * (`s3.ts`). S3 sorts keys by their bytes in UTF-8, a `SortedMap` by UTF-16; both are the same for keys in ASCII.
 */
export class ObjectStore {
  readonly #buckets = new Map<string, SortedMap<StoredObject>>();

  createBucket(name: string): void {
    if (!this.#buckets.has(name)) this.#buckets.set(name, new SortedMap());
  }

  has(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  put(bucket: string, object: StoredObject): void {
    this.#bucket(bucket).set(object.key, object);
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#bucket(bucket).get(key);
  }

  delete(bucket: string, key: string): void {
    this.#bucket(bucket).delete(key);
  }

  /** Objects whose key begins with `prefix` and comes after `after`, in the order of their keys. */
  *list(bucket: string, prefix = '', after = ''): Iterable<StoredObject> {
    const range = after > prefix ? { gt: after } : { gte: prefix };
    for (const object of this.#bucket(bucket).values(range)) {
      if (!object.key.startsWith(prefix)) return;
      if (object.key > after) yield object;
    }
  }

  count(bucket: string): number {
    return this.#bucket(bucket).size;
  }

  #bucket(name: string): SortedMap<StoredObject> {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new Error(`NoSuchBucket: ${name}`);
    return bucket;
  }
}
