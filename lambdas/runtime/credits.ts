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
