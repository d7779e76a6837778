import type { Clock, Scheduled } from '../../clock.ts';
import type { Item } from './attribute-value.ts';
import type { Table } from './table.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const YEAR = 365 * 24 * HOUR;

/** AWS removes what has expired "within a few days" and until then shows it to every reader; here it takes two days. */
const REMOVED_AFTER = 48 * HOUR;

/** A table is walked through no oftener than this. */
const WALK_EVERY = 6 * HOUR;

/** AWS takes a time that lies further back for a mistake and leaves the item alone. */
const OLDEST = 5 * YEAR;

/** Removes a table's expired items, long after they have expired. */
export class TimeToLive {
  readonly #table: Table;
  readonly #attribute: string;
  readonly #clock: Clock;
  readonly #remove: (key: string) => void;
  #planned: Scheduled | undefined;
  #notBefore = 0;

  constructor(options: { table: Table; attribute: string; clock: Clock; remove: (key: string) => void }) {
    this.#table = options.table;
    this.#attribute = options.attribute;
    this.#clock = options.clock;
    this.#remove = options.remove;
  }

  /** Told of every item that is written. */
  written(item: Item): void {
    const due = this.#dueAt(item);
    if (due !== undefined) this.#plan(due);
  }

  /** When an item is to be removed; undefined when it stays. A value that is no number is none. */
  #dueAt(item: Item): number | undefined {
    const expiresAt = Number(item[this.#attribute]?.N ?? Number.NaN) * SECOND;
    return expiresAt > this.#clock.now() - OLDEST ? expiresAt + REMOVED_AFTER : undefined;
  }

  #plan(due: number): void {
    const at = Math.max(due, this.#notBefore);
    if (this.#planned && this.#planned.at <= at) return;
    this.#planned?.cancel();
    this.#planned = this.#clock.schedule(at, () => this.#walk());
  }

  #walk(): void {
    const now = this.#clock.now();
    this.#planned = undefined;
    this.#notBefore = now + WALK_EVERY;
    let next = Number.POSITIVE_INFINITY;
    for (const [key, item] of this.#table.items.entries()) {
      const due = this.#dueAt(item);
      if (due === undefined) continue;
      if (due <= now) this.#remove(key);
      else next = Math.min(next, due);
    }
    if (next < Number.POSITIVE_INFINITY) this.#plan(next);
  }
}
