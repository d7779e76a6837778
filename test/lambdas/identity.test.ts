import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../domain/calendar.ts';
import type { Effect } from '../../domain/decisions/effect.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { decodeProfile, encodeProfile } from '../../domain/state/codec.ts';
import { dueInput, eventInput, type Input } from '../../domain/state/input.ts';
import { decodeInputs, encodeInputs } from '../../domain/state/input-message.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { Tombstone } from '../../domain/state/tombstone.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { START } from '../support/people.ts';
import { runs } from '../support/runs.ts';
import { alwaysPlan, FakeProfiles, FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

/** What storing does to a profile, so that nothing may hide outside of what is stored. */
function asStored(profile: Profile): Profile {
  const decoded = decodeProfile(profile.key, profile.version, encodeProfile(profile));
  if (decoded.outcome !== 'profile') throw new Error('unreadable');
  return decoded.profile;
}

/**
 * A table that workers share. Each call lets others in between, and a worker can die right after any write: then nothing
 * it still tries has an effect, as with a process that is gone.
 */
class SharedProfiles extends FakeProfiles {
  worker(pause: () => Promise<void>, diesAfterWrites = Number.POSITIVE_INFINITY) {
    let writes = 0;
    const dead = () => writes >= diesAfterWrites;
    const call = async <T>(work: () => Promise<T>, isWrite: boolean): Promise<T> => {
      await pause();
      if (dead()) throw new Error('this worker is gone');
      const answer = await work();
      if (isWrite) writes++;
      if (dead()) throw new Error('this worker is gone');
      await pause();
      return answer;
    };
    const queue = new FakeQueue();
    return {
      queue,
      isDead: dead,
      profiles: {
        getMany: (keys: readonly UserKey[]) => call(() => this.getMany(keys), false),
        commit: (profile: Profile, effects: readonly Effect[]) =>
          call(() => this.commit(asStored(profile), effects), true),
        bury: (tombstone: Tombstone, effects: readonly Effect[]) =>
          call(() => this.bury({ ...tombstone, state: tombstone.state && asStored(tombstone.state) }, effects), true),
      },
    };
  }
}

const reduce = (
  { profiles, queue }: Pick<ReturnType<SharedProfiles['worker']>, 'profiles' | 'queue'>,
  inputs: readonly Input[],
  random: () => number = () => 0,
) =>
  advanceBatch(
    {
      profiles,
      plans: alwaysPlan(DEFAULT_PLAN),
      archive: async () => undefined,
      holdBack: async () => [],
      queueOf: () => queue,
      random,
      log: fakeLog(),
    },
    sqsEvent(...encodeInputs(inputs)),
  );

/** Delivers messages until all are done, each to a worker that may die; what a dead one left comes again. */
async function deliver(
  table: SharedProfiles,
  messages: readonly (readonly CustomerEvent[])[],
  {
    deaths = [],
    together = 1,
    random = () => 0,
  }: { deaths?: readonly number[]; together?: number; random?: () => number } = {},
): Promise<void> {
  const pause = async () => {
    for (let turns = Math.floor(random() * 6); turns > 0; turns--) await undefined;
  };
  let waiting = messages.flatMap((events) => encodeInputs(events.map(eventInput)));
  let deliveries = 0;
  for (let round = 0; waiting.length > 0; round++) {
    if (round > 500) throw new Error('It never comes to rest');
    const now = waiting.slice(0, together);
    waiting = waiting.slice(together);
    await Promise.all(
      now.map(async (body) => {
        const worker = table.worker(pause, deaths[deliveries++]);
        const { batchItemFailures } = await reduce(worker, decodeInputs(body).inputs, random).catch(() => ({
          batchItemFailures: [{ itemIdentifier: 'm0' }],
        }));
        if (worker.isDead() || batchItemFailures.length > 0) waiting.push(body);
        else waiting.push(...worker.queue.messages.map((message) => message.body));
      }),
    );
  }
}

let made = 0;
const at = (seconds: number) => START + seconds * SECOND;

function message(parts: Partial<CustomerEvent> & Pick<CustomerEvent, 'type'>, seconds: number): CustomerEvent {
  const time = at(seconds);
  return { messageId: `m${made++}`, source: 'client', sourceId: 'app', time, receivedAt: time, ...parts };
}
const seen = (userId: string, seconds: number) => message({ type: 'track', name: 'Seen', userId }, seconds);
const visit = (anonymousId: string, seconds: number) => message({ type: 'track', name: 'Seen', anonymousId }, seconds);
const login = (userId: string, anonymousId: string, seconds: number) =>
  message({ type: 'identify', userId, anonymousId, traits: { n: seconds } }, seconds);
const alias = (userId: string, previousId: string, source: 'client' | 'server', seconds: number) =>
  message({ type: 'alias', userId, previousId, source }, seconds);

const countOf = (profile: Profile | undefined) => profile?.events.find(({ name }) => name === 'Seen')?.count ?? 0;
const profileOf = (table: FakeProfiles, key: UserKey) => table.stored.get(key);

async function tableAfter(...events: CustomerEvent[]): Promise<SharedProfiles> {
  const table = new SharedProfiles();
  await deliver(
    table,
    events.map((event) => [event]),
  );
  return table;
}

describe('a device nobody was logged in on', () => {
  it('becomes part of the first user it is named for, once', async () => {
    const table = await tableAfter(visit('x', 0), visit('x', 1), login('ada', 'x', 2), login('ada', 'x', 3));
    expect(countOf(profileOf(table, 'k#ada'))).toBe(2);
    expect(table.stored.has('a#x')).toBe(false);
    expect(table.tombstones.get('a#x')).toMatchObject({ heir: 'k#ada', state: undefined });
  });

  it('gets an empty tombstone when it has not been seen, so that it is asked about once', async () => {
    const table = await tableAfter(login('ada', 'x', 0));
    expect(table.tombstones.get('a#x')).toMatchObject({ heir: 'k#ada', state: undefined });
    let reads = 0;
    const getMany = table.getMany.bind(table);
    table.getMany = async (keys) => {
      reads += keys.length;
      return getMany(keys);
    };
    await deliver(table, [[login('ada', 'x', 1)]]);
    expect(reads).toBe(1);
  });

  it('stays with the first user: later ones of a shared device get only their own events', async () => {
    const table = await tableAfter(
      visit('x', 0),
      login('ada', 'x', 1),
      login('ben', 'x', 2),
      seen('ben', 3),
      visit('x', 4),
      login('ben', 'x', 5),
    );
    expect(countOf(profileOf(table, 'k#ada'))).toBe(2);
    expect(countOf(profileOf(table, 'k#ben'))).toBe(1);
    expect(profileOf(table, 'k#ben')?.strangers).toHaveLength(1);
  });

  it('brings its past, and what arrives for it later counts at its heir', async () => {
    const late = { ...visit('x', -500), receivedAt: at(10) };
    const table = await tableAfter(visit('x', 0), login('ada', 'x', 1), late);
    const ada = profileOf(table, 'k#ada');
    expect(countOf(ada)).toBe(2);
    expect(ada?.activity.first).toBe(at(-500));
    expect(ada?.activity.known).toBe(at(1));
  });

  it('has its events counted once even if they come again after it was merged', async () => {
    const first = visit('x', 0);
    const table = await tableAfter(first, login('ada', 'x', 1), first);
    expect(countOf(profileOf(table, 'k#ada'))).toBe(1);
  });
});

describe('an alias', () => {
  it('from a client always names a device, also where a user has that id', async () => {
    const table = await tableAfter(seen('ben', 0), visit('ben', 1), alias('ada', 'ben', 'client', 2));
    expect(countOf(profileOf(table, 'k#ada'))).toBe(1);
    expect(countOf(profileOf(table, 'k#ben'))).toBe(1);
  });

  it('from a server joins two users: the smaller id lives on, whichever way round it was said', async () => {
    for (const [userId, previousId] of [
      ['ada', 'zoe'],
      ['zoe', 'ada'],
    ] as const) {
      const table = await tableAfter(
        seen('ada', 0),
        seen('zoe', 1),
        alias(userId, previousId, 'server', 2),
        seen('zoe', 3),
      );
      expect(countOf(profileOf(table, 'k#ada'))).toBe(3);
      expect(profileOf(table, 'k#ada')?.mergedIds).toEqual(['zoe']);
      expect(table.tombstones.get('k#zoe')).toMatchObject({ heir: 'k#ada', state: undefined });
      expect(table.effects).toContainEqual(expect.objectContaining({ kind: 'merged', other: 'k#zoe', at: at(2) }));
    }
  });

  it('from a server names a device when no user has that id', async () => {
    const table = await tableAfter(visit('x', 0), alias('ada', 'x', 'server', 1));
    expect(countOf(profileOf(table, 'k#ada'))).toBe(1);
  });

  it('of oneself says nothing', async () => {
    const table = await tableAfter(seen('ada', 0), alias('ada', 'ada', 'server', 1), alias('ada', 'ada', 'client', 2));
    expect(table.tombstones.size).toBe(0);
  });

  it('both ways, and in a circle, ends with one live profile', async () => {
    const table = await tableAfter(
      ...['c', 'a', 'b'].map((id, i) => seen(id, i)),
      alias('a', 'b', 'server', 10),
      alias('b', 'a', 'server', 11),
      alias('b', 'c', 'server', 12),
      alias('c', 'a', 'server', 13),
    );
    expect([...table.stored.keys()]).toEqual(['k#a']);
    expect(countOf(profileOf(table, 'k#a'))).toBe(3);
  });

  it('moves a person to a new id as she is: her stage stays, and nothing is set going', async () => {
    const table = await tableAfter(login('zoe', 'x', 0), alias('ada', 'zoe', 'server', 10));
    expect(profileOf(table, 'k#ada')?.stage).toMatchObject({ name: 'new', since: at(0) });
    expect(table.effects.filter(({ kind }) => kind === 'transition')).toHaveLength(1);
  });
});

describe('in one batch', () => {
  const buys = (anonymousId: string, seconds: number) =>
    message({ type: 'track', name: 'Order Completed', anonymousId }, seconds);
  const transitionsOf = ({ effects }: FakeProfiles) =>
    effects.flatMap((effect) => (effect.kind === 'transition' ? [`${effect.to} by ${effect.cause}`] : []));

  /** How often she was written and in which order inputs of one minute are remembered is of no importance. */
  const adaIn = (table: FakeProfiles) => {
    const ada = profileOf(table, 'k#ada');
    return { ...ada, version: 0, recent: ada?.recent.toSorted((a, b) => a.hash - b.hash) };
  };

  it('what a device did before a log-in, the log-in, and what it did afterwards are taken one after the other', async () => {
    const events = [buys('x', 0), buys('x', 1), buys('x', 2), login('ada', 'x', 3), buys('x', 4), seen('ada', 5)];
    const oneByOne = await tableAfter(...events);
    expect(transitionsOf(oneByOne)).toEqual(['new by activity']);
    for (const batch of [events, events.toReversed(), [3, 0, 4, 1, 5, 2].map((i) => events[i] as CustomerEvent)]) {
      const table = new SharedProfiles();
      await deliver(table, [batch]);
      expect(transitionsOf(table)).toEqual(transitionsOf(oneByOne));
      expect(adaIn(table)).toEqual(adaIn(oneByOne));
    }
  });

  it('a device goes to whoever it was named for first', async () => {
    const events = [login('zoe', 'x', 1), visit('x', 0), login('ada', 'x', 2), visit('x', 3)];
    for (const batch of [events, events.toReversed()]) {
      const table = new SharedProfiles();
      await deliver(table, [batch]);
      expect(countOf(profileOf(table, 'k#zoe'))).toBe(2);
      expect(countOf(profileOf(table, 'k#ada'))).toBe(0);
    }
  });

  it('two users who name each other’s devices both get on', async () => {
    const table = new SharedProfiles();
    await deliver(table, [[login('ada', 'x', 1), login('ben', 'y', 2), login('ben', 'x', 3), login('ada', 'y', 4)]]);
    expect(profileOf(table, 'k#ada')?.folded).toHaveLength(2);
    expect(profileOf(table, 'k#ben')?.strangers).toHaveLength(2);
  });
});

describe('what a worker left behind', () => {
  /** A tombstone is written, and the worker dies before the fold. */
  async function leftOff(): Promise<SharedProfiles> {
    const table = new SharedProfiles();
    await deliver(table, [[visit('x', 0)], [visit('x', 1)], [seen('ada', 2)]]);
    const worker = table.worker(async () => undefined, 1);
    await reduce(worker, [eventInput(login('ada', 'x', 3))]).catch(() => undefined);
    expect(table.tombstones.get('a#x')?.state).toBeDefined();
    return table;
  }

  it('is folded in with whatever comes next, also if that is a timer or a question', async () => {
    for (const first of ['due', 'reconcile'] as const) {
      const table = await leftOff();
      const dueAt = profileOf(table, 'k#ada')?.dueAt ?? 0;
      const next: Input =
        first === 'due'
          ? dueInput('k#ada', dueAt)
          : { kind: 'reconcile', user: 'k#ada', id: 'r', at: at(4), cause: 'publish' };
      const late = visit('x', 5);
      const arrival = { ...eventInput(late), at: first === 'due' ? dueAt + 1 : at(5) };
      await reduce(
        table.worker(async () => undefined),
        [next, arrival],
      );
      expect(countOf(profileOf(table, 'k#ada'))).toBe(4);
      expect(table.tombstones.get('a#x')?.state).toBeUndefined();
    }
  });

  it('is nobody’s beginning when it comes again while its log-in has still to come', async () => {
    const table = new SharedProfiles();
    const before = visit('x', 0);
    await deliver(table, [[before]]);
    const loggingIn = login('ada', 'x', 1);
    const worker = table.worker(async () => undefined, 1);
    await reduce(worker, [eventInput(loggingIn)]).catch(() => undefined);
    await deliver(table, [[before]]);
    expect(profileOf(table, 'k#ada')).toBeUndefined();
    await deliver(table, [[loggingIn]]);
    expect(profileOf(table, 'k#ada')?.stage).toMatchObject({ name: 'new', cause: 'activity' });
    expect(profileOf(table, 'k#ada')?.stage?.previous).toBeUndefined();
    expect(countOf(profileOf(table, 'k#ada'))).toBe(1);
  });

  it('does not use up a welcome that was not sent', async () => {
    const table = new SharedProfiles();
    const known = message({ type: 'identify', anonymousId: 'x', traits: { email: 'ada@example.com' } }, 0);
    await deliver(table, [[known], [seen('ada', 2)]]);
    const logIn = login('ada', 'x', 3);
    await reduce(
      table.worker(async () => undefined, 1),
      [eventInput(logIn)],
    ).catch(() => undefined);
    await deliver(table, [[known], [logIn]]);
    expect(table.effects.filter(({ kind }) => kind === 'message')).toHaveLength(1);
  });
});

describe('a device that many name at once', () => {
  it('keeps nobody waiting: all are done in one go', async () => {
    const users = Array.from({ length: 40 }, (_, i) => `user-${String(i).padStart(2, '0')}`);
    for (const before of [[], [login('owner', 'till', 0)]]) {
      const table = new SharedProfiles();
      await deliver(table, [before]);
      const worker = table.worker(async () => undefined);
      await reduce(
        worker,
        users.map((user, i) => eventInput(login(user, 'till', 10 + i))),
      );
      expect(worker.queue.messages).toEqual([]);
      expect(users.filter((user) => profileOf(table, `k#${user}`) === undefined)).toEqual([]);
    }
  });
});

describe('an alias of a server', () => {
  it('waits when it cannot be read whether there is a user of that id', async () => {
    const table = await tableAfter(seen('ada', 0), seen('ben', 1));
    table.unread.add('k#ben');
    const worker = table.worker(async () => undefined);
    await reduce(worker, [eventInput(alias('ada', 'ben', 'server', 2))]);
    expect(table.tombstones.size).toBe(0);
    expect(worker.queue.messages).toHaveLength(1);
  });
});

describe('an id with more devices than a person has', () => {
  it('takes 500 of them, whether they come one by one or at once, and counts its own events', async () => {
    const table = new SharedProfiles();
    const logins = Array.from({ length: 600 }, (_, i) => login('kiosk', `d${i}`, i));
    await deliver(table, [logins]);
    await deliver(table, [[login('kiosk', 'one more', 1_000), seen('kiosk', 1_001)]]);
    expect(profileOf(table, 'k#kiosk')?.folded).toHaveLength(500);
    expect(table.tombstones.size).toBe(500);
    expect(countOf(profileOf(table, 'k#kiosk'))).toBe(1);
  });
});

describe('any graph of aliases', () => {
  const users = ['u1', 'u2', 'u3', 'u4'];
  const devices = ['d1', 'd2', 'd3', 'd4'];

  /** Events of everybody, and links in any order that connect them all: users by a server, each device to some user. */
  const story = fc
    .record({
      parents: fc.tuple(...users.map((_, i) => fc.nat({ max: Math.max(0, i - 1) }))),
      flipped: fc.array(fc.boolean(), { minLength: users.length, maxLength: users.length }),
      owners: fc.array(fc.nat({ max: users.length - 1 }), { minLength: devices.length, maxLength: devices.length }),
      extra: fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { maxLength: 4 }),
      visits: fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 3 })), { maxLength: 20 }),
      order: fc.infiniteStream(fc.nat({ max: 1_000_000 })),
    })
    .map(({ parents, flipped, owners, extra, visits, order }) => {
      const begin = users.map((user, i) => seen(user, i));
      const links = [
        ...users.slice(1).map((user, i) => {
          const parent = users[parents[i + 1] ?? 0] ?? 'u1';
          return flipped[i] ? alias(user, parent, 'server', 100 + i) : alias(parent, user, 'server', 100 + i);
        }),
        ...devices.map((device, i) => login(users[owners[i] ?? 0] ?? 'u1', device, 120 + i)),
        ...extra.map(([user, device], i) => login(users[user] ?? 'u1', devices[device] ?? 'd1', 140 + i)),
      ];
      const more = visits.map(([known, who], i) =>
        known ? seen(users[who] ?? 'u1', 160 + i) : visit(devices[who] ?? 'd1', 160 + i),
      );
      const shuffled = [...links, ...more]
        .map((event) => ({ event, place: order.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      return { begin, shuffled, expected: users.length + visits.length };
    });

  const endsWell = (table: SharedProfiles, expected: number) => {
    expect([...table.stored.keys()]).toEqual(['k#u1']);
    expect(countOf(profileOf(table, 'k#u1'))).toBe(expected);
    for (const [key, tombstone] of table.tombstones) {
      expect([key, tombstone.state]).toEqual([key, undefined]);
      expect(profileOf(table, 'k#u1')?.dueAt).toBeDefined();
    }
  };

  it('ends with one live heir and every event counted once, with a crash after any write', async () => {
    await fc.assert(
      fc.asyncProperty(
        story,
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }),
        async ({ begin, shuffled, expected }, deaths) => {
          const table = new SharedProfiles();
          await deliver(table, [begin]);
          await deliver(
            table,
            shuffled.map((event) => [event]),
            { deaths },
          );
          endsWell(table, expected);
        },
      ),
      runs(150),
    );
  });

  it('ends the same with several workers at once, messages of several events, and everything delivered twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        story,
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async ({ begin, shuffled, expected }, deaths, chance) => {
          const random = () => chance.next().value as number;
          const messages: CustomerEvent[][] = [];
          for (const event of [...shuffled, ...shuffled]) {
            const last = messages.at(-1);
            if (last !== undefined && random() < 0.5) last.push(event);
            else messages.push([event]);
          }
          const table = new SharedProfiles();
          await deliver(table, [begin]);
          await deliver(table, messages, { deaths, together: 3, random });
          endsWell(table, expected);
        },
      ),
      runs(100),
    );
  });
});
