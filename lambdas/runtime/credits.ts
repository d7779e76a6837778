import { MINUTE } from '../../domain/calendar.ts';

/** Leave to do something now and then: saved up while nothing is done, so that the first few times follow at once. */
export interface Credits {
  /** Uses one up; false when there is none. */
  take(now: number): boolean;
}

/**
 * @param most how many can be saved up; all of them are there at the beginning
 * @param every how long (ms) it takes to earn one
 */
export function savedUp(most: number, every: number): Credits {
  let left = most;
  let earnedAt: number | undefined;
  return {
    take(now) {
      earnedAt ??= now;
      const earned = Math.max(0, Math.floor((now - earnedAt) / every));
      earnedAt += earned * every;
      left = Math.min(most, left + earned);
      if (left === 0) return false;
      left--;
      return true;
    },
  };
}

/** Leave to spend an amount that is known only when it is spent. */
export interface Savings {
  /** Whether anything is left. */
  has(now: number): boolean;
  /** May leave a debt, which has to be earned before anything else is spent. */
  spend(amount: number): void;
}

/**
 * @param most how much can be saved up; all of it is there at the beginning
 * @param perMinute how much is earned
 */
export function savings(most: number, perMinute: number): Savings {
  let left = most;
  let earnedAt: number | undefined;
  return {
    has(now) {
      const earned = (Math.max(0, now - (earnedAt ?? now)) / MINUTE) * perMinute;
      left = Math.min(most, left + earned);
      earnedAt = Math.max(now, earnedAt ?? now);
      return left > 0;
    },
    spend(amount) {
      left -= amount;
    },
  };
}
