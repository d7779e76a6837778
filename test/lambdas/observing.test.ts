import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { PERSONAL } from '../../domain/events/masked-json.ts';
import { OPEN_PLAN, type PlanSettings } from '../../domain/events/plan-settings.ts';
import type { RecentEvent, Refusal } from '../../domain/events/recent-event.ts';
import { openSource } from '../../domain/events/source.ts';
import { encodeSeen } from '../../domain/events/tracking-plan/codec.ts';
import { merge } from '../../domain/events/tracking-plan/merge.ts';
import { type SeenEvent, seenKey } from '../../domain/events/tracking-plan/seen-event.ts';
import { rememberPlanSettings } from '../../lambdas/adapters/plan-settings.ts';
import type { RecentEvents, Ring } from '../../lambdas/adapters/recent-events.ts';
import type { Added, TrackingPlan } from '../../lambdas/adapters/tracking-plan.ts';
import { observing } from '../../lambdas/events/observing/observing.ts';
import { identify, START, track } from '../support/people.ts';
import { fakeLog } from './fakes.ts';

class FakeRecent implements RecentEvents {
  readonly writes: { readonly sourceId: string; readonly ring: Ring; readonly entries: readonly RecentEvent[] }[] = [];
  kilobytes = 0;
  fails: Error | undefined;

  async add(sourceId: string, ring: Ring, entries: readonly RecentEvent[]) {
    if (this.fails) throw this.fails;
    this.writes.push({ sourceId, ring, entries: [...entries] });
    this.kilobytes += 1 + Math.ceil(Buffer.byteLength(JSON.stringify(entries)) / 1_024);
  }

  of(ring: Ring) {
    return this.writes.filter((write) => write.ring === ring).flatMap(({ entries }) => entries);
  }
}

class FakePlan implements TrackingPlan {
  readonly stored = new Map<string, SeenEvent>();
  writes = 0;
  kilobytes = 0;
  more = 0;
  answers: Added['outcome'] | 'error' = 'added';

  async add(seen: SeenEvent): Promise<Added> {
    this.writes++;
    if (this.answers === 'error') throw new Error('no table');
    if (this.answers !== 'added') return { outcome: this.answers };
    const before = this.stored.get(seenKey(seen));
    const stored = before === undefined ? seen : merge(before, seen);
    this.stored.set(seenKey(seen), stored);
    this.kilobytes += Math.ceil(Buffer.byteLength(encodeSeen(stored)) / 1_024);
    return { outcome: 'added', stored };
  }

  async addMore(count: number) {
    if (this.answers === 'error') throw new Error('no table');
    this.more += count;
  }

  counts() {
    return Object.fromEntries([...this.stored].map(([key, { count }]) => [key, count]));
  }
}

function worker(settings: PlanSettings = OPEN_PLAN) {
  const clock = { now: START };
  const now = () => clock.now;
  const store = { settings, fails: false, reads: 0 };
  const remembered = rememberPlanSettings(
    {
      async read() {
        store.reads++;
        if (store.fails) throw new Error('no table');
        return store.settings;
      },
    },
    now,
  );
  const recent = new FakeRecent();
  const plan = new FakePlan();
  const log = fakeLog();
  const observer = observing({ settings: remembered, recent, plan, now, log });
  const request = async (accepted: readonly CustomerEvent[], refused: readonly Refusal[] = [], source = 'app') => {
    observer.note(openSource(source, 'client'), { at: clock.now, accepted, refused });
    await observer.flush();
  };
  return { clock, store, recent, plan, log, observer, request };
}

const event = (name = 'A', properties = {}) => track(name, START, { properties }).event;
const events = (count: number, name?: string) => Array.from({ length: count }, () => event(name));
const refusal = (code = 'invalid_name'): Refusal => ({
  outcome: 'rejected',
  code,
  message: 'No.',
  item: { userId: 'ada-lovelace' },
});

