import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { Browser, type Visitor } from '../support/browser.ts';
import { BROWSER_SDKS, type BrowserSdk, REPEATING_SDKS } from '../support/browser-sdks.ts';
import { eventsIn, FlakyDoor, type Mishap } from '../support/flaky-door.ts';
import { Laptop } from '../support/laptop.ts';
import { until } from '../support/until.ts';

let laptop: Laptop;
let browser: Browser;
const doors: FlakyDoor[] = [];
beforeAll(async () => {
  laptop = await Laptop.start();
  browser = await Browser.start();
});
afterAll(async () => {
  // Not there if it could not be started.
  await browser?.stop();
  await Promise.all([laptop.stop(), ...doors.map((door) => door.close())]);
});

interface Scene {
  readonly door: FlakyDoor;
  readonly visitor: Visitor;
  readonly shop: string;
  readonly user: string;
}

/** Somebody nobody else is, on a page of a shop whose events go through a door of its own. */
async function scene({ bundle, load }: BrowserSdk): Promise<Scene> {
  const door = await FlakyDoor.open(laptop.url);
  doors.push(door);
  const shop = browser.publish(bundle, load(new URL(door.url), laptop.perennial.writeKey));
  const visitor = await browser.visitor();
  await visitor.page.goto(shop);
  return { door, visitor, shop, user: `user-${randomUUID()}` };
}

/** She is known, and the page has nothing left to send. */
async function knownScene(setup: BrowserSdk): Promise<Scene> {
  const playing = await scene(setup);
  const { door, visitor, user } = playing;
  await visitor.run(`analytics.identify('${user}'), analytics.track('Signed In'), 0`);
  await until('she is known', () => door.delivered.length === 2);
  return playing;
}

const triesOf = (door: FlakyDoor, name: string) =>
  door.posts.filter((post) => eventsIn(post).some(({ event }) => event === name));

const arrives = (door: FlakyDoor, name: string) =>
  until(`${name} arrives`, () => door.delivered.some(({ event }) => event === name));

/** What the lake has of what a page has sent. */
async function rawEventsOf(door: FlakyDoor): Promise<CustomerEvent[]> {
  const sent = new Set(door.posts.flatMap(eventsIn).map(({ messageId }) => messageId));
  await laptop.perennial.settle();
  return laptop.rawEvents().filter(({ messageId }) => sent.has(messageId));
}

async function expectOnce({ door, user, visitor }: Scene, name: string): Promise<void> {
  await laptop.perennial.settle();
  expect((await laptop.profile(user)).counts).toEqual({ 'Signed In': 1, [name]: 1 });
  const messageIds = (await rawEventsOf(door)).filter((event) => event.name === name).map(({ messageId }) => messageId);
  expect(new Set(messageIds).size).toBe(1);
  expect(visitor.surprises).toEqual([]);
}

// Side by side: what the SDKs do most is to wait.
describe.concurrent.each(BROWSER_SDKS)('a page with the real $sdk', (setup) => {
  it('says who somebody is and what she does: all five calls arrive, from another origin', async () => {
    const { door, visitor, user } = await scene(setup);
    await visitor.run(`(async () => {
      await analytics.alias('${user}');
      analytics.identify('${user}', { firstName: 'Ada', plan: 'pro' });
      analytics.page('Home');
      analytics.track('Product Viewed', { product_id: 'p1', price: 12.5 });
      analytics.group('acme', { plan: 'enterprise' });
    })()`);
    await until('five events arrive', () => door.delivered.length >= 5);

    const events = await rawEventsOf(door);
    expect(events).toHaveLength(5);
    const { identify, alias, ...others } = Object.fromEntries(events.map((event) => [event.type, event]));
    expect(identify).toMatchObject({ userId: user, traits: { firstName: 'Ada', plan: 'pro' } });
    // The anonymous id she has had from the start.
    expect(alias).toMatchObject({ userId: user, previousId: identify?.anonymousId });
    expect(others).toMatchObject({
      page: { name: 'Home', userId: user },
      track: { name: 'Product Viewed', properties: { product_id: 'p1', price: 12.5 }, userId: user },
      group: { groupId: 'acme', traits: { plan: 'enterprise' }, userId: user },
    });
    expect(await laptop.profile(user)).toMatchObject({
      anonymousIds: [identify?.anonymousId],
      traits: { firstName: 'Ada', plan: 'pro' },
      counts: { 'Product Viewed': 1, 'Page Viewed': 1 },
    });

    expect(door.requests.find(({ method }) => method === 'GET')).toMatchObject({ path: setup.settings, status: 200 });
    expect([...new Set(door.posts.map(({ path }) => path))].sort()).toEqual(setup.paths);
    const { writeKey } = laptop.perennial;
    for (const { path, query, headers } of door.posts) {
      expect(headers).toMatchObject({ origin: browser.origin, 'content-type': setup.contentType });
      // For a beacon nobody asks: it has no headers of its own, and the answer is not read.
      const isBeacon = path.startsWith('/beacon/');
      expect(isBeacon ? query.get('writeKey') : headers.authorization).toBe(
        isBeacon ? writeKey : `Basic ${btoa(`${writeKey}:`)}`,
      );
      const asked = door.requests.filter((request) => request.method === 'OPTIONS' && request.path === path);
      expect(asked.map(({ status }) => status)).toEqual(isBeacon ? [] : [204]);
    }
    expect(visitor.surprises).toEqual([]);
  });

  it('is left in the middle of a click: what was done arrives, once', async () => {
    const playing = await knownScene(setup);
    const { door, visitor, shop } = playing;
    await visitor.run(`analytics.track('Link Clicked'), location.href = 'about:blank', 0`);
    await visitor.page.waitForURL('about:blank');
    if (!setup.sendsOnLeave) await visitor.page.goto(shop);
    await arrives(door, 'Link Clicked');
    await expectOnce(playing, 'Link Clicked');
  });
});

