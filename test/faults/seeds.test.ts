import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Assembly, readAssembly } from '../../local/cloud/template/assembly.ts';
import { inProof } from '../support/runs.ts';
import { runSeed, type SeedResult } from './seed.ts';
import { SAFEGUARDS } from './without.ts';

/** `npm run faults` runs ten thousand. */
const SEEDS = inProof ? 300 : 15;
const ON_THREADS = inProof ? 20 : 2;
/** So many that each safeguard is needed by one of them. */
const WITHOUT = 4;

let assembly: Assembly;
beforeAll(() => {
  assembly = readAssembly(inject('assembly'));
});

const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

/** Empty when nothing differs from what should be. */
const failuresOf = ({ seed, lost, doubled, wrong }: SeedResult): string[] =>
  [...lost, ...doubled, ...wrong].map((difference) => `seed ${seed}: ${difference}`);

describe('whatever goes wrong', () => {
  it('every input counts once, every message goes once, and nothing else differs from a reading of all inputs', async () => {
    const failures: string[] = [];
    const ends = new Set<string>();
    for (const seed of seedsFrom(0, SEEDS)) {
      const result = await runSeed(seed, { assembly, form: 'in process' });
      failures.push(...failuresOf(result));
      for (const end of Object.keys(result.ends)) ends.add(end);
      expect(result.users).toBeGreaterThanOrEqual(20);
      expect(result.inputs).toBeGreaterThanOrEqual(200);
      expect(Object.values(result.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(3);
    }
    expect(failures).toEqual([]);
    // Otherwise nothing was proved about them.
    expect([...ends].sort()).toEqual([
      ...['accepted', 'claimed', 'deferred: quiet hours', 'unknown'],
      ...['withheld: consent withdrawn', 'withheld: the address had it in the last 24 hours'],
    ]);
  });

  it('the same holds on the full local cloud', async () => {
    const failures: string[] = [];
    for (const seed of seedsFrom(0, ON_THREADS))
      failures.push(...failuresOf(await runSeed(seed, { assembly, form: 'threads' })));
    expect(failures).toEqual([]);
  });

  it('a seed gives the same run each time', async () => {
    const run = () => runSeed(1, { assembly, form: 'in process' });
    // An SDK client takes a turn of the event loop more for its first call, and killed workers take theirs along: this
    // makes as many as the seed needs; once is not enough where those that are made later have killed others.
    await run();
    await run();
    const first = await run();
    expect(await run()).toEqual(first);
  });
});

describe.each(SAFEGUARDS)('without the %s', (safeguard) => {
  it('the same seeds fail', async () => {
    const harm = { lost: 0, doubled: 0 };
    for (const seed of seedsFrom(0, WITHOUT)) {
      const { lost, doubled } = await runSeed(seed, { assembly, form: 'in process', without: safeguard });
      harm.lost += lost.length;
      harm.doubled += doubled.length;
    }
    expect(harm.lost + harm.doubled).toBeGreaterThan(0);
  });
});
