import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isWell, type PlaceReport } from '../../commands/redrive/redrive.ts';
import { DAY, HOUR } from '../../domain/calendar.ts';
import { randomFrom } from '../../local/demo/random.ts';
import { LocalPerennial } from '../../local/perennial.ts';
import type { Sent } from '../support/people-oracle.ts';
import { inProof } from '../support/runs.ts';
import { deliver } from './deliver.ts';
import { type Lives, type Request, randomLives } from './lives.ts';
import { outcomeOf, tableName, Watch } from './outcome.ts';
import { SendsInDoubt } from './sends-in-doubt.ts';
import { bringBack, poison, Trouble } from './trouble.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** The days of the story are counted from here; lives.ts says when its rounds are. */
const START = Date.parse('2026-03-02T15:00:00Z');
/** Of twenty people each. */
const LIVES = inProof ? 4 : 2;
/** Long enough for what fails to be given up, and for all else to be done. */
const TO_REST = 2.5 * HOUR;
describe(`${LIVES * 20} people through weeks with every fiftieth call throttled, a full dead-letter queue, a poisoned record and two hours without sweeps`, () => {
  const lives = together(
    Array.from({ length: LIVES }, (_, n) => n + 1).map((seed) => randomLives(9_000 + seed, START, randomFrom(seed))),
  );
  /** In the last round in which everybody takes part, half of all people cannot be written. */
  const tableRefuses = lastOfAll(lives);
  const poisoned = tableRefuses + 4 * DAY;
  /** While those who were last there in that round turn dormant. */
  const dormant = tableRefuses + 30 * DAY;
  const sweepIsOut = { from: dormant - 1.5 * HOUR, until: dormant + 0.5 * HOUR };
  const trouble = new Trouble({ tableRefuses, sweepIsOut });
  let perennial: LocalPerennial;
  let looked: readonly PlaceReport[];
  let brought: readonly PlaceReport[];
  let inTheEnd: readonly PlaceReport[];
  let verdict: Verdict;

  beforeAll(async () => {
    const inDoubt = new SendsInDoubt(() => tableName(perennial.cloud, 'Sends'));
    perennial = await LocalPerennial.start({
      assembly: inject('assembly'),
      startAt: START,
      ticking: false,
      port: 'none',
      interceptors: [trouble.interceptor, inDoubt.interceptor],
    });
    trouble.begin(perennial);
    const watch = new Watch(perennial.cloud);
    const accepted: Sent[] = [];
    for (const { at, requests } of lives.rounds) {
      if (at > poisoned && perennial.now() < poisoned) {
        await perennial.advanceTo(poisoned);
        await poison(perennial);
      }
      await perennial.advanceTo(at);
      accepted.push(...(await deliver(perennial, requests)));
      await perennial.advanceTo(at + TO_REST);
      if (at !== tableRefuses) {
        await perennial.settle();
        continue;
      }
      // Nothing comes to rest before: the sweep emits again and again what cannot be written.
      trouble.isMended = true;
      looked = await bringBack(perennial, false);
      brought = await bringBack(perennial, true);
      await comeToRest(perennial.now());
    }
    await perennial.advanceTo(lives.end);
    await comeToRest(lives.end);
    inTheEnd = await bringBack(perennial, false);
    const story = { accepted, userIds: lives.userIds, end: perennial.now() };
    verdict = verdictOn(story, outcomeOf(perennial.cloud, watch), inDoubt.ids);
  }, 600_000);
  afterAll(() => perennial.stop());

  async function comeToRest(since: number) {
    await perennial.advanceTo(since + TO_REST);
    await perennial.settle();
  }

  it('had all of that', () => {
    expect(trouble.throttled).toBeGreaterThan(LIVES * 12.5);
    // A sweep that fails is one call; before anybody is due none is made.
    expect(trouble.sweepsRefused).toBeGreaterThan(20);
    const live = looked.find(({ place }) => place === 'live');
    if (live?.place !== 'live' || live.did !== 'look') throw new Error('Nobody looked at the dead letters');
    expect(live.look.meant.holds.event).toBeGreaterThan(10);
  });

  it('brought back what had been given up', () => {
    expect(brought.filter((report) => !isWell(report))).toEqual([]);
  });

  it('ends with every figure right; what nobody can read is left, and said', () => {
    const { leftOver, ...found } = split(verdict);
    expect(found).toEqual({ lost: [], doubled: [], wrong: [] });
    expect(leftOver).toHaveLength(1);
    expect(inTheEnd).toContainEqual(
      expect.objectContaining({ place: 'failures', look: expect.objectContaining({ objects: 1, unreadable: 1 }) }),
    );
  });
});

/** The poisoned record stays in the failures bucket; anything else that is left is wrong. */
function split({ lost, doubled, wrong }: Verdict) {
  const isPoison = (difference: string) => difference.startsWith('stream records given up');
  return { lost, doubled, wrong: wrong.filter((one) => !isPoison(one)), leftOver: wrong.filter(isPoison) };
}

/** After it the story waits for people to fall silent. */
function lastOfAll({ rounds }: Lives): number {
  const before = rounds.find(({ at }, i) => (rounds[i + 1]?.at ?? at) - at > 20 * DAY);
  if (before === undefined) throw new Error('Nobody falls silent in these lives');
  return before.at;
}

/** Several people's lives as one story. */
function together(all: readonly Lives[]): Lives {
  const rounds = new Map<number, Request[]>();
  for (const { at, requests } of all.flatMap((lives) => lives.rounds))
    rounds.set(at, [...(rounds.get(at) ?? []), ...requests]);
  return {
    userIds: all.flatMap(({ userIds }) => userIds),
    rounds: [...rounds].map(([at, requests]) => ({ at, requests })).sort((a, b) => a.at - b.at),
    end: Math.max(...all.map(({ end }) => end)),
  };
}
