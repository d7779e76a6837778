import { BOUNDS, type SeenEvent, type SeenProperty } from './seen-event.ts';

/**
 * What two workers have seen of the same name, together. Sums and extremes: the order in which workers write does not
 * matter, and below the bounds neither does who merges with whom first. Beyond the bounds the properties seen first
 * stay, so that a source gone wild pushes nothing out, and the values seen most; the rest adds to `more`.
 */
export function merge(a: SeenEvent, b: SeenEvent): SeenEvent {
  const [properties, cut] = firstSeen(joined(a.properties, b.properties, mergeProperty));
  return {
    type: a.type,
    name: a.name,
    count: a.count + b.count,
    lookedAt: a.lookedAt + b.lookedAt,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    properties,
    more: a.more + b.more + sum(cut.map(({ count }) => count)),
  };
}

function mergeProperty(a: SeenProperty, b: SeenProperty): SeenProperty {
  const [values, cut] = seenMost(joined(a.values, b.values, add));
  return {
    count: a.count + b.count,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    types: joined(a.types, b.types, add),
    values,
    more: a.more + b.more + sum(cut),
  };
}

function firstSeen(all: Map<string, SeenProperty>): [Map<string, SeenProperty>, SeenProperty[]] {
  if (all.size <= BOUNDS.properties) return [all, []];
  const sorted = [...all].sort(([aName, a], [bName, b]) => a.first - b.first || byText(aName, bName));
  return [new Map(sorted.slice(0, BOUNDS.properties)), sorted.slice(BOUNDS.properties).map(([, cut]) => cut)];
}

function seenMost(all: Map<string, number>): [Map<string, number>, number[]] {
  if (all.size <= BOUNDS.values) return [all, []];
  const sorted = [...all].sort(([aText, a], [bText, b]) => b - a || byText(aText, bText));
  return [new Map(sorted.slice(0, BOUNDS.values)), sorted.slice(BOUNDS.values).map(([, count]) => count)];
}

function joined<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>, merge: (a: V, b: V) => V): Map<K, V> {
  const all = new Map(a);
  for (const [key, value] of b) {
    const known = all.get(key);
    all.set(key, known === undefined ? value : merge(known, value));
  }
  return all;
}

const add = (a: number, b: number) => a + b;
const sum = (numbers: readonly number[]) => numbers.reduce(add, 0);
const byText = (a: string, b: string) => (a < b ? -1 : 1);
