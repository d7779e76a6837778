/** The value that was written last, by event time (ms). */
export interface Latest<T> {
  readonly value: T;
  readonly time: number;
}

/** The later of two values; of two written in one millisecond the greater, so that it does not matter which came first. */
export function latestOf<T extends string | number | boolean, L extends Latest<T>>(
  a: L | undefined,
  b: L | undefined,
): L | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.time !== b.time) return a.time > b.time ? a : b;
  return a.value >= b.value ? a : b;
}

/** The smaller of two numbers of which either may be missing. */
export const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** The greater of two numbers of which either may be missing. */
export const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

/**
 * What was said under names, and what others have said: under each name one of the two is right. Beyond `most` names new
 * ones do not come in. The map itself, if nothing changes.
 */
export function mergeSaid<K, V>(
  said: ReadonlyMap<K, V>,
  others: Iterable<readonly [K, V]>,
  overrules: (other: V, known: V) => boolean,
  most: number,
): ReadonlyMap<K, V> {
  let merged: Map<K, V> | undefined;
  for (const [name, value] of others) {
    const known = (merged ?? said).get(name);
    if (known === undefined ? (merged ?? said).size >= most : !overrules(value, known)) continue;
    merged ??= new Map(said);
    merged.set(name, value);
  }
  return merged ?? said;
}
