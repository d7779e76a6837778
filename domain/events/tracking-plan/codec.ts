import { type SeenEvent, type SeenProperty, type SeenType, VALUE_TYPES } from './seen-event.ts';

/**
 * The stored text is written and billed again with every few events, so names are left out, zeros at the end of types
 * cost nothing, and times of properties are told from those of the event, which they are near to.
 */
type Stored = [
  format: 1,
  type: SeenType,
  name: string,
  ...numbers: [count: number, lookedAt: number, first: number, last: number, more: number],
  properties: StoredProperty[],
];

type StoredProperty = [
  name: string,
  ...numbers: [count: number, firstAfter: number, lastBefore: number, more: number],
  /** In the order of VALUE_TYPES. */
  types: number[],
  values: [string, number][],
];

/** One entry of the tracking plan as text. */
export function encodeSeen({ type, name, count, lookedAt, first, last, more, properties }: SeenEvent): string {
  const stored = [...properties].map(([name, property]): StoredProperty => {
    const { count, more, types, values } = property;
    return [name, count, property.first - first, last - property.last, more, countsOf(types), [...values]];
  });
  return JSON.stringify([1, type, name, count, lookedAt, first, last, more, stored] satisfies Stored);
}

function countsOf(types: SeenProperty['types']): number[] {
  const counts = VALUE_TYPES.map((type) => types.get(type) ?? 0);
  return counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
}

/** Reads what `encodeSeen` wrote. Throws on anything else. */
export function decodeSeen(text: string): SeenEvent {
  const [format, type, name, count, lookedAt, first, last, more, properties] = JSON.parse(text) as Stored;
  if (format !== 1) throw new Error('A newer release wrote this entry of the tracking plan.');
  const read = properties.map(([name, count, firstAfter, lastBefore, more, types, values]): [string, SeenProperty] => {
    const times = { first: first + firstAfter, last: last - lastBefore };
    return [name, { count, ...times, more, types: typesOf(types), values: new Map(values) }];
  });
  return { type, name, count, lookedAt, first, last, more, properties: new Map(read) };
}

const typesOf = (counts: readonly number[]): SeenProperty['types'] =>
  new Map(VALUE_TYPES.map((type, place) => [type, counts[place] ?? 0] as const).filter(([, count]) => count > 0));
