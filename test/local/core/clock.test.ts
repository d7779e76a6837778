import { afterEach, describe, expect, test, vi } from 'vitest';
import { Quiet } from '../../../local/cloud/quiet.ts';
import { VirtualClock } from '../../../local/cloud/virtual-clock.ts';

const standingClock = (quiet = new Quiet()) => ({
  quiet,
  clock: new VirtualClock({ startAt: 1000, ticking: false, whenQuiet: () => quiet.whenQuiet() }),
});

afterEach(() => void vi.useRealTimers());

describe('the clock', () => {
  test('runs what is due in order, each at its own moment', async () => {
    const { clock } = standingClock();
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
    clock.schedule(3000, note('c'));
    clock.schedule(2000, note('a'));
    clock.schedule(2000, note('b'));
    clock.schedule(2500, note('never')).cancel();
    clock.schedule(9000, note('later'));
    await clock.advanceTo(5000);
    expect(ran).toEqual(['a@2000', 'b@2000', 'c@3000']);
    expect(clock.now()).toBe(5000);
    expect(clock.nextMoment()).toBe(9000);
  });

  test('does not move on before all that a moment started has ended', async () => {
    const { clock, quiet } = standingClock();
    const ran: string[] = [];
    clock.schedule(2000, () => {
      const end = quiet.begin('work');
      setImmediate(() =>
        setImmediate(() => {
          ran.push(`work@${clock.now()}`);
          clock.schedule(2500, () => ran.push(`follow-up@${clock.now()}`));
          end();
        }),
      );
    });
    clock.schedule(3000, () => ran.push(`next@${clock.now()}`));
    await clock.advanceTo(4000);
    expect(ran).toEqual(['work@2000', 'follow-up@2500', 'next@3000']);
  });

  test('jumps asked for together follow one another', async () => {
    const { clock } = standingClock();
    const order: number[] = [];
    await Promise.all([4000, 3000, 6000].map((at) => clock.advanceTo(at).then(() => order.push(clock.now()))));
    expect(order).toEqual([4000, 4000, 6000]);
  });

  test('carries many moments and their cancelling', async () => {
    const { clock } = standingClock();
    let ran = 0;
    let last = 0;
    for (let index = 0; index < 20_000; index++) {
      const at = 1000 + ((index * 7919) % 20_000);
      const moment = clock.schedule(at, () => {
        expect(at).toBeGreaterThanOrEqual(last);
        last = at;
        ran++;
      });
      if (index % 4 !== 0) moment.cancel();
    }
    await clock.advanceTo(30_000);
    expect(ran).toBe(5000);
  });

  test('ticks with real time, from where a jump has left it', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const quiet = new Quiet();
    const clock = new VirtualClock({ startAt: 1000, whenQuiet: () => quiet.whenQuiet() });
    const ran: number[] = [];
    clock.schedule(3000, () => ran.push(clock.now()));
    clock.schedule(2000, () => ran.push(clock.now()));
    clock.schedule(99_000, () => ran.push(clock.now()));
    vi.advanceTimersByTime(2500);
    expect([clock.now(), ran]).toEqual([3500, [2000, 3000]]);
    await clock.advanceTo(98_000);
    vi.advanceTimersByTime(999);
    expect([clock.now(), ran]).toEqual([98_999, [2000, 3000]]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual([2000, 3000, 99_000]);
    clock.stop();
  });

  test('names what hangs', async () => {
    const quiet = new Quiet(20);
    quiet.begin('advance');
    quiet.begin('advance');
    quiet.begin('dispatch');
    await expect(quiet.whenQuiet()).rejects.toThrow('still under way: advance × 2, dispatch');
  });
});
