import { dayOf } from '../../calendar.ts';

/**
 * An address that took no mail on three days of the last thirty gets no more. SES itself tries a message for up to 14 hours
 * before it says so: one such day is a full mailbox or a server that is down, two are a holiday, and by the third
 * mailbox providers begin to hold it against the sender. Days and not messages count, or one bad evening with three
 * messages would cost somebody all further ones.
 */
const SOFT_BOUNCE_DAYS = 3;
export const WITHIN_DAYS = 30;

/** What one transient bounce adds (ms to a day, in UTC). */
export const bounceDay = (at: number): number => dayOf(at);

/** Whether days on which an address took no mail, in any order, are too many. */
export function isWornOut(days: readonly number[]): boolean {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  return sorted.some((day, i) => {
    const first = sorted[i - SOFT_BOUNCE_DAYS + 1];
    return first !== undefined && day - first < WITHIN_DAYS;
  });
}
