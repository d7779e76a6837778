import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, hash48, hashText, readHash, writeHash } from '../../domain/hash.ts';

describe('a hash', () => {
  it('reads back from its text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readHash(writeHash(hash48(text)))).toBe(hash48(text));
        expect(hashText(text)).toMatch(/^[\w-]{8}$/);
      }),
    );
  });

  it('tells a million similar ids apart', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 1_000_000; i++) seen.add(hash48(`node-next-1795302503577-${i}`));
    // Of a million values of 48 bits two share one in about one run of 560.
    expect(seen.size).toBeGreaterThanOrEqual(999_999);
  });

  it('fills buckets evenly', () => {
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) {
      const bucket = bucketOf(`k#user-${i}`, 64);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    // A thousand each; five standard deviations around it.
    expect(Math.min(...counts)).toBeGreaterThan(840);
    expect(Math.max(...counts)).toBeLessThan(1_160);
  });
});
