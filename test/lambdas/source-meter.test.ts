import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../domain/calendar.ts';
import { type Allowance, BURST } from '../../domain/events/allowance.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import type { AllowanceStore, Granted } from '../../lambdas/adapters/allowance-store.ts';
import { type SourceMeter, sourceMeter } from '../../lambdas/events/source-meter.ts';
import { START } from '../support/people.ts';
import { runs } from '../support/runs.ts';
import { fakeLog } from './fakes.ts';

const limited = (limits: Partial<Source>): Source => ({ ...openSource('s1', 'client'), ...limits });

/** The one account all workers share, with the store's rule: a write counts when nobody wrote since the read. */
class FakeAllowances implements AllowanceStore {
  stored: Allowance | undefined;
  reads = 0;
  /** Events of each grant, in turn. */
  readonly grants: number[] = [];
  fails = false;
  /** Runs before a write is looked at: somebody else may get in between. */
  beforeWrite: () => void = () => undefined;

  async read() {
    this.reads++;
    if (this.fails) throw new Error('throttled');
    return this.stored;
  }

  async write(source: Source, grant: Granted, read: Allowance | undefined, now: number) {
    this.beforeWrite();
    const { stored } = this;
    if (grant.adds ? !hasRoom(source, grant, stored, now) : stored !== read) return false;
    this.grants.push(grant.events);
    this.stored = grant.adds
      ? {
          day: grant.allowance.day,
          today: (stored?.today ?? 0) + grant.events,
          paidUpAt: (stored?.paidUpAt ?? 0) + grant.cost,
        }
      : grant.allowance;
    return true;
  }
}

/** The store's condition for a grant that adds. */
function hasRoom(source: Source, grant: Granted, stored: Allowance | undefined, now: number): boolean {
  const { eventsPerSecond, eventsPerDay = Number.POSITIVE_INFINITY } = source;
  if (stored?.day !== grant.allowance.day) return false;
  const ahead = stored.paidUpAt - now;
  const byRate =
    eventsPerSecond === undefined || (ahead >= 0 && (grant.fits ? ahead + grant.cost <= BURST : ahead < BURST));
  return byRate && (grant.fits ? stored.today + grant.events <= eventsPerDay : stored.today < eventsPerDay);
}

function setting({ workers = 1 } = {}) {
  const clock = { now: START };
  const store = new FakeAllowances();
  const log = fakeLog();
  const meters = Array.from({ length: workers }, () => sourceMeter(store, () => clock.now, log));
  return { clock, store, log, meters, meter: meters[0] as SourceMeter };
}

describe('a source without limits', () => {
  it('costs no look at the account', async () => {
    const { store, meter } = setting();
    expect(await meter.waitFor(openSource('s1', 'client'), 2_500)).toBeUndefined();
    expect(store.reads).toBe(0);
  });
});

describe('a worker', () => {
  it('asks a few times in ten seconds, however many requests it has, and wastes little', async () => {
    const { clock, store, meter } = setting();
    const source = limited({ eventsPerSecond: 100_000 });
    for (let request = 0; request < 10_000; request++) {
      clock.now = START + request;
      expect(await meter.waitFor(source, 1)).toBeUndefined();
    }
    expect(store.reads).toBeLessThan(25);
    const granted = store.grants.reduce((sum, events) => sum + events, 0);
    expect(granted).toBeGreaterThanOrEqual(10_000);
    expect(granted).toBeLessThan(11_000);
  });

  it('that hardly ever has a request takes no more than that', async () => {
    const { clock, store, meter } = setting();
    for (let minute = 0; minute < 5; minute++) {
      clock.now = START + minute * 60 * SECOND;
      await meter.waitFor(limited({ eventsPerSecond: 10 }), 3);
    }
    expect(store.grants).toEqual([3, 3, 3, 3, 3]);
  });

  it('that slept has saved nothing up', async () => {
    const { clock, store, meter } = setting();
    const source = limited({ eventsPerSecond: 1_000 });
    for (let request = 0; request < 9; request++) await meter.waitFor(source, 1);
    const asked = store.reads;
    clock.now += 10 * SECOND;
    await meter.waitFor(source, 1);
    expect([store.reads, store.grants.at(-1)]).toEqual([asked + 1, 1]);
  });

  it('that was refused answers by itself until it is worth asking again, for ten seconds at most', async () => {
    const { clock, store, meter } = setting();
    const source = limited({ eventsPerSecond: 10 });
    expect(await meter.waitFor(source, 250)).toBeUndefined();
    expect(await meter.waitFor(source, 1)).toBe(16);
    clock.now += 9_500;
    expect(await meter.waitFor(source, 1)).toBe(7);
    expect(store.reads).toBe(2);
    clock.now += 500;
    expect(await meter.waitFor(source, 1)).toBe(6);
    expect(store.reads).toBe(3);
  });

  it('knows each source by itself', async () => {
    const { meter } = setting();
    const one = limited({ eventsPerDay: 0 });
    expect(await meter.waitFor(one, 1)).toBe(300);
    expect(await meter.waitFor({ ...one, id: 's2', eventsPerDay: 10 }, 1)).toBeUndefined();
  });
});

