import { HOUR } from '../calendar.ts';

/** One more activity in its hour of the day, in UTC: her zone may become known, or change, later. */
export function countHour(hours: readonly number[], time: number): readonly number[] {
  const copy = hours.length === 0 ? NONE.slice() : hours.slice();
  const hour = Math.floor(time / HOUR) % 24;
  copy[hour] = (copy[hour] as number) + 1;
  return copy;
}

export const mergeHours = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.length === 0 || b.length === 0 ? (a.length === 0 ? b : a) : a.map((count, hour) => count + (b[hour] ?? 0));

const NONE: readonly number[] = new Array<number>(24).fill(0);