describe('a developer', () => {
  it('sees the first requests at once, with nothing personal', async () => {
    const { recent, plan, log, request } = worker({ ...OPEN_PLAN, personal: ['coupon'] });
    await request([identify({ email: 'ada@example.com' }, START, { userId: 'ada-lovelace' }).event]);
    await request([event('A', { coupon: 'X', sku: 'a' })], [refusal()]);
    expect(recent.of('accepted')).toMatchObject([
      { type: 'identify', userId: 'ada…', traits: { email: PERSONAL } },
      { name: 'A', properties: { coupon: PERSONAL, sku: 'a' } },
    ]);
    expect(recent.of('refused')).toMatchObject([{ code: 'invalid_name', userId: 'ada…' }]);
    expect(plan.counts()).toEqual({ 'identify#identify': 1, 'track#A': 1 });
    expect(plan.stored.get('track#A')?.properties.get('coupon')?.values.size).toBe(0);
    expect(log.codes).toEqual([]);
  });

  it('sees what a busy minute held back when the next one begins', async () => {
    const { clock, recent, request } = worker();
    for (let i = 0; i < 25; i++) await request([event(`event ${i}`)]);
    // A KB for the event, and one for the number of its place.
    expect(recent.of('accepted')).toHaveLength(20);
    clock.now += MINUTE;
    await request([event('event 25')]);
    expect(recent.of('accepted').map(({ name }) => name)).toEqual(Array.from({ length: 26 }, (_, i) => `event ${i}`));
  });

  it('sees a new property although the counts must wait', async () => {
    const { clock, plan, request } = worker();
    for (let i = 0; i < 20; i++) await request([event('A')]);
    expect(plan.counts()).toEqual({ 'track#A': 7 });
    clock.now += MINUTE;
    await request([event('A', { colour: 'red' })]);
    expect(plan.counts()).toEqual({ 'track#A': 21 });
    expect(plan.stored.get('track#A')?.properties.has('colour')).toBe(true);
  });
});

describe('a busy worker', () => {
  it('writes samples now and then, and counts every five minutes', async () => {
    const { clock, recent, plan, request } = worker();
    for (let i = 0; i < 20 * 60; i++) {
      await request(events(3));
      clock.now += SECOND;
    }
    expect(recent.writes.length).toBeLessThanOrEqual(20 + 20 * 5);
    expect(Math.max(...recent.writes.map(({ entries }) => entries.length))).toBe(10);
    expect(plan.writes).toBeLessThanOrEqual(6 + 1 + 4);
    clock.now += 5 * MINUTE;
    await request(events(3));
    expect(plan.counts()).toEqual({ 'track#A': 3 * 20 * 60 + 3 });
  });

  it.each([
    [
      'ordinary',
      (second: number) => [event('A', { sku: `s${second % 7}`, price: second }), event('B', { plan: 'pro' })],
    ],
    [
      'made to cost',
      (second: number) =>
        Array.from({ length: 12 }, (_, i) =>
          event(`event ${(second * 12 + i) % 300}`, {
            [`p${second}`]: '字'.repeat(13),
            ...Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`${i} ${'字'.repeat(60)}`, `${second}字字字`])),
          }),
        ),
    ],
  ])('is billed for no more than its credit: %s', async (_what, sent) => {
    const { clock, recent, plan, request } = worker();
    const kilobytes = () => recent.kilobytes + plan.kilobytes;
    // What was saved up, and what the last writes may owe.
    for (let second = 0; second < 5 * 60; second++) {
      await request(sent(second), [refusal(`code ${second}`)]);
      clock.now += SECOND;
    }
    const before = kilobytes();
    expect(before).toBeLessThanOrEqual(140 + 5 * 32 + 5 * 18);
    for (let second = 0; second < 20 * 60; second++) {
      await request(sent(second), [refusal(`code ${second}`)]);
      clock.now += SECOND;
    }
    expect((kilobytes() - before) / 20).toBeLessThanOrEqual(32 + 5);
  });

  it('keeps refusals apart, so that they are seen', async () => {
    const { recent, request } = worker();
    for (let i = 0; i < 50; i++) await request(events(50));
    const many = Array.from({ length: 30 }, () => refusal('rate_limited'));
    await request(events(50), [...many, refusal('shared_id')]);
    const codes = recent.of('refused').map(({ code }) => code);
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'rate_limited'), 'shared_id']);
  });

  it('counts every event and looks at some', async () => {
    const { plan, request } = worker();
    await request(events(2_500));
    expect(plan.stored.get('track#A')).toMatchObject({ count: 2_500, lookedAt: 20 });
  });

  it('writes five entries at a time and the rest with the next requests', async () => {
    const { plan, request } = worker();
    await request(Array.from({ length: 25 }, (_, i) => event(`event ${i}`)));
    expect(plan.stored.size).toBe(5);
    for (let i = 0; i < 4; i++) await request([]);
    expect(plan.stored.size).toBe(25);
  });

  it('holds a bounded number of names and sources', async () => {
    const { recent, plan, clock, request } = worker();
    for (let i = 0; i < 100; i++) await request([event()], [], `source ${i}`);
    clock.now += 100 * MINUTE;
    for (let i = 0; i < 20; i++) await request([]);
    expect(recent.writes.length).toBeLessThanOrEqual(20 + 40);
    await request(Array.from({ length: 2_500 }, (_, i) => event(`event ${i}`)));
    expect(plan.more).toBe(0);
    for (let i = 0; i < 60; i++) {
      clock.now += MINUTE;
      await request([]);
      await request([]);
      await request([]);
    }
    expect(plan.stored.size).toBeLessThanOrEqual(501);
    const counted = Object.values(plan.counts()).reduce((sum, count) => sum + count, plan.more);
    expect(counted).toBe(100 + 2_500);
  });
});

