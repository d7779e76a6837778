import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { Laptop } from '../support/laptop.ts';
import { type RawRequest, sendRaw } from '../support/raw-http.ts';
import { basicOf, COMPRESSED_UNDER_TEXT, SDK_REQUESTS } from '../support/sdk-requests.ts';

const lines: string[] = [];
let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start({ log: (line) => lines.push(line) });
});
afterAll(() => laptop.stop());

const someone = () => `user-${randomUUID().replaceAll('-', '').slice(0, 8)}`;
const keyOf = (kind: 'client' | 'server') =>
  kind === 'client' ? laptop.perennial.writeKey : laptop.perennial.serverKey;
const send = (request: RawRequest) => sendRaw(laptop.url, request);

async function rawEventsOf(user: string): Promise<CustomerEvent[]> {
  await laptop.perennial.settle();
  return laptop.rawEvents().filter(({ userId, anonymousId }) => userId === user || anonymousId === user);
}

const byMessage = (a: CustomerEvent, b: CustomerEvent) => (a.messageId < b.messageId ? -1 : 1);

describe.each(SDK_REQUESTS)('$sdk', ({ key, request, events }) => {
  it('is told that all is well, and each of its events arrives as it was meant', async () => {
    const user = someone();
    const answer = await send(request(user, keyOf(key)));

    // Exactly this: Ruby takes any member named error for a failure, and others look for success.
    expect([answer.status, answer.text]).toEqual([200, '{"success":true}']);
    expect(answer.headers['content-type']).toBe('application/json');
    const arrived = (await rawEventsOf(user)).sort(byMessage);
    expect(arrived).toMatchObject(events(user).map((fields) => ({ ...fields, source: key })));
    expect(arrived).toHaveLength(events(user).length);
  });

  it('may repeat its request: everything counts once', async () => {
    const user = someone();
    const repeated = request(user, keyOf(key));
    for (let time = 0; time < 3; time++) expect((await send(repeated)).status).toBe(200);

    const ids = (await rawEventsOf(user)).map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(events(user).length);
    if (events(user).some(({ userId }) => userId === user))
      for (const count of Object.values((await laptop.profile(user)).counts)) expect(count).toBe(1);
  });
});

describe('what SDKs tell of a person', () => {
  it.each(SDK_REQUESTS.filter(({ events }) => events('').some(({ type }) => type === 'identify')))(
    '$sdk: her traits and her device',
    async ({ key, request }) => {
      const user = someone();
      await send(request(user, keyOf(key)));
      await laptop.perennial.settle();
      expect(await laptop.profile(user)).toMatchObject({
        userId: user,
        anonymousIds: [`device of ${user}`],
        traits: { firstName: 'Ada', plan: 'pro' },
      });
    },
  );

  it.each(SDK_REQUESTS.filter(({ key }) => key === 'server'))('$sdk: what she bought', async ({ key, request }) => {
    const user = someone();
    await send(request(user, keyOf(key)));
    await laptop.perennial.settle();
    expect((await laptop.profile(user)).purchases).toMatchObject({ count: 1, revenue: 42, currency: 'EUR' });
  });
});

describe.each(COMPRESSED_UNDER_TEXT)('$sdk, compressed where API Gateway expects text', ({ key, request }) => {
  it('is told that its body arrived damaged, and the loss is logged', async () => {
    const user = someone();
    const before = lines.length;
    const answer = await send(request(user, keyOf(key)));

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ success: false, code: 'body_mangled' });
    expect(await rawEventsOf(user)).toEqual([]);
    const logged = lines.slice(before).filter((line) => line.includes('body-mangled'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain(user);
  });
});

describe('compressed under a content type that API Gateway passes as bytes', () => {
  it.each(COMPRESSED_UNDER_TEXT)('$sdk is read', async ({ key, request, events }) => {
    const user = someone();
    const { headers, ...rest } = request(user, keyOf(key));
    const answer = await send({ ...rest, headers: { ...headers, 'content-type': 'application/octet-stream' } });
    expect([answer.status, answer.text]).toEqual([200, '{"success":true}']);
    expect((await rawEventsOf(user)).sort(byMessage)).toMatchObject(events(user));
  });
});

describe('what SDKs fetch before they send anything', () => {
  it.each([
    ['React Native, Kotlin and Swift', '/v1/projects/KEY/settings', {}],
    ['with a slash at its end', '/v1/projects/KEY/settings/', {}],
  ])('Segment’s %s', async (_who, path, headers) => {
    const host = new URL(laptop.url).host;
    const writeKey = laptop.perennial.writeKey;
    const answer = await send({ method: 'GET', path: path.replace('KEY', writeKey), headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(JSON.parse(answer.text)).toMatchObject({
      integrations: { 'Segment.io': { apiKey: writeKey, apiHost: `${host}/v1` } },
      metrics: { sampleRate: 0 },
    });
  });

  it.each([
    ['Kotlin', '/sourceConfig?p=android&v=1.2.0&bv=34&writeKey=KEY'],
    ['Swift', '/sourceConfig?p=ios&v=1.2.0&bv=17&writeKey=KEY'],
    ['browser', '/sourceConfig/?p=npm&v=3.34.1&build=modern&writeKey=KEY&lockIntegrationsVersion=true'],
  ])('Rudder’s %s', async (_who, path) => {
    const writeKey = laptop.perennial.writeKey;
    const request = {
      method: 'GET',
      path: path.replace('KEY', writeKey),
      headers: { authorization: basicOf(writeKey) },
    };
    const answer = await send(request);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      source: { id: 'local-app', writeKey, enabled: true, config: {}, destinations: [] },
    });
  });

  it('is refused with a key that does not exist', async () => {
    const settings = await send({ method: 'GET', path: '/v1/projects/nobody/settings', headers: {} });
    expect([settings.status, JSON.parse(settings.text).code]).toEqual([401, 'unknown_write_key']);
    const config = await send({ method: 'GET', path: '/sourceConfig', headers: {} });
    expect([config.status, JSON.parse(config.text).code]).toEqual([401, 'no_write_key']);
  });

  it('and what they report of themselves is taken and dropped', async () => {
    const body = Buffer.from('{"series":[{"type":"Counter","metric":"analytics_js.invoke","value":1,"tags":{}}]}');
    const answer = await send({ path: '/v1/m', headers: { 'content-type': 'text/plain' }, body: [body] });
    expect([answer.status, answer.text]).toEqual([200, '{"success":true}']);
  });
});

describe('what every SDK can read', () => {
  it('an error has success, code and message; a page of another origin may read it', async () => {
    const answer = await send({
      path: '/v1/batch',
      headers: { 'content-type': 'application/json', authorization: basicOf('nobody'), origin: 'https://shop.example' },
      body: [Buffer.from('{"batch":[]}')],
    });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({
      success: false,
      code: 'unknown_write_key',
      message: expect.any(String),
    });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-expose-headers']).toBe('retry-after');
  });

  it('an event that was refused is named beside those that were taken', async () => {
    const user = someone();
    const { request } = SDK_REQUESTS.find(({ sdk }) => sdk === 'Segment Swift') ?? { request: () => expect.fail() };
    const sent = request(user, laptop.perennial.writeKey);
    const body = JSON.parse(String(sent.body?.[0]));
    body.batch[1].event = '';
    const answer = await send({ ...sent, body: [Buffer.from(JSON.stringify(body))] });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      success: true,
      rejected: [{ index: 1, messageId: body.batch[1].messageId, code: 'invalid_name', message: expect.any(String) }],
    });
    expect(await rawEventsOf(user)).toHaveLength(2);
  });
});
