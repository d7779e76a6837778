import { describe, expect, it } from 'vitest';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import type { Input } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import { type Profile, totalOf } from '../../domain/state/profile.ts';
import { UTC } from '../../domain/zone.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { livePlan } from '../../lambdas/state/live-plan.ts';
import { identify, START, track } from '../support/people.ts';
import { FakeProfiles, FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

const SECOND = 1_000;

function published() {
  const state = { number: 0, fails: false, pointerReads: 0, now: START, compiled: [] as number[] };
  const log = fakeLog();
  const plans = livePlan({
    catalog: {
      async readPointer() {
        state.pointerReads++;
        if (state.fails) throw new Error('throttled');
        return state.number === 0 ? undefined : { number: state.number };
      },
      readLive: async (): Promise<LiveCatalog> => ({
        number: state.number,
        publishedAt: START,
        segments: [{ id: 1, key: 'vip', where: { trait: 'points', gte: 5 } }],
        counters: [],
      }),
    },
    compile(catalog) {
      state.compiled.push(catalog.number);
      return compilePlan(catalog, UTC);
    },
    now: () => state.now,
    log,
  });
  return { state, plans, log };
}

describe('what a worker knows of what is published', () => {
  it('is the default plan under number 0 while nothing was published', async () => {
    const { plans } = published();
    expect((await plans.current()).number).toBe(0);
  });

  it('is read anew after ten seconds, and compiled once for each number', async () => {
    const { state, plans } = published();
    await plans.current();
    state.number = 1;
    state.now += 9 * SECOND;
    expect((await plans.current()).number).toBe(0);
    state.now += SECOND;
    expect((await plans.current()).number).toBe(1);
    state.now += 60 * SECOND;
    await plans.current();
    expect(state).toMatchObject({ pointerReads: 3, compiled: [0, 1] });
  });

  it('stays while the pointer cannot be read, which is not tried with every batch', async () => {
    const { state, plans, log } = published();
    state.number = 1;
    await plans.current();
    Object.assign(state, { fails: true, number: 2, now: START + 10 * SECOND });
    expect((await plans.current()).number).toBe(1);
    expect((await plans.current()).number).toBe(1);
    expect(state.pointerReads).toBe(2);
    expect(log.codes).toEqual(['catalog-unreadable']);
  });

  it('is nothing to go on without any reading', async () => {
    const { state, plans } = published();
    state.fails = true;
    await expect(plans.current()).rejects.toThrow();
    await expect(plans.atLeast(1)).rejects.toThrow();
  });

  it('is read at once for somebody decided about under a higher number, and only then', async () => {
    const { state, plans } = published();
    await plans.current();
    state.number = 2;
    expect((await plans.atLeast(0)).number).toBe(0);
    expect((await plans.atLeast(2)).number).toBe(2);
    expect(state.pointerReads).toBe(2);
  });

  it('never goes back to a lower number', async () => {
    const { state, plans } = published();
    state.number = 2;
    await plans.current();
    Object.assign(state, { number: 1, now: START + 10 * SECOND });
    expect((await plans.current()).number).toBe(2);
  });

  it('is read once for all who wait for it', async () => {
    const { state, plans } = published();
    await Promise.all([plans.current(), plans.current(), plans.atLeast(3)]);
    expect(state.pointerReads).toBe(1);
  });
});

describe('a worker that meets somebody decided about under a higher number', () => {
  async function meeting(number: number, published_: number) {
    const { state, plans, log } = published();
    const profiles = new FakeProfiles();
    const live = new FakeQueue();
    const run = () =>
      advanceBatch(
        {
          profiles,
          plans,
          holdBack: async () => [],
          archive: async () => undefined,
          queueOf: () => live,
          random: () => 0.5,
          log,
        },
        sqsEvent(encodeInputs([track('A', START, { userId: 'ada', messageId: `m-${profiles.commits}` })]).join()),
      );
    await run();
    profiles.stored.set('k#ada', { ...(profiles.stored.get('k#ada') as Profile), plan: number });
    state.number = published_;
    expect(await run()).toEqual({ batchItemFailures: [] });
    const ada = profiles.stored.get('k#ada') as Profile;
    return { plan: ada.plan, count: totalOf(ada, 'A')?.count, live, log };
  }

  it('reads what is published and goes on under it', async () => {
    const { plan, count, live } = await meeting(3, 4);
    expect({ plan, count, waiting: live.messages.length }).toEqual({ plan: 4, count: 2, waiting: 0 });
  });

  it('asks her anew by the catalog that a reconcile is about, however short ago it looked', async () => {
    const { state, plans, log } = published();
    const profiles = new FakeProfiles();
    const run = (input: Input) =>
      advanceBatch(
        {
          profiles,
          plans,
          holdBack: async () => [],
          archive: async () => undefined,
          queueOf: () => new FakeQueue(),
          random: () => 0.5,
          log,
        },
        sqsEvent(encodeInputs([input]).join()),
      );
    await run(identify({ points: 7 }, START, { userId: 'ada' }));
    state.number = 1;
    await run({ kind: 'reconcile', plan: 1, user: 'k#ada', id: 'publish-1', at: START, cause: 'publish' });
    expect(profiles.stored.get('k#ada')?.segments.has(1)).toBe(true);
  });

  it('puts her inputs back when what is published is still older, and commits nothing', async () => {
    const { plan, count, live, log } = await meeting(3, 2);
    expect({ plan, count, waiting: live.messages.length }).toEqual({ plan: 3, count: 1, waiting: 1 });
    expect(log.codes).toContain('newer-profile');
  });
});
