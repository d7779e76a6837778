import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfileView } from '../../domain/state/profile-view.ts';
import type { StageChanged } from '../../local/perennial.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { profileDifference, transitionsDifference } from '../support/people-differences.ts';
import { PeopleOracle, type Sent } from '../support/people-oracle.ts';
import { type Life, randomLife, steadyLife } from '../support/random-lives.ts';
import { byReception, deliver } from '../support/reception.ts';
import { inProof } from '../support/runs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 120;
const FIRST_ROUND = START + 3 * HOUR;
const END = FIRST_ROUND + DAYS * DAY + HOUR;
const CHECKPOINTS = [FIRST_ROUND + 40 * DAY, FIRST_ROUND + 80 * DAY];
/** Whose profile is looked at on the way: one in so many. */
const SAMPLE = 5;

const PEOPLE = inProof ? 2_000 : 200;

const span = { start: FIRST_ROUND, days: DAYS };
const steady = steadyLife(span);
const everybody = [...Array.from({ length: PEOPLE }, (_, seed) => randomLife(seed, span)), steady];

describe(`${PEOPLE} random people over ${DAYS} days`, () => {
  let laptop: Laptop;
  const changes = new Map<string, StageChanged[]>();
  const due = new Map<string, Set<number>>();
  /** By user: decided, and withheld a moment before they left, because of a no that came in with what they were decided by. */
  const refusedMeanwhile = new Map<string, string[]>();
  const onTheWay: string[] = [];

  beforeAll(async () => {
    laptop = await Laptop.start();
    const { perennial } = laptop;
    perennial.onStageChanged((change) => put(changes, change.userId, change));
    perennial.cloud.on('invoke', (_function, event) => {
      for (const { user, at } of dueInputsIn(event)) due.set(user, (due.get(user) ?? new Set()).add(at));
    });
    perennial.cloud.on('change', (_table, { newImage: { user, message, reason } = {} }) => {
      if (reason?.S === 'consent withdrawn')
        put(refusedMeanwhile, (user?.S ?? '').slice(2), SUBJECTS[message?.S ?? ''] ?? '');
    });
    const sample = everybody.filter(({ seed }) => seed % SAMPLE === 0);
    for (const [receivedAt, sent] of byReception(everybody)) {
      await perennial.advanceTo(receivedAt);
      await deliver(laptop, sent);
      if (CHECKPOINTS.includes(receivedAt)) onTheWay.push(...(await differences(laptop, sample)));
    }
    await perennial.advanceTo(END);
    await perennial.settle();
  }, 3_600_000);
  afterAll(() => laptop.stop());

  it('are known as their events say, on the way', () => {
    expect(onTheWay).toEqual([]);
  });

  it('are known as their events say, in the end', async () => {
    expect(await differences(laptop, everybody)).toEqual([]);
  });

  it('went through the stages that their events say, each told once', () => {
    expect(
      ofEachUser((oracle, userId) =>
        transitionsDifference(oracle.decided(userId).transitions, changes.get(userId) ?? []),
      ),
    ).toEqual([]);
  });

  it('got each message they were due, once', () => {
    const sent = new Map<string, string[]>();
    for (const { userId, subject } of laptop.perennial.outbox().reverse()) put(sent, userId ?? '', subject);
    expect(
      ofEachUser((oracle, userId) => {
        const left = without(oracle.decided(userId).messages, refusedMeanwhile.get(userId) ?? []);
        const [should, is] = [left.join(), (sent.get(userId) ?? []).join()];
        return should === is ? undefined : `should have got ${should} and got ${is}`;
      }),
    ).toEqual([]);
    // Nobody is left out for a no that she has not said.
    const refused = everybody.filter(({ userIds }) => userIds.some((userId) => refusedMeanwhile.has(userId)));
    expect(refused.length).toBeLessThan(PEOPLE / 20);
    for (const { sent: events } of refused)
      expect(events.some(({ message }) => message.event === 'Consent Withdrawn')).toBe(true);
  });

  it('cost due inputs for what changed, not for being there', () => {
    const events = everybody.flatMap(({ sent }) => sent).length;
    const transitions = [...changes.values()].flat().length;
    const dueOfSteady = due.get(`k#${steady.userIds[0]}`)?.size ?? 0;
    console.log(
      `${PEOPLE} people, ${DAYS} days: ${events} events, ${transitions} transitions, ` +
        `${laptop.perennial.dueInputsProcessed} due inputs; ${dueOfSteady} for a person who was there every day`,
    );
    expect(dueOfSteady).toBeLessThanOrEqual(DAYS / 6);
  });

  it('would differ if a single event of theirs were left out', async () => {
    const some = everybody.filter(({ sent }) => sent.length > 0).slice(0, 20);
    for (const life of some.map(withoutOneEvent)) expect(await differences(laptop, [life])).not.toEqual([]);
  });
});

