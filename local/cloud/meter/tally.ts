import type { Unit } from './unit.ts';

interface Count {
  readonly unit: Unit;
  readonly resource: string;
  readonly quantity: number;
}

/** Sums of units by what they are of. Adding to a sum that is there allocates nothing. */
export class Tally {
  readonly #sums = new Map<Unit, Map<string, number>>();

  add(unit: Unit, resource: string, quantity: number): void {
    let ofUnit = this.#sums.get(unit);
    if (ofUnit === undefined) {
      ofUnit = new Map();
      this.#sums.set(unit, ofUnit);
    }
    ofUnit.set(resource, (ofUnit.get(resource) ?? 0) + quantity);
  }

  of(unit: Unit, resource: string): number {
    return this.#sums.get(unit)?.get(resource) ?? 0;
  }

  *counts(): Iterable<Count> {
    for (const [unit, ofUnit] of this.#sums)
      for (const [resource, quantity] of ofUnit) yield { unit, resource, quantity };
  }

  /** A new tally of each sum by itself; those that come to nothing are left out. */
  map(change: (count: Count) => number): Tally {
    const changed = new Tally();
    for (const count of this.counts()) {
      const quantity = change(count);
      if (quantity !== 0) changed.add(count.unit, count.resource, quantity);
    }
    return changed;
  }
}
