import { HOUR } from '../../calendar.ts';

/**
 * When to write to somebody within `now` and `until` (ms, both included): `now` if this is her most frequent hour of those
 * that are left, otherwise when that hour begins. Of several as frequent the one that comes first; `now` if nothing is
 * known about these hours.
 *
 * @param hours how often she was here in each hour of the day in UTC, as profiles count it; empty if she never was
 */
export function bestHour(hours: readonly number[], now: number, until: number): number {
  const countAt = (time: number) => hours[Math.floor(time / HOUR) % 24] ?? 0;
  const thisHour = Math.floor(now / HOUR) * HOUR;
  let best = now;
  for (let hours = 1; hours < 24; hours++) {
    const begins = thisHour + hours * HOUR;
    if (begins <= until && countAt(begins) > countAt(best)) best = begins;
  }
  return best;
}
