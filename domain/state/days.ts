import type { ActiveDay } from './profile.ts';

/** How many calendar days of activity a profile holds, the newest included. */
const DAYS_KEPT = 90;

/** Counts one activity (and, if it was one, an order) on its day. Days older than the 90 up to the newest one are let go. */
export function countDay(days: ActiveDay[], day: number, isOrder: boolean): void {
  let i = days.length;
  while (i > 0 && (days[i - 1] as ActiveDay).day > day) i--;
  const known = days[i - 1];
  const orders = isOrder ? 1 : 0;
  if (known?.day === day) days[i - 1] = { day, events: known.events + 1, orders: known.orders + orders };
  else days.splice(i, 0, { day, events: 1, orders });
  const oldest = (days[days.length - 1] as ActiveDay).day - DAYS_KEPT + 1;
  while ((days[0] as ActiveDay).day < oldest) days.shift();
}
