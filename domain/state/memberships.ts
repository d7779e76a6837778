/** The segments somebody is in, by their ids, and since when (ms). */
export type Memberships = ReadonlyMap<number, number>;

/** Those of two profiles; of a segment both are in, since it was first true of either. */
export function mergeMemberships(a: Memberships, b: Memberships): Memberships {
  if (b.size === 0) return a;
  const merged = new Map(a);
  for (const [id, since] of b) merged.set(id, Math.min(since, merged.get(id) ?? since));
  return merged;
}
