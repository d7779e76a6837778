import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pacer } from '../../domain/delivery/pacer.ts';

/** Lets one pass as soon as it may, after pauses in which nobody comes; answers with the moments. */
function passing(pacer: Pacer, perSecond: number, pauses: readonly number[]): number[] {
  let now = 0;
  return pauses.map((pause) => {
    now += pause;
    // Timers know whole milliseconds.
    now += Math.ceil(pacer.wait(now));
    pacer.pass(now, perSecond);
    return now;
  });
}

const rates = fc.double({ min: 0.2, max: 500, noNaN: true });
const pauses = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(5_000)), { maxLength: 300 });

it('in no second more pass than the rate, and one, and what a tenth of a second may catch up', () => {
  fc.assert(
    fc.property(rates, pauses, (perSecond, all) => {
      const at = passing(new Pacer(), perSecond, all);
      for (const from of at) {
        const within = at.filter((one) => one >= from && one < from + 1_000).length;
        expect(within).toBeLessThanOrEqual(1.1 * perSecond + 1);
      }
    }),
  );
});

it('nobody waits for longer than those before him take', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 200 }), (perSecond, many) => {
      const at = passing(new Pacer(), perSecond, Array(many).fill(0));
      expect(at.at(-1)).toBeLessThanOrEqual(((many - 1) * 1_000) / perSecond + 1);
    }),
  );
});

it('a turn that is given back is somebody else’s', () => {
  const pacer = new Pacer();
  pacer.pass(0, 2);
  pacer.pass(400, 2);
  expect(pacer.wait(400)).toBe(500);
  pacer.giveBack(2);
  expect(pacer.wait(400)).toBe(0);
});
