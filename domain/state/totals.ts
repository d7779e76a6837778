/** How often an event of one name happened, first and last (ms). */
export interface EventTotal {
  readonly name: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** A list and not a map: it is copied with every event, and a list copies twenty times faster. */
export type EventTotals = readonly EventTotal[];

/** Beyond this the names longest unseen go, but for those that somebody asks for. */
const MOST = 100;
const NONE: ReadonlySet<string> = new Set();

/**
 * One more event of that name.
 * @param asked names that stay, however long they were not seen: what the project asks of them could not be answered any more
 */
export function countEvent(totals: EventTotals, name: string, time: number, asked: ReadonlySet<string>): EventTotals {
  const counted = addTotal(totals, { name, count: 1, first: time, last: time });
  return counted.length <= MOST ? counted : withoutLongestUnseen(counted, counted.length - MOST, asked);
}

/** All of both. What is too much goes with the next event: only then is it known what is asked for. */
export const mergeTotals = (totals: EventTotals, others: EventTotals): EventTotals => others.reduce(addTotal, totals);

function addTotal(totals: EventTotals, added: EventTotal): EventTotals {
  const place = totals.findIndex(({ name }) => name === added.name);
  const known = totals[place];
  if (known === undefined) return [...totals, added];
  const copy = totals.slice();
  copy[place] = {
    name: known.name,
    count: known.count + added.count,
    first: Math.min(known.first, added.first),
    last: Math.max(known.last, added.last),
  };
  return copy;
}

/** Without the `count` names that were not seen for longest; of those seen last at one moment, by name. */
export function withoutLongestUnseen(
  totals: EventTotals,
  count: number,
  asked: ReadonlySet<string> = NONE,
): EventTotals {
  const mayGo = totals.filter(({ name }) => !asked.has(name));
  const gone = new Set(mayGo.sort((a, b) => a.last - b.last || (a.name < b.name ? -1 : 1)).slice(0, count));
  return totals.filter((total) => !gone.has(total));
}
