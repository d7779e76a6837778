import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { Expression } from '../../domain/catalog/expression.ts';
import { idIn, isKnown } from '../../domain/state/user-key.ts';
import type { BusEvent } from '../../local/cloud/services/eventbridge/event-bridge.ts';
import { storedProfile } from '../../local/stored-profile.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { PeopleOracle } from '../support/people-oracle.ts';
import { Publisher } from '../support/publisher.ts';
import { type Life, randomLife } from '../support/random-lives.ts';
import { byReception, deliver } from '../support/reception.ts';
import { inProof } from '../support/runs.ts';
import { isIn } from '../support/segment-oracle.ts';
import { SEGMENTS } from '../support/segments.ts';

const DAYS = 60;
const FIRST_ROUND = START + 3 * HOUR;
const END = FIRST_ROUND + DAYS * DAY + HOUR;
const HALF_WAY = FIRST_ROUND + 32 * DAY;
const PEOPLE = inProof ? 2_000 : 200;

const everybody = Array.from({ length: PEOPLE }, (_, seed) => randomLife(seed, { start: FIRST_ROUND, days: DAYS }));

/** What is published first together gets its ids in the order of the keys. */
const KEYS = Object.keys(SEGMENTS).sort();
const keys: ReadonlyMap<number, string> = new Map(KEYS.map((key, i) => [i + 1, key]));

describe(`${PEOPLE} random people in ${KEYS.length} segments over ${DAYS} days`, () => {
  let laptop: Laptop;
  let publisher: Publisher;
  const told: BusEvent[] = [];
  const onTheWay: string[] = [];

  beforeAll(async () => {
    laptop = await Laptop.start();
    publisher = new Publisher(laptop);
    const { perennial } = laptop;
    perennial.cloud.on('event', (_bus, event) => {
      if (event['detail-type'].startsWith('Segment ')) told.push(event);
    });
    await publisher.segments(SEGMENTS);
    for (const [receivedAt, sent] of byReception(everybody)) {
      await perennial.advanceTo(receivedAt);
      await deliver(laptop, sent);
      if (receivedAt === HALF_WAY) onTheWay.push(...differences(membersOf(laptop), SEGMENTS, receivedAt));
    }
    await perennial.advanceTo(END);
    await perennial.settle();
  }, 3_600_000);
  afterAll(() => laptop.stop());

  it('are in those that a plain reading of all they did says, on the way', () => {
    expect(onTheWay).toEqual([]);
  });

  it('are in those that a plain reading of all they did says, in the end', () => {
    expect(differences(membersOf(laptop), SEGMENTS, END)).toEqual([]);
  });

  it('meet every segment: each has somebody in it, and somebody who has left', () => {
    const left = new Set(told.filter(isLeaving).map(segmentOf));
    const entered = new Set(told.filter((event) => !isLeaving(event)).map(segmentOf));
    expect(KEYS.filter((key) => !entered.has(key))).toEqual([]);
    expect(KEYS.filter((key) => !left.has(key)).length).toBeLessThan(KEYS.length / 3);
  });

  it('are told of entering and leaving by turns, and last of what they are', () => {
    const members = membersOf(laptop);
    const byPerson = new Map<string, BusEvent[]>();
    for (const event of new Map(told.map((one) => [idOf(one), one])).values()) {
      const name = `${userOf(event)} in ${segmentOf(event)}`;
      byPerson.set(name, [...(byPerson.get(name) ?? []), event]);
    }
    const wrong: string[] = [];
    for (const [name, events] of byPerson) {
      events.sort((a, b) => placeOf(a) - placeOf(b));
      const [userId, segment] = name.split(' in ') as [string, string];
      // Who became somebody else is told of under that name from then on.
      if (!members.has(userId)) continue;
      const steps = events.map((event) => (isLeaving(event) ? 'left' : 'entered'));
      const alternate = steps.every((step, i) => step !== steps[i - 1]);
      if (!alternate || (steps.at(-1) === 'entered') !== members.get(userId)?.has(segment))
        wrong.push(`${name}: ${steps.join()}`);
    }
    // Two known users who turn out to be one bring along what each was in.
    const merged = new Set(everybody.filter(({ userIds }) => userIds.length > 1).flatMap(({ userIds }) => userIds));
    expect(wrong.filter((line) => !merged.has(line.split(' in ')[0] ?? ''))).toEqual([]);
  });

  it('change by a moved threshold as far as they differ, and nobody is written to', async () => {
    const moved: Readonly<Record<string, Expression>> = {
      'big-spenders': { event: 'Order Completed', sum: { property: 'revenue', gte: 60 }, within: 'P90D' },
      'in-their-thirties': { trait: 'age', gte: 25, lt: 45 },
    };
    const before = membersOf(laptop);
    const dueBefore = duesOf(laptop);
    const mailed = laptop.perennial.outbox().length;
    const written = new Set<string>();
    laptop.perennial.cloud.on('change', (table, { newImage }) => {
      if (table === laptop.perennial.profilesTable) written.add(newImage?.id?.S ?? '');
    });
    told.length = 0;
    await publisher.segments(moved);
    // Everybody is looked at when all workers know of it.
    await laptop.perennial.advanceTo(laptop.perennial.now() + 2 * MINUTE);

    const after = membersOf(laptop);
    const now = laptop.perennial.now();
    expect(differences(after, { ...SEGMENTS, ...moved }, now)).toEqual([]);
    const differing = [...after].filter(
      ([userId, segments]) => [...segments].sort().join() !== [...(before.get(userId) ?? [])].sort().join(),
    );
    expect(differing.length).toBeGreaterThan(3);
    expect([...new Set(told.map(userOf))].sort()).toEqual(differing.map(([userId]) => userId).sort());
    // Written are they, and those who have to be asked again at another moment.
    const dues = duesOf(laptop);
    const others = [...dues].filter(([key, due]) => dueBefore.get(key) !== due).map(([key]) => key);
    expect([...written].sort()).toEqual(
      [...new Set([...differing.map(([userId]) => `k#${userId}`), ...others])].sort(),
    );
    expect(told.map(({ detail }) => (detail as { cause: string }).cause)).toEqual(told.map(() => 'publish'));
    expect(laptop.perennial.outbox()).toHaveLength(mailed);
    await laptop.perennial.advanceTo(now + 10 * MINUTE);
    expect(laptop.perennial.outbox()).toHaveLength(mailed);
  });

  it('would differ if segments asked something else', () => {
    const other: Readonly<Record<string, Expression>> = { ...SEGMENTS, pro: { trait: 'plan', is: 'free' } };
    expect(differences(membersOf(laptop), other, laptop.perennial.now())).not.toEqual([]);
  });
});

