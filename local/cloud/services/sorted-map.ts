/** Bounds of a walk through a sorted map; keys compare as JavaScript compares strings, by code unit. */
export interface KeyRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
}

interface Chunk<V> {
  keys: string[];
  values: V[];
}

interface Position {
  chunk: number;
  index: number;
}

/** Small enough that inserting into a chunk is one short memory move, large enough that there are few chunks. */
const MAX_CHUNK = 512;

/**
 * A map that keeps its keys in order: a list of sorted chunks, searched by halves. Insert, delete and look-up take
 * O(log n), a walk starts in O(log n) and steps in O(1). It may be changed during a walk: a walk looks up where it
 * is again after each change.
 */
export class SortedMap<V> {
  readonly #chunks: Chunk<V>[] = [];
  #size = 0;
  #changes = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const at = this.#lowerBound(key);
    const chunk = this.#chunks[at.chunk];
    return chunk !== undefined && chunk.keys[at.index] === key ? chunk.values[at.index] : undefined;
  }

  set(key: string, value: V): void {
    const at = this.#lowerBound(key);
    const found = this.#chunks[at.chunk];
    if (found !== undefined && found.keys[at.index] === key) {
      found.values[at.index] = value;
      return;
    }
    this.#changes++;
    this.#size++;
    // A key beyond the last one is appended to the last chunk rather than opening a new one.
    const number = Math.min(at.chunk, Math.max(0, this.#chunks.length - 1));
    const chunk = this.#chunks[number];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] });
      return;
    }
    const index = number === at.chunk ? at.index : chunk.keys.length;
    chunk.keys.splice(index, 0, key);
    chunk.values.splice(index, 0, value);
    if (chunk.keys.length > MAX_CHUNK) this.#split(number, index);
  }

  delete(key: string): boolean {
    const at = this.#lowerBound(key);
    const chunk = this.#chunks[at.chunk];
    if (chunk === undefined || chunk.keys[at.index] !== key) return false;
    this.#changes++;
    this.#size--;
    chunk.keys.splice(at.index, 1);
    chunk.values.splice(at.index, 1);
    if (chunk.keys.length === 0) this.#chunks.splice(at.chunk, 1);
    return true;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#size = 0;
    this.#changes++;
  }

  /** How many keys are smaller than `key`; counts whole chunks, so it is cheap. */
  rank(key: string): number {
    const at = this.#lowerBound(key);
    let rank = at.index;
    for (let i = 0; i < at.chunk; i++) rank += this.#chunks[i]?.keys.length ?? 0;
    return rank;
  }

  first(range: KeyRange = {}): [string, V] | undefined {
    for (const entry of this.entries(range)) return entry;
    return undefined;
  }

  *entries(range: KeyRange = {}): Generator<[string, V]> {
    const step = range.reverse === true ? -1 : 1;
    let at = step === 1 ? this.#startOf(range) : this.#endOf(range);
    let changes = this.#changes;
    for (;;) {
      const chunk = this.#chunks[at.chunk];
      const key = chunk?.keys[at.index];
      if (chunk === undefined || key === undefined || !within(key, range)) return;
      yield [key, chunk.values[at.index] as V];
      if (changes !== this.#changes) {
        changes = this.#changes;
        at = step === 1 ? this.#after(key) : this.#stepBack(this.#lowerBound(key));
      } else if (step === 1) {
        at =
          at.index + 1 < chunk.keys.length
            ? { chunk: at.chunk, index: at.index + 1 }
            : { chunk: at.chunk + 1, index: 0 };
      } else {
        at = this.#stepBack(at);
      }
    }
  }

  *values(range: KeyRange = {}): Generator<V> {
    for (const [, value] of this.entries(range)) yield value;
  }

  #startOf(range: KeyRange): Position {
    const { gt, gte } = range;
    if (gt !== undefined && (gte === undefined || gt >= gte)) return this.#after(gt);
    return gte === undefined ? { chunk: 0, index: 0 } : this.#lowerBound(gte);
  }

  #endOf(range: KeyRange): Position {
    const { lt, lte } = range;
    if (lt !== undefined && (lte === undefined || lt <= lte)) return this.#stepBack(this.#lowerBound(lt));
    if (lte !== undefined) return this.#stepBack(this.#after(lte));
    return this.#stepBack({ chunk: this.#chunks.length, index: 0 });
  }

  #after(key: string): Position {
    const at = this.#lowerBound(key);
    const chunk = this.#chunks[at.chunk];
    if (chunk === undefined || chunk.keys[at.index] !== key) return at;
    return at.index + 1 < chunk.keys.length
      ? { chunk: at.chunk, index: at.index + 1 }
      : { chunk: at.chunk + 1, index: 0 };
  }

  #stepBack(at: Position): Position {
    if (at.index > 0) return { chunk: at.chunk, index: at.index - 1 };
    const before = this.#chunks[at.chunk - 1];
    return { chunk: at.chunk - 1, index: before === undefined ? 0 : before.keys.length - 1 };
  }

  /** Where the first key not smaller than `key` is; one past the last chunk when there is none. */
  #lowerBound(key: string): Position {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const keys = this.#chunks[middle]?.keys as string[];
      if ((keys[keys.length - 1] as string) < key) low = middle + 1;
      else high = middle;
    }
    const keys = this.#chunks[low]?.keys;
    if (keys === undefined) return { chunk: low, index: 0 };
    let from = 0;
    let to = keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((keys[middle] as string) < key) from = middle + 1;
      else to = middle;
    }
    return { chunk: low, index: from };
  }

  #split(number: number, insertedAt: number): void {
    const chunk = this.#chunks[number];
    if (chunk === undefined) return;
    // Keys that arrive in ascending order leave full chunks behind them; others split in the middle.
    const at = insertedAt === chunk.keys.length - 1 ? chunk.keys.length - 1 : chunk.keys.length >>> 1;
    this.#chunks.splice(number + 1, 0, { keys: chunk.keys.splice(at), values: chunk.values.splice(at) });
  }
}

function within(key: string, range: KeyRange): boolean {
  if (range.gt !== undefined && !(key > range.gt)) return false;
  if (range.gte !== undefined && !(key >= range.gte)) return false;
  if (range.lt !== undefined && !(key < range.lt)) return false;
  return range.lte === undefined || key <= range.lte;
}