describe('an account that cannot be read', () => {
  it('lets the source through, and that is logged: an app may not be able to keep what is turned away', async () => {
    const { clock, store, log, meter } = setting();
    store.fails = true;
    expect(await meter.waitFor(limited({ eventsPerDay: 1 }), 50)).toBeUndefined();
    expect(log.codes).toEqual(['allowance-unknown']);
    store.fails = false;
    expect(await meter.waitFor(limited({ eventsPerDay: 1 }), 50)).toBeUndefined();
    // Not asked again for a while: each request would wait for it.
    expect(store.reads).toBe(1);
    clock.now += 5 * SECOND;
    expect(await meter.waitFor(limited({ eventsPerDay: 1 }), 50)).toBeUndefined();
    expect(await meter.waitFor(limited({ eventsPerDay: 1 }), 50)).toBe(300);
  });
});

describe('workers that ask at the same moment', () => {
  it('are all counted: who comes second reads again', async () => {
    const { store, meters } = setting({ workers: 3 });
    const source = limited({ eventsPerSecond: 1_000 });
    await Promise.all(meters.map((meter) => meter.waitFor(source, 5)));
    expect(store.stored?.today).toBe(15);
    expect(store.reads).toBeGreaterThan(3);
  });

  it('a hundred of them lose no race and take no more than there is', async () => {
    const { store, log, meters } = setting({ workers: 100 });
    const source = limited({ eventsPerSecond: 100 });
    const answers: (number | undefined)[] = [];
    for (let round = 0; round < 20; round++)
      answers.push(...(await Promise.all(meters.map((meter) => meter.waitFor(source, 3)))));
    const taken = 3 * answers.filter((answer) => answer === undefined).length;
    expect(taken).toBeGreaterThan(900);
    expect(taken).toBeLessThanOrEqual(1_002);
    expect(store.stored?.today).toBeGreaterThanOrEqual(taken);
    expect(store.stored?.today).toBeLessThanOrEqual(1_002);
    expect(log.codes).toEqual([]);
  });

  it('turn away who never gets his turn, for a second: so many at once are a flood', async () => {
    const { store, meter } = setting();
    let others = 0;
    store.beforeWrite = () => {
      store.stored = { paidUpAt: START, day: Math.floor(START / DAY) - 1, today: ++others };
    };
    expect(await meter.waitFor(limited({ eventsPerDay: 100 }), 1)).toBe(1);
    expect([store.reads, store.grants]).toEqual([4, []]);
  });
});

describe('any workers with any requests', () => {
  const requests = fc.array(
    fc.record({
      worker: fc.nat(3),
      events: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.integer({ min: 1, max: 2_500 })),
      pause: fc.oneof({ weight: 5, arbitrary: fc.nat(50) }, fc.nat(15 * SECOND)),
    }),
    { maxLength: 300 },
  );

  it('take no more together than rate × time, the burst, and what the last one was granted', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 1_000 }), async (sent, rate) => {
        const { clock, store, meters } = setting({ workers: 4 });
        const source = limited({ eventsPerSecond: rate });
        let taken = 0;
        for (const { worker, events, pause } of sent) {
          clock.now += pause;
          if ((await meters[worker]?.waitFor(source, events)) === undefined) taken += events;
          const granted = store.grants.reduce((sum, grant) => sum + grant, 0);
          expect(taken).toBeLessThanOrEqual(granted);
          expect(granted - (store.grants.at(-1) ?? 0)).toBeLessThanOrEqual(rate * ((clock.now - START) / SECOND + 10));
        }
      }),
      runs(60),
    );
  });

  it('are granted no more than a request needs, or a worker took within ten seconds', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (sent) => {
        const { clock, store, meters } = setting({ workers: 4 });
        const took: { readonly worker: number; readonly events: number; readonly at: number }[] = [];
        for (const { worker, events, pause } of sent) {
          clock.now += pause;
          const asked = store.grants.length;
          await meters[worker]?.waitFor(limited({ eventsPerSecond: 1_000_000 }), events);
          const lately = took.filter((one) => one.worker === worker && one.at > clock.now - 10 * SECOND);
          const most = Math.max(
            events,
            lately.reduce((sum, one) => sum + one.events, 0),
          );
          for (const grant of store.grants.slice(asked)) expect(grant).toBeLessThanOrEqual(most);
          took.push({ worker, events, at: clock.now });
        }
      }),
      runs(60),
    );
  });

  it('take no more in a day than its ceiling, and one request whole', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 5_000 }), async (sent, ceiling) => {
        const { clock, meters } = setting({ workers: 4 });
        const source = limited({ eventsPerDay: ceiling });
        let taken = 0;
        for (const { worker, events, pause } of sent) {
          // All within the afternoon that START begins.
          clock.now += pause % SECOND;
          if ((await meters[worker]?.waitFor(source, events)) === undefined) taken += events;
        }
        // The one request that went over it need not be the last: another worker may still have had a lease within it.
        expect(taken).toBeLessThan(ceiling + Math.max(1, ...sent.map(({ events }) => events)));
      }),
      runs(60),
    );
  });
});
