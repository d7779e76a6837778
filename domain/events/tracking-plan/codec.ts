import { type SeenEvent, type SeenProperty, type SeenType, VALUE_TYPES } from './seen-event.ts';

/** The stored text is written and billed again with every few events, so names are left out and zeros cost nothing. */
type Stored = [
  format: 1,
  type: SeenType,
  name: string,
  ...numbers: [count: number, lookedAt: number, first: number, last: number, more: number],
  properties: StoredProperty[],
];

type StoredProperty = [
  name: string,
  ...numbers: [count: number, first: number, last: number, more: number],
  /** In the order of VALUE_TYPES. */
  types: number[],
  values: [string, number][],
];

/** One entry of the tracking plan as text. */
export function encodeSeen({ type, name, count, lookedAt, first, last, more, properties }: SeenEvent): string {
  const stored: Stored = [1, type, name, count, lookedAt, first, last, more, [...properties].map(storedProperty)];
  return JSON.stringify(stored);
}

const storedProperty = ([name, property]: readonly [string, SeenProperty]): StoredProperty => {
  const { count, first, last, more, types, values } = property;
  return [name, count, first, last, more, VALUE_TYPES.map((type) => types.get(type) ?? 0), [...values]];
};

/** Reads what `encodeSeen` wrote. Throws on anything else. */
export function decodeSeen(text: string): SeenEvent {
  const [format, type, name, count, lookedAt, first, last, more, properties] = JSON.parse(text) as Stored;
  if (format !== 1) throw new Error('A newer release wrote this entry of the tracking plan.');
  return { type, name, count, lookedAt, first, last, more, properties: new Map(properties.map(readProperty)) };
}

const readProperty = ([name, count, first, last, more, types, values]: StoredProperty): [string, SeenProperty] => {
  const seen = VALUE_TYPES.map((type, place) => [type, types[place] ?? 0] as const).filter(([, times]) => times > 0);
  return [name, { count, first, last, more, types: new Map(seen), values: new Map(values) }];
};
