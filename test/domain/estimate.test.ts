import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateOf } from '../../domain/decisions/census/estimate.ts';
import { hash48 } from '../../domain/hash.ts';

describe('an estimate of how many there are', () => {
  it('is exact when all slices were looked at', () => {
    for (const seen of [0, 1, 17, 100_000])
      expect(estimateOf(seen, 1)).toEqual({ count: seen, interval: [seen, seen] });
  });

  it('holds the count, and never fewer than were met', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 1_000 }), (seen, share) => {
        const { count, interval } = estimateOf(seen, share / 1_000);
        expect(interval[0]).toBeGreaterThanOrEqual(seen);
        expect(interval[0]).toBeLessThanOrEqual(count);
        expect(interval[1]).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  it('narrows as more slices are looked at', () => {
    const widths = [0.1, 0.25, 0.5, 0.9, 1].map((share) => {
      const [low, high] = estimateOf(1_000 * share, share).interval;
      return high - low;
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths.at(-1)).toBe(0);
  });

  it('of nobody met does not say that there is nobody', () => {
    expect(estimateOf(0, 0.1)).toEqual({ count: 0, interval: [0, 35] });
  });

  it('holds the truth in 95 of 100 samples, in few as in many', () => {
    for (const [there, share] of [
      [30, 0.2],
      [400, 0.1],
      [2_000, 0.5],
    ] as const) {
      let held = 0;
      const samples = 1_000;
      for (let sample = 0; sample < samples; sample++) {
        let seen = 0;
        for (let one = 0; one < there; one++) if (hash48(`${sample}/${there}/${one}`) % 1_000 < share * 1_000) seen++;
        const [low, high] = estimateOf(seen, share).interval;
        if (low <= there && there <= high) held++;
      }
      expect(held / samples).toBeGreaterThan(0.925);
      expect(held / samples).toBeLessThan(0.985);
    }
  });
});
