import { randomUUID } from 'node:crypto';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics as SegmentAnalytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../domain/calendar.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { eventsIn, FlakyDoor, type Mishap } from '../support/flaky-door.ts';
import { Laptop } from '../support/laptop.ts';

type Call = 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';

/** An SDK in somebody's server. */
interface App {
  call(type: Call, message: object): void;
  /** Resolves when the SDK is done with every event, with why it gave up those it did not deliver. */
  finish(): Promise<string[]>;
}

function segment(host: string, writeKey: string): App {
  const analytics = new SegmentAnalytics({ writeKey, host });
  const calls = analytics as unknown as Record<Call, (message: object) => void>;
  const failures: string[] = [];
  analytics.on('error', ({ reason }) => failures.push(String((reason as Error | undefined)?.message)));
  return {
    call: (type, message) => calls[type](message),
    finish: async () => {
      await analytics.closeAndFlush();
      return failures;
    },
  };
}

function rudder(dataPlaneUrl: string, writeKey: string): App {
  const analytics = new RudderAnalytics(writeKey, {
    dataPlaneUrl,
    // It cannot be closed, and holds a part of a batch back for 10 s otherwise.
    flushInterval: 100,
    logLevel: 'none',
    // Without it a batch that is given up is an unhandled rejection.
    errorHandler: () => {},
  });
  const calls = analytics as unknown as Record<Call, (message: object, done: (error?: Error) => void) => void>;
  const done: Promise<string | undefined>[] = [];
  return {
    call: (type, message) => {
      done.push(new Promise((resolve) => calls[type](message, (error) => resolve(error?.message))));
    },
    finish: async () => (await Promise.all(done)).filter((failure) => failure !== undefined),
  };
}

const SDKS = [
  {
    sdk: '@segment/analytics-node',
    start: segment,
    batchSize: 15,
    sends: { 'content-type': 'application/json' },
    repeatsWith: { 'x-retry-count': '1' },
  },
  {
    sdk: '@rudderstack/rudder-sdk-node',
    start: rudder,
    batchSize: 20,
    // Not what the content type says, and compressed.
    sends: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    repeatsWith: {},
  },
];

let laptop: Laptop;
const doors: FlakyDoor[] = [];
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => Promise.all([laptop.stop(), ...doors.map((door) => door.close())]));

/** A door of its own for each test, and a user nobody else has: the laptop behind is one for all. */
async function setting(...mishaps: Mishap[]): Promise<{ door: FlakyDoor; user: string }> {
  const door = await FlakyDoor.open(laptop.url);
  doors.push(door);
  door.fail(...mishaps);
  return { door, user: `user-${randomUUID()}` };
}

/** What the lake has of a user, and of those whose ids begin like hers. */
async function rawEventsOf(user: string): Promise<CustomerEvent[]> {
  await laptop.perennial.settle();
  return laptop.rawEvents().filter(({ userId, anonymousId }) => (userId ?? anonymousId)?.startsWith(user));
}

