import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import { type LiveLag, waitWhileHeld } from '../../domain/decisions/live-lag.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import { dueInput, type Input } from '../../domain/state/input.ts';
import { decodeInputs, encodeInputs } from '../../domain/state/input-message.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { holdBack } from '../../lambdas/state/held-back.ts';
import { rememberLag } from '../../lambdas/state/known-lag.ts';
import { START, track } from '../support/people.ts';
import { alwaysPlan, FakeProfiles, FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

/** A worker at START, told of this lag. */
function worker(lag: LiveLag | undefined) {
  const timers = new FakeQueue();
  const profiles = new FakeProfiles();
  const log = fakeLog();
  const archived: Input[] = [];
  const random = () => 0.5;
  const queueOf = () => timers;
  let reads = 0;
  const readLag = async () => {
    reads++;
    return lag;
  };
  const dependencies = {
    profiles,
    plans: alwaysPlan(DEFAULT_PLAN),
    holdBack: holdBack({ readLag, queueOf, now: () => START, random, log }),
    archive: async (inputs: readonly Input[]) => void archived.push(...inputs),
    queueOf,
    random,
    log,
  };
  const run = (...bodies: string[]) => advanceBatch(dependencies, sqsEvent(...bodies));
  return { timers, profiles, log, archived, run, reads: () => reads };
}

const due = (user: string, at: number) => dueInput(`k#${user}`, at);
const message = (inputs: readonly Input[], hops = 0) => encodeInputs(inputs, hops).join();
const lagging = { lag: 3 * MINUTE, readAt: START - 10 * SECOND } as const;
const mayFireUntil = START - 10 * SECOND - 3 * MINUTE;

describe('a worker, while the live queue lags', () => {
  it('puts due inputs back that events still waiting may precede, and nothing else', async () => {
    const { timers, profiles, log, archived, run } = worker(lagging);
    const event = track('A', START, { userId: 'ada' });
    const batch = [event, due('ada', START), due('ben', mayFireUntil), due('cleo', mayFireUntil + 1)];
    expect(await run(message(batch))).toEqual({ batchItemFailures: [] });
    expect(timers.messages.map(({ body }) => decodeInputs(body))).toMatchObject([
      { hops: 0, inputs: [due('ada', START), due('cleo', mayFireUntil + 1)] },
    ]);
    expect(archived).toEqual([event, due('ben', mayFireUntil)]);
    expect([...profiles.stored.keys()]).toEqual(['k#ada']);
    expect(log.codes).toEqual(['timers-held-back']);
  });

  it('counts no hop, and keeps those there were', async () => {
    const { timers, run } = worker(lagging);
    await run(message([due('ada', START)], 3), message([due('ben', START)]));
    expect(timers.messages.map(({ body }) => decodeInputs(body).hops)).toEqual([3, 0]);
  });

  it('puts at most 100 people into a message, as the sweep does', async () => {
    const { timers, run } = worker(lagging);
    await run(message(Array.from({ length: 250 }, (_, i) => due(`u${i}`, START))));
    expect(timers.messages.map(({ body }) => decodeInputs(body).inputs.length)).toEqual([100, 100, 50]);
  });

  it.each([
    ['refuses', (timers: FakeQueue) => Object.assign(timers, { refuses: () => true })],
    ['fails', (timers: FakeQueue) => Object.assign(timers, { fails: true })],
  ])('lets messages come back whole when the queue %s', async (_, breaks) => {
    const { timers, profiles, run } = worker(lagging);
    breaks(timers);
    const event = track('A', START, { userId: 'ada' });
    expect(await run(message([event]), message([due('ben', START)]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
    expect(profiles.commits).toBe(1);
  });

  it('holds nothing by a lag that was read more than five minutes ago, or when there is none', async () => {
    for (const lag of [{ lag: 60 * MINUTE, readAt: START - 5 * MINUTE - 1 }, undefined]) {
      const { timers, run } = worker(lag);
      await run(message([due('ada', START)]));
      expect(timers.messages).toEqual([]);
    }
  });

  it('asks for the lag only when something is due', async () => {
    const { run, reads } = worker(lagging);
    await run(message([track('A', START)]));
    expect(reads()).toBe(0);
    await run(message([due('ada', START - 10 * MINUTE)]));
    expect(reads()).toBe(1);
  });
});

describe('a held timer', () => {
  it('waits longer the farther the backlog is, at most a quarter of an hour, and not as long as others', () => {
    const wait = (behind: number, random: number) => waitWhileHeld(START + behind, START, random) / SECOND;
    expect([wait(1, 0), wait(2 * MINUTE, 0), wait(2 * MINUTE, 0.5), wait(600 * MINUTE, 0)].map(Math.round)).toEqual([
      30, 60, 90, 450,
    ]);
    expect(wait(600 * MINUTE, 0.999)).toBeLessThanOrEqual(900);
  });
});

describe('a worker’s memory of the lag', () => {
  it('is ten seconds old at most, and empty as long as it cannot be read', async () => {
    let now = START;
    let reads = 0;
    let fails = false;
    const log = fakeLog();
    const read = async () => {
      reads++;
      if (fails) throw new Error('no table');
      return { sweptTo: 0, fullPassAt: 0, liveLag: lagging };
    };
    const lag = rememberLag({ read }, () => now, log);
    expect([await lag(), await lag(), reads]).toEqual([lagging, lagging, 1]);
    fails = true;
    now += 10 * SECOND;
    expect([await lag(), await lag(), reads]).toEqual([undefined, undefined, 2]);
    fails = false;
    now += 10 * SECOND;
    expect(await lag()).toEqual(lagging);
    expect(log.codes).toEqual(['live-lag-unknown']);
  });
});