describe.concurrent.each(REPEATING_SDKS)('a page with the real $sdk that cannot reach us', (setup) => {
  it('is offline: what is done meanwhile arrives later, once', async () => {
    const playing = await knownScene(setup);
    const { door, visitor } = playing;
    await visitor.offline(true);
    await visitor.run(`analytics.track('Product Viewed'), 0`);
    expect(triesOf(door, 'Product Viewed')).toEqual([]);

    await visitor.offline(false);
    await arrives(door, 'Product Viewed');
    await expectOnce(playing, 'Product Viewed');
  });

  it('is offline and left: what was done arrives with the next visit, once', async () => {
    const playing = await knownScene(setup);
    const { door, visitor, shop } = playing;
    // Chromium does not hold back what a page sends as it goes away.
    door.unreachable = true;
    await visitor.offline(true);
    await visitor.run(`analytics.track('Product Viewed'), 0`);
    await visitor.page.goto('about:blank');

    door.unreachable = false;
    await visitor.offline(false);
    await visitor.page.goto(shop);
    await arrives(door, 'Product Viewed');
    await expectOnce(playing, 'Product Viewed');
  });

  it('is told to wait: it waits as long, and repeats', async () => {
    const playing = await knownScene(setup);
    const { door, visitor } = playing;
    door.fail({ status: 429, headers: { 'retry-after': '2' } });
    await visitor.run(`analytics.track('Product Viewed'), 0`);
    await arrives(door, 'Product Viewed');
    await expectOnce(playing, 'Product Viewed');

    const [refused, repeat, ...more] = triesOf(door, 'Product Viewed');
    expect(more).toEqual([]);
    // Left to itself, analytics-next would have come after half a second: it can read the header.
    expect(Number(repeat?.at) - Number(refused?.at)).toBeGreaterThan(1_900);
  });

  it.each<[string, Mishap[]]>([
    ['finds us unavailable', [{ status: 503, headers: { 'retry-after': '1' } }]],
    ['loses the connection', ['cut before']],
    ['loses the answer to what we have accepted', ['cut after']],
  ])('%s: it repeats, and we count once', async (_what, mishaps) => {
    const playing = await knownScene(setup);
    const { door, visitor } = playing;
    door.fail(...mishaps);
    await visitor.run(`analytics.track('Product Viewed'), 0`);
    await arrives(door, 'Product Viewed');
    await expectOnce(playing, 'Product Viewed');

    const tries = triesOf(door, 'Product Viewed');
    expect(tries.length).toBe(mishaps.length + 1);
    const copies = (await rawEventsOf(door)).filter(({ name }) => name === 'Product Viewed');
    expect(copies).toHaveLength(mishaps.includes('cut after') ? 2 : 1);
    const repeat = tries.at(-1)?.headers;
    expect(repeat?.['x-retry-count'] ?? repeat?.['rsa-retry-attempt']).toBe('1');
  });
});