const detailOf = ({ detail }: BusEvent) => detail as { id: string; userId: string; segment: string };
const idOf = (event: BusEvent) => detailOf(event).id;
const userOf = (event: BusEvent) => detailOf(event).userId;
const segmentOf = (event: BusEvent) => detailOf(event).segment;
const isLeaving = (event: BusEvent) => event['detail-type'] === 'Segment Left';
/** An effect's id is lineage, version and number. */
const placeOf = (event: BusEvent) => {
  const [version = 0, n = 0] = idOf(event).split('_').slice(-2).map(Number);
  return version * 1_000 + n;
};

/** The segments of everybody who is there, as their profiles say. */
function membersOf({ perennial }: Laptop): Map<string, ReadonlySet<string>> {
  const members = new Map<string, ReadonlySet<string>>();
  for (const item of perennial.cloud.services.dynamodb.scan(perennial.profilesTable)) {
    if (item.heir !== undefined) continue;
    const stored = storedProfile(item);
    if (stored?.outcome !== 'profile' || !isKnown(stored.profile.key)) continue;
    const { key, segments } = stored.profile;
    members.set(idIn(key), new Set([...segments.keys()].map((id) => keys.get(id) ?? `segment ${id}`)));
  }
  return members;
}

/** When each profile is looked at again if nothing comes in. */
const duesOf = ({ perennial }: Laptop): Map<string, string | undefined> =>
  new Map(
    [...perennial.cloud.services.dynamodb.scan(perennial.profilesTable)].map(({ id, dueAt }) => [
      id?.S ?? '',
      dueAt?.N,
    ]),
  );

/** Who is in another set of segments than a plain reading of everything sent says, by the seed of her life. */
function differences(
  members: ReadonlyMap<string, ReadonlySet<string>>,
  segments: Readonly<Record<string, Expression>>,
  now: number,
): string[] {
  return everybody.flatMap((life: Life) => {
    const oracle = new PeopleOracle(life.sent, now);
    return life.userIds.flatMap((userId) => {
      const facts = oracle.told(userId);
      const own = members.get(userId);
      // Not seen yet, or somebody else by now, who is compared under the other name.
      if (facts === undefined || facts.profile.userId !== userId) return [];
      const asked = { told: facts, deeds: oracle.deeds(userId), now };
      const should = Object.keys(segments).filter((key) => isIn(segments[key] as Expression, asked, segments));
      const is = [...(own ?? [])].sort();
      return should.sort().join() === is.join()
        ? []
        : [`seed ${life.seed} (${life.habit}), ${userId} should be in ${should.join()} and is in ${is.join()}`];
    });
  });
}