describe('a plan without room', () => {
  it('counts what it cannot enter, and does not ask about every new name', async () => {
    const { plan, clock, request } = worker();
    plan.answers = 'full';
    for (let i = 0; i < 100; i++) {
      await request([event(`event ${i}`)]);
      clock.now += SECOND;
    }
    expect(plan.writes).toBeLessThan(80);
    clock.now += 60 * MINUTE;
    for (let i = 0; i < 20; i++) {
      await request([]);
      clock.now += MINUTE;
    }
    expect(plan.stored.size).toBe(0);
    expect(plan.more).toBe(100);
  });
});

describe('when a table does not answer', () => {
  it('nothing is lost that there is room for, and the request goes on', async () => {
    const { recent, plan, log, clock, request } = worker();
    recent.fails = new Error('no table');
    plan.answers = 'error';
    await request([event()], [refusal()]);
    expect(log.codes).toEqual(['observing-failed']);
    recent.fails = undefined;
    plan.answers = 'added';
    clock.now += MINUTE;
    await request([event()]);
    expect(recent.of('accepted')).toHaveLength(2);
    expect(recent.of('refused')).toHaveLength(1);
    expect(plan.counts()).toEqual({ 'track#A': 2 });
  });

  it('what it will never take is not offered again', async () => {
    const { recent, request } = worker();
    recent.fails = Object.assign(new Error('Item size has exceeded'), { name: 'ValidationException' });
    await request([event('A')]);
    recent.fails = undefined;
    await request([event('B')]);
    expect(recent.of('accepted').map(({ name }) => name)).toEqual(['B']);
  });

  it('a conflict keeps what was seen', async () => {
    const { plan, request } = worker();
    plan.answers = 'conflict';
    await request([event()]);
    plan.answers = 'added';
    await request([event()]);
    expect(plan.counts()).toEqual({ 'track#A': 2 });
  });

  it('and nobody knows what is personal, nothing is seen', async () => {
    const { store, recent, plan, log, clock, request } = worker();
    store.fails = true;
    await request([event('A', { coupon: 'X' })]);
    store.fails = false;
    await request([event('B')]);
    expect(store.reads).toBe(1);
    expect(log.codes).toEqual(['observing-failed', 'observing-failed']);
    clock.now += MINUTE;
    await request([event('C')]);
    expect(recent.of('accepted').map(({ name }) => name)).toEqual(['C']);
    expect(plan.counts()).toEqual({ 'track#C': 1 });
  });

  it('a bug of ours costs no request', async () => {
    const { log, request } = worker({ ...OPEN_PLAN, personal: null as never });
    await request([event()]);
    expect(log.codes).toEqual(['observing-failed']);
  });

  it('the settings that were read last stand', async () => {
    const { store, recent, clock, request } = worker({ ...OPEN_PLAN, personal: ['coupon'] });
    await request([event()]);
    store.fails = true;
    clock.now += MINUTE;
    await request([event('A', { coupon: 'X' })]);
    expect(recent.of('accepted')[1]).toMatchObject({ properties: { coupon: PERSONAL } });
  });
});
