import { MINUTE } from '../../calendar.ts';
import type { Contact } from '../../state/profile.ts';
import type { Cap } from './contact-rules.ts';

/** What waited is usually not alone: nobody finds all of it in her mailbox at once. */
export const OVERDUE_GAP: Cap = { most: 1, within: 15 * MINUTE, channel: undefined };

/** When there is room for one more message, and which cap was the last to have none. */
export interface Room {
  /** Milliseconds since 1970; `now` where there is room already. */
  readonly at: number;
  readonly cap?: Cap;
}

/**
 * The first moment from `now` (ms) on at which no cap is full, if nothing else is sent until then.
 *
 * @param contacts the messages she was meant to get, oldest first
 */
export function roomFor(channel: string, contacts: readonly Contact[], caps: readonly Cap[], now: number): Room {
  let room: Room = { at: now };
  for (const cap of caps) {
    if (cap.channel !== undefined && cap.channel !== channel) continue;
    const counted = contacts.filter(
      (contact) => contact.at > now - cap.within && (cap.channel === undefined || contact.channel === cap.channel),
    );
    // With it gone from the span, one fewer than allowed is left.
    const inTheWay = counted[counted.length - cap.most];
    if (inTheWay !== undefined && inTheWay.at + cap.within > room.at) room = { at: inTheWay.at + cap.within, cap };
  }
  return room;
}
