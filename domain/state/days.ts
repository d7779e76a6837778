import type { ActiveDay } from './profile.ts';

/** How many calendar days of activity a profile holds, the newest included. */
export const DAYS_KEPT = 90;

/** Counts one activity (and, if it was one, an order) on its day. Days older than the 90 up to the newest one are let go. */
export function countDay(days: ActiveDay[], day: number, isOrder: boolean): void {
  let i = days.length;
  while (i > 0 && (days[i - 1] as ActiveDay).day > day) i--;
  let entry = days[i - 1];
  if (entry?.day !== day) {
    entry = { day, events: 0, orders: 0 };
    days.splice(i, 0, entry);
  }
  entry.events++;
  if (isOrder) entry.orders++;
  const oldest = (days[days.length - 1] as ActiveDay).day - DAYS_KEPT + 1;
  while ((days[0] as ActiveDay).day < oldest) days.shift();
}
