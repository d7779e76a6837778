/** A task waiting for its moment. */
export interface Moment {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

/**
 * The moments to come, soonest first, those of one instant in the order they were added. A binary heap. Cancelled
 * moments stay until they surface or until they are the larger part, because most visibility time-outs are cancelled
 * and finding each in the heap would cost more than carrying it.
 */
export class Moments {
  #heap: Moment[] = [];
  #added = 0;
  #cancelled = 0;

  add(at: number, task: () => void): Moment {
    const moment: Moment = { at, order: this.#added++, task, cancelled: false };
    this.#heap.push(moment);
    this.#rise(this.#heap.length - 1);
    return moment;
  }

  cancel(moment: Moment): void {
    if (moment.cancelled) return;
    moment.cancelled = true;
    this.#cancelled++;
    if (this.#cancelled > 1000 && this.#cancelled > this.#heap.length / 2) this.#compact();
  }

  /** The soonest moment, left in place. */
  peek(): Moment | undefined {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
    return this.#heap[0];
  }

  /** Takes the soonest moment if it is not after `until`. */
  takeUntil(until: number): Moment | undefined {
    const first = this.peek();
    if (first === undefined || first.at > until) return undefined;
    this.#removeFirst();
    // So that cancelling a moment that has run is not counted as one more to clear away.
    first.cancelled = true;
    return first;
  }

  #removeFirst(): void {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return;
    if (first.cancelled) this.#cancelled--;
    if (first === last) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #compact(): void {
    this.#heap = this.#heap.filter((moment) => !moment.cancelled).sort((a, b) => (before(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfSooner(index, parent)) return;
      index = parent;
    }
  }

  #sink(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const l = this.#heap[left];
      const r = this.#heap[right];
      if (l === undefined) return;
      const child = r !== undefined && before(r, l) ? right : left;
      if (!this.#swapIfSooner(child, index)) return;
      index = child;
    }
  }

  #swapIfSooner(child: number, parent: number): boolean {
    const c = this.#heap[child];
    const p = this.#heap[parent];
    if (c === undefined || p === undefined || !before(c, p)) return false;
    this.#heap[child] = p;
    this.#heap[parent] = c;
    return true;
  }
}

const before = (a: Moment, b: Moment) => a.at < b.at || (a.at === b.at && a.order < b.order);
