/** How often an event of one name happened, first and last (ms). */
export interface EventTotal {
  readonly name: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** A list and not a map: it is copied with every event, and a list copies twenty times faster. */
export type EventTotals = readonly EventTotal[];

/** Beyond this the name longest unseen goes. */
const MOST = 100;

/** One more event of that name. */
export function countEvent(totals: EventTotals, name: string, time: number): EventTotals {
  return addTotal(totals, { name, count: 1, first: time, last: time });
}

export const mergeTotals = (totals: EventTotals, others: EventTotals): EventTotals =>
  others.reduce((merged, total) => addTotal(merged, total), totals);

function addTotal(totals: EventTotals, added: EventTotal): EventTotals {
  const place = totals.findIndex(({ name }) => name === added.name);
  const known = totals[place];
  if (known === undefined) return withinBound([...totals, added]);
  const copy = totals.slice();
  copy[place] = {
    name: known.name,
    count: known.count + added.count,
    first: Math.min(known.first, added.first),
    last: Math.max(known.last, added.last),
  };
  return copy;
}

function withinBound(totals: EventTotals): EventTotals {
  if (totals.length <= MOST) return totals;
  return withoutLongestUnseen(totals, 1);
}

/** Without the `count` names that were not seen for longest; of those seen last at one moment, by name. */
export function withoutLongestUnseen(totals: EventTotals, count: number): EventTotals {
  const gone = new Set([...totals].sort((a, b) => a.last - b.last || (a.name < b.name ? -1 : 1)).slice(0, count));
  return totals.filter((total) => !gone.has(total));
}
