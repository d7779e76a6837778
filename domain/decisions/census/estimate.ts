/** How many there are, as far as a sample tells: with 95 in 100 samples the true number is within the interval. */
export interface Estimate {
  readonly count: number;
  /** Both included. */
  readonly interval: readonly [low: number, high: number];
}

/** The normal distribution's 97.5th percentile. */
const Z = 1.959964;

/**
 * How many there are in all when `seen` were met in a share of all slices. A slice is a range of hashes, so each of the N
 * there are is met with the probability `share` p, whoever the others are: `seen` y is binomial with N trials. The interval
 * holds every N for which |y - Np| ≤ z √(Np(1-p)): the score interval (Wilson, J. Am. Stat. Assoc. 22, 1927), solved for the
 * number of trials. It needs no guess at a variance, holds when nobody was met, and closes as the share comes to 1.
 *
 * @param share in (0, 1]
 */
export function estimateOf(seen: number, share: number): Estimate {
  const missed = Z * Z * (1 - share);
  const middle = 2 * seen + missed;
  const spread = Math.sqrt(Math.max(0, middle * middle - 4 * seen * seen));
  const low = Math.max(seen, Math.floor((middle - spread) / (2 * share)));
  const high = Math.max(seen, Math.ceil((middle + spread) / (2 * share) - 1e-9));
  return { count: Math.round(seen / share), interval: [low, high] };
}
