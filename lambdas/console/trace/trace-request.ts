import { DAY, parseIsoTime } from '../../../domain/calendar.ts';
import { type Problem, problem } from '../api/answer.ts';
import { LONGEST_RANGE, type Range } from './lake-search.ts';

/** What is asked about; `range` is where in the lake to look, if somebody said so. */
export interface TraceRequest {
  readonly id: string;
  readonly range: Range | undefined;
}

/** Twice as long as the longest message id; providers' and our own are far shorter. */
const LONGEST_ID = 200;

/** What a request says; the times as they were written. */
export interface TraceQuery {
  readonly id?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The id and the range of a request, or what is wrong with them. */
export function traceRequestOf(
  { id = '', from, to }: TraceQuery,
  now: number,
): TraceRequest | { readonly wrong: Problem } {
  if (id === '' || id.length > LONGEST_ID) return { wrong: INVALID_ID };
  if (from === undefined && to === undefined) return { id, range: undefined };
  const end = to === undefined ? now : parseIsoTime(to);
  const begin = from === undefined ? end && end - DAY : parseIsoTime(from);
  if (begin === undefined || end === undefined || begin < 0 || begin >= end || end - begin > LONGEST_RANGE)
    return { wrong: INVALID_RANGE };
  return { id, range: { from: begin, to: Math.min(end, Math.max(now, begin)) } };
}

const INVALID_ID = problem(400, 'invalid_id', `An id has 1 to ${LONGEST_ID} characters; in a query, write ?id=.`);
const INVALID_RANGE = problem(
  400,
  'invalid_range',
  'from and to are ISO 8601 times, from before to, at most 7 days apart; without from, the day before to.',
);
