import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedMap } from '../../../local/cloud/services/sorted-map.ts';

const key = fc.integer({ min: 0, max: 2000 }).map((n) => String(n).padStart(4, '0'));

test('behaves as a plain map whose keys are sorted', () => {
  const command = fc.record({ key, remove: fc.boolean() });
  const bounds = fc.record({ gt: key, gte: key, lt: key, lte: key, reverse: fc.boolean() }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 3000, size: 'max' }), bounds, (commands, range) => {
      const sorted = new SortedMap<number>();
      const plain = new Map<string, number>();
      commands.forEach(({ key, remove }, i) => {
        if (remove) expect(sorted.delete(key)).toBe(plain.delete(key));
        else {
          sorted.set(key, i);
          plain.set(key, i);
        }
      });
      const inRange = [...plain]
        .filter(([k]) => range.gt === undefined || k > range.gt)
        .filter(([k]) => range.gte === undefined || k >= range.gte)
        .filter(([k]) => range.lt === undefined || k < range.lt)
        .filter(([k]) => range.lte === undefined || k <= range.lte)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      expect([...sorted.entries(range)]).toEqual(range.reverse === true ? inRange.reverse() : inRange);
      expect(sorted.size).toBe(plain.size);
      expect(sorted.get('1000')).toBe(plain.get('1000'));
      expect(sorted.rank('1000')).toBe([...plain.keys()].filter((k) => k < '1000').length);
    }),
    { numRuns: 60 },
  );
});

test('a walk goes on where it was when the map changes under it', () => {
  const map = new SortedMap<number>();
  for (let i = 0; i < 2000; i++) map.set(String(i).padStart(5, '0'), i);

  const seen: number[] = [];
  for (const [k, value] of map.entries()) {
    seen.push(value);
    map.delete(k);
    if (value === 10) map.set('00005', -1);
  }

  expect(seen).toEqual(Array.from({ length: 2000 }, (_, i) => i));
  expect([...map.entries()]).toEqual([['00005', -1]]);
});
