import { SortedMap } from '../sorted-map.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** Milliseconds of the cloud's clock. */
  readonly at: number;
  readonly contentEncoding?: string;
}

/** Amazon S3's buckets for the cloud's own use: delivery streams and on-failure destinations write, people look. */
export class ObjectStore {
  readonly #buckets = new Map<string, SortedMap<StoredObject>>();

  createBucket(name: string): void {
    if (!this.#buckets.has(name)) this.#buckets.set(name, new SortedMap());
  }

  put(bucket: string, object: StoredObject): void {
    this.#bucket(bucket).set(object.key, object);
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#bucket(bucket).get(key);
  }

  /** Objects whose key begins with `prefix`, in the order of their keys. */
  *list(bucket: string, prefix = ''): Iterable<StoredObject> {
    for (const object of this.#bucket(bucket).values({ gte: prefix })) {
      if (!object.key.startsWith(prefix)) return;
      yield object;
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
