import { hash48 } from '../../../../domain/hash.ts';
import { Moments } from '../../moments.ts';
import { SortedMap } from '../sorted-map.ts';
import type { Item } from './attribute-value.ts';

/** Milliseconds an entry may be behind its item. AWS names no bound; this is far more than it usually takes. */
export const LONGEST_INDEX_LAG = 2_000;

/** One change of an index: the entry under one key goes, another comes. */
interface EntryChange {
  /** Key of the item in its table. */
  readonly item: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly entry: Item | undefined;
}

/**
 * The entries of a global secondary index, twice: as the table has them, and as readers see them. How far a change is
 * behind is chance, but the same chance in every run: it follows from a seed, the item and the moment of the write.
 * Changes of one item never overtake each other; those of different items do.
 */
export class IndexEntries {
  /** In step with the table, for those who watch the cloud from outside. */
  readonly exact = new SortedMap<Item>();
  readonly #seed: string;
  readonly #seen = new SortedMap<Item>();
  readonly #underWay = new Moments();
  /** When the last change of an item arrives, as long as it is under way. */
  readonly #arrivals = new Map<string, number>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  change(change: EntryChange, now: number): void {
    apply(this.exact, change);
    const { item } = change;
    const lag = hash48(`${this.#seed}/${item}/${now}`) % (LONGEST_INDEX_LAG + 1);
    const arrival = Math.max(now + lag, this.#arrivals.get(item) ?? 0);
    this.#arrivals.set(item, arrival);
    this.#underWay.add(arrival, () => {
      apply(this.#seen, change);
      if (this.#arrivals.get(item) === arrival) this.#arrivals.delete(item);
    });
    // Else an index nobody reads would keep all its changes waiting.
    this.#arrive(now);
  }

  /** What a reader sees at this moment. */
  seenAt(now: number): SortedMap<Item> {
    this.#arrive(now);
    return this.#seen;
  }

  /** Lets everything arrive at once, however far behind it was to be. */
  catchUp(): void {
    this.#arrive(Number.POSITIVE_INFINITY);
  }

  #arrive(until: number): void {
    for (let due = this.#underWay.takeUntil(until); due; due = this.#underWay.takeUntil(until)) due.task();
  }
}

function apply(entries: SortedMap<Item>, { from, to, entry }: EntryChange): void {
  if (from !== undefined && from !== to) entries.delete(from);
  if (to !== undefined && entry !== undefined) entries.set(to, entry);
}
