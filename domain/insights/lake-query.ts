import { DAY, MINUTE } from '../calendar.ts';
import type { CustomerEvent } from '../events/event.ts';

/** A value for a `?` of a statement. */
export type LakeParameter = string | number;

/** SQL that Athena and DuckDB understand alike, and the values of its `?` in their order. */
export interface LakeStatement {
  readonly sql: string;
  readonly parameters: readonly LakeParameter[];
}

/** Which raw events are wanted. All times are milliseconds since 1970. */
export interface EventsQuestion {
  /** Names under which events are counted (`countedName`): 1 to `MOST_NAMES`. */
  readonly names: readonly string[];
  /** When they happened: `from` is within, `until` is not. */
  readonly from: number;
  readonly until: number;
  /** Only what was received before this moment. */
  readonly receivedBefore: number;
}

/** One raw event as it was received. */
export type LakeEvent = CustomerEvent;

export const MOST_NAMES = 100;

/**
 * How much later than received an event may lie in the lake: what failed waits on a queue of dead letters for up to 14
 * days and, sent again, as long once more.
 */
const LATEST_ARRIVAL = 30 * DAY;

/** An object is closed a minute after its first record, and written a little later. */
export const GATHERED = 2 * MINUTE;

/**
 * What was received before this moment is in the lake, unless inputs wait in a queue or with Firehose; both have alarms.
 * What came after may be there or not: a question asked now gets some of it.
 */
export const settledUntil = (now: number): number => now - GATHERED;

/** The partition of a moment (ms), as the delivery stream of lib/insights/lake.ts names it: `2026/11/22/14`, in UTC. */
const hourOf = (time: number): string =>
  new Date(time).toISOString().slice(0, 13).replace('T', '/').replaceAll('-', '/');

const textOf = (member: string) => `json_extract_scalar(line, '$.${member}')`;
const numberOf = (member: string) => `TRY_CAST(${textOf(member)} AS bigint)`;

/**
 * Lines of the raw events a question is about: those of a person together, in the order they happened, each message once,
 * as it was first received. A line comes back as the text it is, so neither engine gets to write an event's JSON anew;
 * one that cannot be read is left out. Throws a RangeError for no names or too many.
 */
export function eventsStatement({ names, from, until, receivedBefore }: EventsQuestion): LakeStatement {
  if (names.length === 0 || names.length > MOST_NAMES)
    throw new RangeError(`A question is about 1 to ${MOST_NAMES} names of events, not ${names.length}`);
  // Which of several receptions was the first is decided before their times are looked at: a client that tries again
  // says anew what time it has, and the event is corrected by that.
  const sql = `
SELECT line
FROM (
  SELECT
    line, person, happened_at, message_id,
    row_number() OVER (PARTITION BY person, message_id ORDER BY received_at, line) AS reception
  FROM (
    SELECT
      line,
      coalesce('k#' || ${textOf('userId')}, 'a#' || ${textOf('anonymousId')}) AS person,
      ${textOf('messageId')} AS message_id,
      ${numberOf('time')} AS happened_at,
      ${numberOf('receivedAt')} AS received_at,
      CASE ${textOf('type')}
        WHEN 'track' THEN ${textOf('name')}
        WHEN 'page' THEN 'Page Viewed'
        WHEN 'screen' THEN 'Screen Viewed'
      END AS counted_name
    FROM raw_events
    WHERE datehour BETWEEN ? AND ?
  ) AS received
  WHERE counted_name IN (${names.map(() => '?').join(', ')}) AND received_at < ?
) AS numbered
WHERE reception = 1 AND happened_at >= ? AND happened_at < ?
ORDER BY person, happened_at, message_id`;
  return { sql, parameters: [...partitions(from, receivedBefore), ...names, receivedBefore, from, until] };
}

/** From the first hour that may hold them to the last: nothing happens more than 24 hours after it was received. */
const partitions = (from: number, receivedBefore: number): [string, string] => [
  hourOf(from - DAY),
  hourOf(receivedBefore + LATEST_ARRIVAL),
];
