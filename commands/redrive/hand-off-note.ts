import { DAY } from '../../domain/calendar.ts';
import type { HandOff } from '../../domain/delivery/hand-off.ts';
import { decodeSendRequest } from '../../domain/delivery/send-request.ts';

/** What matters of a hand-off that waited, before it is made after all. */
export interface HandOffNote {
  /** When what it tells of was decided (ms); undefined where nothing depends on it. */
  readonly since?: number;
  readonly warning?: 'too-late' | 'day-old';
}

/** Throws when it is to be an email that this release cannot read. */
export function noteOnHandOff(item: HandOff, now: number): HandOffNote {
  if (item.sink === 'email') {
    const { decidedAt, notAfter } = decodeSendRequest(item.body);
    return { since: decidedAt, ...(notAfter < now && { warning: 'too-late' }) };
  }
  if (item.sink !== 'bus') return {};
  const { time } = item.event;
  // A line of the timeline replaces itself; who listens to the bus may know an id for a day, or not at all.
  return { since: time, ...(time < now - DAY && { warning: 'day-old' }) };
}
