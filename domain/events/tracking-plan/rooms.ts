import { DAY, dayOf } from '../../calendar.ts';
import { BOUNDS, KEPT } from './seen-event.ts';

/** From which day to which a name was seen, in days since 1970: `20779-20790`. */
export type Room = string;

/** Names that have room in the plan, by their hashes. Only they are shown. */
export type Rooms = ReadonlyMap<string, Room>;

export type RoomFor =
  /** There is room, or it has been there before. */
  | { readonly outcome: 'free' }
  /** Another name gives way. */
  | { readonly outcome: 'instead'; readonly of: string; readonly was: Room }
  | { readonly outcome: 'full' };

export const roomOf = ({ first, last }: { readonly first: number; readonly last: number }): Room =>
  `${dayOf(first)}-${dayOf(last)}`;

/**
 * Whether a name gets room. In a full plan, the one that is silent longest gives way if it is silent for longer than it
 * was around, or for 90 days: whoever sends five hundred made-up names once has the plan for two days, and what an app
 * sends for months is not pushed out while it pauses.
 */
export function roomFor(hash: string, rooms: Rooms, now: number): RoomFor {
  if (rooms.has(hash) || rooms.size < BOUNDS.names) return { outcome: 'free' };
  let stalest: { readonly of: string; readonly was: Room; readonly last: number } | undefined;
  for (const [of, was] of rooms) {
    const [first = 0, last = 0] = was.split('-').map(Number);
    const silence = dayOf(now) - last;
    const gives = silence > Math.min(Math.max(1, last - first), KEPT / DAY);
    if (gives && (stalest === undefined || last < stalest.last)) stalest = { of, was, last };
  }
  return stalest === undefined ? { outcome: 'full' } : { outcome: 'instead', of: stalest.of, was: stalest.was };
}
