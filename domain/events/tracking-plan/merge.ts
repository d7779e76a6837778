import { BOUNDS, type SeenEvent, type SeenProperty } from './seen-event.ts';

/**
 * What two workers have seen of the same name, together. Sums and extremes: the order in which workers write does not
 * matter, and below the bounds neither does who merges with whom first. Beyond the bounds the properties seen first
 * stay, so that a source gone wild pushes nothing out, and the values seen most; the rest adds to `more`.
 */
export const merge = (a: SeenEvent, b: SeenEvent): SeenEvent =>
  // Most of the time only counts are added: nothing was looked at.
  b.properties.size === 0 ? join(a, b) : bounded(join(a, b));

/** The same, but for the bounds. */
export const join = (a: SeenEvent, b: SeenEvent): SeenEvent => ({
  type: a.type,
  name: a.name,
  count: a.count + b.count,
  lookedAt: a.lookedAt + b.lookedAt,
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
  properties: joined(a.properties, b.properties, joinProperty),
  more: a.more + b.more,
});

export const joinProperty = (a: SeenProperty, b: SeenProperty): SeenProperty => ({
  count: a.count + b.count,
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
  types: joined(a.types, b.types, add),
  values: joined(a.values, b.values, add),
  more: a.more + b.more,
});

/** Brings an entry within its bounds; what does not fit is counted. */
export function bounded(seen: SeenEvent): SeenEvent {
  const within = withFewerProperties(seen);
  const most = valuesOfEach([...within.properties.values()]);
  if (most === undefined) return within;
  const properties = [...within.properties].map(([name, property]) => [name, withFewerValues(property, most)] as const);
  return { ...within, properties: new Map(properties) };
}

function withFewerProperties(seen: SeenEvent): SeenEvent {
  if (seen.properties.size <= BOUNDS.properties) return seen;
  const sorted = [...seen.properties].sort(([aName, a], [bName, b]) => a.first - b.first || byText(aName, bName));
  const cut = sorted.slice(BOUNDS.properties).map(([, { count }]) => count);
  return { ...seen, properties: new Map(sorted.slice(0, BOUNDS.properties)), more: cut.reduce(add, seen.more) };
}

/** How many values each property may have, so that all have no more than they may; undefined when nothing is to be cut. */
function valuesOfEach(properties: readonly SeenProperty[]): number | undefined {
  const together = (most: number) => properties.reduce((sum, { values }) => sum + Math.min(values.size, most), 0);
  let most: number = BOUNDS.values;
  while (together(most) > BOUNDS.valuesOfAll) most--;
  return properties.some(({ values }) => values.size > most) ? most : undefined;
}

function withFewerValues(property: SeenProperty, most: number): SeenProperty {
  if (property.values.size <= most) return property;
  const sorted = [...property.values].sort(([aText, a], [bText, b]) => b - a || byText(aText, bText));
  const cut = sorted.slice(most).map(([, count]) => count);
  return { ...property, values: new Map(sorted.slice(0, most)), more: cut.reduce(add, property.more) };
}

function joined<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>, join: (a: V, b: V) => V): ReadonlyMap<K, V> {
  if (b.size === 0) return a;
  const all = new Map(a);
  for (const [key, value] of b) {
    const known = all.get(key);
    all.set(key, known === undefined ? value : join(known, value));
  }
  return all;
}

const add = (a: number, b: number) => a + b;
const byText = (a: string, b: string) => (a < b ? -1 : 1);
