import { SECOND } from '../calendar.ts';
import type { Zone } from '../zone.ts';

/** How many marketing messages may go in a calendar day and month of the project's zone. */
export interface Budget {
  readonly name: string;
  readonly perDay?: number;
  readonly perMonth?: number;
}

/** What of a budget is used up. */
export interface Spent {
  /** As `Zone.dayOf` counts. */
  readonly day: number;
  readonly today: number;
  /** `202611`. */
  readonly month: number;
  readonly thisMonth: number;
}

/**
 * What is used up at a moment, by what was written last: a new day and a new month begin with nothing. A worker whose clock
 * is behind at midnight counts against the day that another has begun: no day begins twice.
 */
export function spentAt(spent: Spent | undefined, now: number, zone: Zone): Spent {
  const day = Math.max(zone.dayOf(now), spent?.day ?? 0);
  const month = monthOf(day);
  return {
    day,
    today: spent?.day === day ? spent.today : 0,
    month,
    thisMonth: spent?.month === month ? spent.thisMonth : 0,
  };
}

/** How many of so many may go. */
export const leftOf = ({ perDay = Infinity, perMonth = Infinity }: Budget, { today, thisMonth }: Spent, of: number) =>
  Math.max(0, Math.min(of, perDay - today, perMonth - thisMonth));

/** After so many more, or so many given back. */
export const spentMore = (spent: Spent, by: number): Spent => ({
  ...spent,
  today: Math.max(0, spent.today + by),
  thisMonth: Math.max(0, spent.thisMonth + by),
});

function monthOf(day: number): number {
  const date = new Date(day * 86_400 * SECOND);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
}