describe.each(SDKS)('a server with the real $sdk', ({ start, batchSize, sends, repeatsWith }) => {
  it('says who somebody is and what she did: all six calls arrive', async () => {
    const { door, user } = await setting();
    const app = start(door.url, laptop.perennial.serverKey);
    const device = `device of ${user}`;
    app.call('identify', { userId: user, anonymousId: device, traits: { firstName: 'Ada', plan: 'pro' } });
    app.call('track', { userId: user, event: 'Product Viewed', properties: { product_id: 'p1', price: 12.5 } });
    app.call('page', { userId: user, name: 'Home', category: 'Shop', properties: { path: '/' } });
    app.call('screen', { userId: user, name: 'Basket' });
    app.call('group', { userId: user, groupId: 'acme', traits: { plan: 'enterprise' } });
    app.call('alias', { userId: user, previousId: device });
    expect(await app.finish()).toEqual([]);

    const events = await rawEventsOf(user);
    const byType = Object.fromEntries(events.map((event) => [event.type, event]));
    expect(events).toHaveLength(6);
    expect(byType).toMatchObject({
      identify: { anonymousId: device, traits: { firstName: 'Ada', plan: 'pro' } },
      track: { name: 'Product Viewed', properties: { product_id: 'p1', price: 12.5 } },
      page: { name: 'Home', properties: { path: '/' } },
      screen: { name: 'Basket' },
      group: { groupId: 'acme', traits: { plan: 'enterprise' } },
      alias: { previousId: device },
    });
    expect(await laptop.profile(user)).toMatchObject({
      userId: user,
      anonymousIds: [device],
      // The plan that came with the group is the group's.
      traits: { firstName: 'Ada', plan: 'pro' },
      counts: { 'Product Viewed': 1, 'Page Viewed': 1, 'Screen Viewed': 1 },
    });
    const authorization = `Basic ${btoa(`${laptop.perennial.serverKey}:`)}`;
    for (const post of door.posts)
      expect(post).toMatchObject({ path: '/v1/batch', status: 200, headers: { ...sends, authorization } });
  });

  it('tells of somebody it knows only by an anonymous id', async () => {
    const { door, user } = await setting();
    const app = start(door.url, laptop.perennial.serverKey);
    app.call('track', { anonymousId: user, event: 'Product Viewed' });
    expect(await app.finish()).toEqual([]);

    const [event, ...more] = await rawEventsOf(user);
    expect(event).toMatchObject({ type: 'track', name: 'Product Viewed', anonymousId: user });
    expect(event).not.toHaveProperty('userId');
    expect(more).toEqual([]);
  });

  it('tells of hundreds of events at once: they come in batches, each once', async () => {
    const { door, user } = await setting();
    const app = start(door.url, laptop.perennial.serverKey);
    const people = Array.from({ length: 10 }, (_, index) => `${user}-${index}`);
    for (let index = 0; index < 400; index++)
      app.call('track', { userId: people[index % 10], event: 'Product Viewed', properties: { index } });
    expect(await app.finish()).toEqual([]);

    const events = await rawEventsOf(user);
    const indices = new Set(events.map(({ properties }) => Number(properties?.index)));
    expect([...indices].sort((a, b) => a - b)).toEqual([...Array(400).keys()]);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(400);
    // People whom many workers have at once go back to the queue, and wait there for up to a minute.
    await laptop.perennial.advanceTo(laptop.perennial.now() + 5 * MINUTE);
    for (const person of people) expect((await laptop.profile(person)).counts).toEqual({ 'Product Viewed': 40 });
    expect(Math.max(...door.posts.map((post) => eventsIn(post).length))).toBe(batchSize);
  });

  // Side by side: the SDKs wait a second or two before they repeat.
  it.concurrent.each<[string, Mishap[]]>([
    ['is told to wait', [{ status: 429, headers: { 'retry-after': '1' } }]],
    ['finds us unavailable', [{ status: 503, headers: { 'retry-after': '1' } }]],
    ['finds us failing', [{ status: 500 }]],
    ['loses the connection', ['cut before']],
    ['loses the answer to what we have accepted', ['cut after']],
    ['is told to wait, then loses the answer', [{ status: 429, headers: { 'retry-after': '1' } }, 'cut after']],
  ])('%s: it repeats, nothing is lost, and we count once', async (_what, mishaps) => {
    const { door, user } = await setting(...mishaps);
    const app = start(door.url, laptop.perennial.serverKey);
    for (const order_id of ['o1', 'o2', 'o3'])
      app.call('track', { userId: user, event: 'Order Completed', properties: { order_id, revenue: 10 } });
    expect(await app.finish()).toEqual([]);

    const events = await rawEventsOf(user);
    expect(new Set(events.map(({ properties }) => properties?.order_id))).toEqual(new Set(['o1', 'o2', 'o3']));
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(3);
    const { counts, purchases } = await laptop.profile(user);
    expect(counts).toEqual({ 'Order Completed': 3 });
    expect(purchases).toMatchObject({ count: 3, revenue: 30 });

    const first = idsIn(door.posts[0]);
    const tries = door.posts.filter((post) => idsIn(post)[0] === first[0]);
    expect(tries.map(idsIn)).toEqual(Array(mishaps.length + 1).fill(first));
    expect(tries[1]?.headers).toMatchObject(repeatsWith);
    // The raw events tell what came in: twice what came twice.
    const copies = events.filter(({ messageId }) => messageId === first[0]);
    expect(copies).toHaveLength(mishaps.includes('cut after') ? 2 : 1);
  });

  it('sends an event that is too large: it costs none of its neighbours', async () => {
    const { door, user } = await setting();
    const app = start(door.url, laptop.perennial.serverKey);
    app.call('track', { userId: user, event: 'Before' });
    app.call('track', { userId: user, event: 'Too Large', properties: { text: 'x'.repeat(40_000) } });
    app.call('track', { userId: user, event: 'After' });
    expect(await app.finish()).toEqual([]);

    await laptop.perennial.settle();
    expect((await laptop.profile(user)).counts).toEqual({ Before: 1, After: 1 });
  });

  it('has a key nobody knows: it is told, and does not try again', async () => {
    const { door, user } = await setting();
    const app = start(door.url, 'wk_nobody');
    app.call('track', { userId: user, event: 'Product Viewed' });
    expect(await app.finish()).toEqual([expect.stringMatching(/401|Unauthorized/)]);
    expect(door.posts).toMatchObject([{ status: 401 }]);
  });
});

const idsIn = (post: FlakyDoor['posts'][number] | undefined): string[] =>
  post === undefined ? [] : eventsIn(post).map(({ messageId }) => messageId);
