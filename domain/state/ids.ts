/** Ids that are shown of a person; whose they are is settled by their hashes, of which there is no such bound. */
const MOST = 20;

/** The list with one more id, unless it has it or is full. */
export const withId = (ids: readonly string[], id: string): readonly string[] =>
  ids.length >= MOST || ids.includes(id) ? ids : [...ids, id];

export const mergeIds = (ids: readonly string[], others: readonly string[]): readonly string[] =>
  others.reduce(withId, ids);
