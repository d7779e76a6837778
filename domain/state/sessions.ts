import { MINUTE } from '../calendar.ts';
import type { CustomerEvent } from '../events/event.ts';

/** How often she has visited, and her last visit. */
export interface Sessions {
  readonly count: number;
  /** The app's own id of the visit, where it has one. */
  readonly id?: string;
  readonly start: number;
  readonly end: number;
}

/** A silence this long ends a visit: what analytics tools have in common. */
const GAP = 30 * MINUTE;

/**
 * Adds something she did. An app that names its visits (`context.sessionId`) is believed; else a visit ends with half an
 * hour of silence. What belongs to a visit before the last one changes nothing.
 */
export function noteSession(last: Sessions | undefined, { time, context }: CustomerEvent): Sessions {
  const id = sessionIdIn(context?.sessionId);
  const begun = { count: (last?.count ?? 0) + 1, ...(id !== undefined && { id }), start: time, end: time };
  if (last === undefined) return begun;
  const isSame =
    id !== undefined && last.id !== undefined ? id === last.id : time <= last.end + GAP && time >= last.start - GAP;
  if (!isSame) return time > last.end ? begun : last;
  const named = last.id ?? id;
  return {
    count: last.count,
    ...(named !== undefined && { id: named }),
    start: Math.min(last.start, time),
    end: Math.max(last.end, time),
  };
}

/** The visits of both, the later one being the last; if the two last ones are one visit, it is counted once. */
export function mergeSessions(a: Sessions | undefined, b: Sessions | undefined): Sessions | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const [earlier, later] = a.end <= b.end ? [a, b] : [b, a];
  const areOne =
    earlier.id !== undefined && later.id !== undefined ? earlier.id === later.id : later.start <= earlier.end + GAP;
  const id = later.id ?? (areOne ? earlier.id : undefined);
  return {
    count: a.count + b.count - (areOne ? 1 : 0),
    ...(id !== undefined && { id }),
    start: areOne ? Math.min(a.start, b.start) : later.start,
    end: later.end,
  };
}

/** Rudder's SDKs send a number. */
function sessionIdIn(value: unknown): string | undefined {
  const id = typeof value === 'number' ? String(value) : value;
  return typeof id === 'string' && id !== '' && id.length <= 64 ? id : undefined;
}
