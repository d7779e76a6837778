import { DAY, parseIsoTime } from '../calendar.ts';

export interface EventTimes {
  readonly time: number;
  readonly originalTimestamp?: number;
  readonly sentAt?: number;
  /** Set when the client wrote when it happened, and nobody can read it. */
  readonly timeUnreadable?: true;
}

/** What a client wrote about time; what cannot be read counts as absent. */
export interface ClientClock {
  readonly timestamp?: unknown;
  readonly originalTimestamp?: unknown;
  readonly sentAt?: unknown;
  readonly batchSentAt?: unknown;
}

/** Clocks that were never set start in 1970 or on 1 January 1980; nothing a customer did is that old. */
const EARLIEST = Date.UTC(1980, 0, 3);

/**
 * Corrects a client's clock as the Segment Spec does (spec/common): time = receivedAt − (sentAt − timestamp). Without
 * `sentAt` the client's time stands (historical data); without a readable time the event happened when it arrived.
 * A corrected time is never more than 24 h after `receivedAt`, so a wrong clock cannot keep a person active for years;
 * before 1980 the clock was never set, and the event counts as happening when it arrived. What the client wrote is kept
 * as it was.
 */
export function eventTimes(clock: ClientClock, receivedAt: number): EventTimes {
  // Rudder sends originalTimestamp where Segment sends timestamp; a batch says for all its events when it was sent.
  const original = parseIsoTime(clock.timestamp) ?? parseIsoTime(clock.originalTimestamp);
  const sent = parseIsoTime(clock.sentAt) ?? parseIsoTime(clock.batchSentAt);
  const corrected =
    original === undefined ? receivedAt : sent === undefined ? original : receivedAt - (sent - original);
  return {
    time: corrected < EARLIEST ? receivedAt : Math.min(corrected, receivedAt + DAY),
    ...(original !== undefined && { originalTimestamp: original }),
    ...(original === undefined && isWritten(clock) && { timeUnreadable: true }),
    ...(sent !== undefined && { sentAt: sent }),
  };
}

const isWritten = ({ timestamp, originalTimestamp }: ClientClock): boolean =>
  [timestamp, originalTimestamp].some((text) => text !== undefined && text !== null && text !== '');