const SUBJECTS: Readonly<Record<string, string>> = { welcome: 'Welcome!', 'we-miss-you': 'We miss you' };

/** What is left of a list, each of the others taken out of it once. */
const without = (all: readonly string[], others: readonly string[]): string[] => {
  const left = [...all];
  for (const other of others) if (left.includes(other)) left.splice(left.indexOf(other), 1);
  return left;
};

/** Whose profile is not what her events say, by the seed of her life. */
async function differences(laptop: Laptop, lives: readonly Life[]): Promise<string[]> {
  const found: string[] = [];
  for (const life of lives)
    for (const userId of life.userIds) {
      const told = oracleOf(life, laptop.perennial.now()).told(userId);
      const difference = profileDifference(told, await profileOf(laptop, userId), life.isOrderly);
      found.push(...inWords(life, userId, difference));
    }
  return found;
}

/** Undefined for somebody nobody has seen. */
async function profileOf(laptop: Laptop, userId: string): Promise<ProfileView | undefined> {
  const answer = await laptop.admin(`/api/profiles/${userId}`);
  return answer.status === 404 ? undefined : ((await answer.json()) as ProfileView);
}

function ofEachUser(differenceOf: (oracle: PeopleOracle, userId: string) => string | undefined): string[] {
  return everybody.flatMap((life) =>
    life.userIds.flatMap((userId) => inWords(life, userId, differenceOf(oracleOf(life, END), userId))),
  );
}

const inWords = ({ seed, habit }: Life, userId: string, difference: string | undefined): string[] =>
  difference === undefined ? [] : [`seed ${seed} (${habit}), ${userId}: ${difference}`];

const inTheEnd = new Map<Life, PeopleOracle>();

/** The one of the end is asked several times. */
function oracleOf(life: Life, now: number): PeopleOracle {
  const oracle = (now === END ? inTheEnd.get(life) : undefined) ?? new PeopleOracle(life.sent, now);
  if (now === END) inTheEnd.set(life, oracle);
  return oracle;
}

/** The first that counts is left out, with its repeats. */
function withoutOneEvent(life: Life): Life {
  const { messageId } = (life.sent.find(({ message }) => message.type === 'track') ?? (life.sent[0] as Sent)).message;
  return { ...life, sent: life.sent.filter(({ message }) => message.messageId !== messageId) };
}

interface DueInput {
  readonly kind: string;
  readonly user: string;
  readonly at: number;
}

/** The due inputs in what a function was invoked with, if it was queue messages. */
function dueInputsIn(event: unknown): DueInput[] {
  const { Records = [] } = event as { Records?: readonly { body?: string }[] };
  return Records.filter(({ body }) => body?.includes('"kind":"due"'))
    .flatMap(({ body }) => (JSON.parse(body ?? '{}') as { inputs?: DueInput[] }).inputs ?? [])
    .filter(({ kind }) => kind === 'due');
}

function put<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
