import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../domain/calendar.ts';
import type { BusEvent } from '../../local/cloud/services/eventbridge/event-bridge.ts';
import type { StageChanged } from '../../local/perennial.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => laptop.stop());

describe('an app with the real @segment/analytics-node', () => {
  it('sends events; the user has a profile, is new and is welcomed', async () => {
    const analytics = new Analytics({ writeKey: laptop.perennial.writeKey, host: laptop.url });
    analytics.identify({
      userId: 'ada',
      anonymousId: 'device-1',
      traits: { firstName: 'Ada', email: 'Ada@Example.com', plan: 'pro' },
    });
    analytics.track({ userId: 'ada', event: 'Product Viewed', properties: { product_id: 'p1' } });
    analytics.track({ userId: 'ada', event: 'Product Viewed', properties: { product_id: 'p2' } });
    analytics.track({
      userId: 'ada',
      event: 'Order Completed',
      properties: { order_id: 'o1', revenue: 12.34, currency: 'EUR' },
    });
    analytics.page({ userId: 'ada', name: 'Home' });
    await analytics.closeAndFlush();
    await laptop.perennial.settle();

    expect(await laptop.profile('ada')).toMatchObject({
      userId: 'ada',
      anonymousIds: ['device-1'],
      traits: { firstName: 'Ada', email: 'Ada@Example.com', plan: 'pro' },
      stage: { name: 'new', cause: 'activity', previous: null },
      counts: { 'Product Viewed': 2, 'Order Completed': 1, 'Page Viewed': 1 },
      purchases: { count: 1, revenue: 12.34, currency: 'EUR', byCurrency: { EUR: 12.34 } },
    });
    expect(laptop.perennial.outbox('ada')).toMatchObject([
      { to: ['ada@example.com'], from: 'hello@shop.example', subject: 'Welcome!', userId: 'ada' },
    ]);
  });

  it('falls silent: dormant after exactly 30 days and missed, churned after 90', async () => {
    const last = Date.parse((await laptop.profile('ada')).lastSeen ?? '');

    await laptop.perennial.advanceTo(last + 30 * DAY - SECOND);
    expect((await laptop.profile('ada')).stage?.name).toBe('at-risk');
    expect(laptop.subjects('ada')).toEqual(['Welcome!']);

    await laptop.perennial.advanceTo(last + 30 * DAY + SECOND);
    expect((await laptop.profile('ada')).stage).toMatchObject({
      name: 'dormant',
      since: new Date(last + 30 * DAY).toISOString(),
      cause: 'time',
      previous: 'at-risk',
    });
    expect(laptop.subjects('ada')).toEqual(['Welcome!', 'We miss you']);

    await laptop.perennial.advanceTo(last + 90 * DAY + SECOND);
    expect((await laptop.profile('ada')).stage).toMatchObject({
      name: 'churned',
      since: new Date(last + 90 * DAY).toISOString(),
    });
  });

  it('comes back with the next event', async () => {
    await laptop.post('/v1/track', { userId: 'ada', event: 'Product Viewed' });
    expect((await laptop.profile('ada')).stage).toMatchObject({
      name: 'returning',
      cause: 'activity',
      previous: 'churned',
    });
  });

  it('has a timeline of what was decided, and told the bus of each stage', async () => {
    const { dynamodb } = laptop.perennial.cloud.services;
    const timeline = laptop.perennial.cloud.resources.find(({ logicalId }) => logicalId.startsWith('Timeline'))?.ref;
    const entries = [...dynamodb.scan(timeline ?? '')].filter(({ user }) => user?.S === 'k#ada');
    const stages = entries.flatMap(({ data }) => JSON.parse(data?.S ?? '{}').to ?? []);
    expect(stages).toEqual(['new', 'active', 'at-risk', 'dormant', 'churned', 'returning']);
    expect(entries.flatMap(({ data }) => JSON.parse(data?.S ?? '{}').message ?? [])).toEqual([
      'welcome',
      'we-miss-you',
    ]);
  });

  it('left every raw event in the lake, once', () => {
    const types = laptop.rawEvents().map(({ type }) => type);
    expect(types.sort()).toEqual(['identify', 'page', 'track', 'track', 'track', 'track']);
  });
});

describe('the same message twice', () => {
  it('counts once and welcomes once', async () => {
    const body = { userId: 'ben', messageId: 'm1', traits: { email: 'ben@example.com' } };
    await laptop.post('/v1/identify', body);
    await laptop.post('/v1/identify', body);
    await laptop.post('/v1/track', { userId: 'ben', event: 'A', messageId: 'm2' });
    await laptop.post('/v1/track', { userId: 'ben', event: 'A', messageId: 'm2' });
    expect((await laptop.profile('ben')).counts).toEqual({ A: 1 });
    expect(laptop.subjects('ben')).toEqual(['Welcome!']);
  });
});

describe('what is wrong with a request', () => {
  it.each([
    ['an unknown route', '/v1/bark', '{}', {}, 404, 'unknown_route'],
    ['an unknown key', '/v1/track', '{}', { authorization: `Basic ${btoa('nobody:')}` }, 401, 'unknown_write_key'],
    ['no key', '/v1/track', '{}', { authorization: '' }, 401, 'no_write_key'],
    ['no JSON', '/v1/track', '{"a":', {}, 400, 'invalid_json'],
    ['half a gzip', '/v1/track', '\u001f\u008b', {}, 400, 'invalid_json'],
    ['too much', '/v1/batch', JSON.stringify({ a: 'x'.repeat(600_000) }), {}, 400, 'payload_too_large'],
    ['no user', '/v1/track', '{"event":"A"}', {}, 400, 'no_user_anon_id'],
    ['no batch', '/v1/batch', '{}', {}, 400, 'invalid_request'],
  ])('%s', async (_what, path, body, headers, status, code) => {
    const answer = await laptop.post(path, body, headers as Record<string, string>);
    expect(answer).toMatchObject({ status, json: { success: false, code } });
    expect((answer.json as { message: string }).message).not.toBe('');
  });

  it('costs a batch only its bad events', async () => {
    const batch = [
      { type: 'track', userId: 'cleo', event: 'A' },
      { type: 'track', userId: 'cleo' },
    ];
    expect(await laptop.post('/v1/batch', { batch })).toMatchObject({
      status: 200,
      json: { success: true, rejected: [{ index: 1, code: 'invalid_name' }] },
    });
    expect((await laptop.profile('cleo')).counts).toEqual({ A: 1 });
  });
});

describe('the admin API', () => {
  it('answers 404 for somebody nobody has seen', async () => {
    expect((await laptop.admin('/api/profiles/nobody')).status).toBe(404);
  });

  it('is closed without a token of the stage’s issuer', async () => {
    expect((await laptop.admin('/api/profiles/ada', null)).status).toBe(401);
    expect((await laptop.admin('/api/profiles/ada', 'nonsense')).status).toBe(401);
  });

  it('takes a user id with anything in it', async () => {
    await laptop.post('/v1/track', { userId: 'a/b c%20ü#', event: 'A' });
    expect((await laptop.profile('a/b c%20ü#')).userId).toBe('a/b c%20ü#');
    await laptop.post('/v1/track', { userId: 'what?', event: 'A' });
    const answer = await laptop.admin(`/api/profiles?userId=${encodeURIComponent('what?')}`);
    expect(await answer.json()).toMatchObject({ userId: 'what?' });
  });
});

describe('the local control API', () => {
  it('moves the clock by a duration or to a time, and only forward', async () => {
    const now = laptop.perennial.now();
    expect((await laptop.control('/local/clock', { advance: 'PT1H' })).json).toEqual({
      now: new Date(now + 3_600_000).toISOString(),
    });
    expect((await laptop.control('/local/clock', { set: new Date(now + 2 * 3_600_000).toISOString() })).status).toBe(
      200,
    );
    for (const body of [{ set: new Date(START).toISOString() }, { advance: 'P1M' }, { advance: 'P99999999999D' }, {}])
      expect(await laptop.control('/local/clock', body)).toMatchObject({
        status: 400,
        json: { code: 'invalid_request' },
      });
  });

  it('settles, tells its health and shows the outbox', async () => {
    expect((await laptop.control('/local/settle', {})).status).toBe(200);
    expect(await (await fetch(`${laptop.url}/local/health`)).json()).toMatchObject({ status: 'ok' });
    const { messages } = (await (await fetch(`${laptop.url}/local/outbox?userId=ben`)).json()) as {
      messages: object[];
    };
    expect(messages).toMatchObject([{ userId: 'ben', to: ['ben@example.com'], subject: 'Welcome!' }]);
  });

  it('shows the domain events as EventBridge delivers them, the newest first', async () => {
    const events = async (query = '') => {
      const answer = await fetch(`${laptop.url}/local/events${query}`);
      return ((await answer.json()) as { events: BusEvent[] }).events;
    };
    const ofAda = await events('?userId=ada');
    expect(ofAda.map(({ detail }) => (detail as StageChanged).to)).toEqual(
      ['new', 'active', 'at-risk', 'dormant', 'churned', 'returning'].reverse(),
    );
    for (const event of ofAda) {
      const { at } = event.detail as StageChanged;
      expect(event).toMatchObject({ version: '0', 'detail-type': 'Stage Changed', source: 'perennial' });
      expect(event).toMatchObject({ time: at.replace(/\.\d+Z$/, 'Z'), detail: { userId: 'ada' } });
    }
    expect(await events('?userId=nobody')).toEqual([]);

    const all = await events();
    expect(all.filter(({ detail }) => (detail as StageChanged).userId === 'ada')).toEqual(ofAda);
    expect(all.length).toBeGreaterThan(ofAda.length);
  });

  it('keeps the last 500 domain events', async () => {
    const { events } = laptop.perennial.cloud.services;
    const put = (n: number) =>
      events.emit('default', { source: 'perennial', 'detail-type': 'Stage Changed', detail: { userId: `user-${n}` } });
    const told = Array.from({ length: 501 }, (_, n) => put(n));
    expect(laptop.perennial.events()).toEqual(told.slice(1).reverse());
  });

  it('does not listen to pages of other sites', async () => {
    const before = laptop.perennial.now();
    for (const headers of [{ origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await fetch(`${laptop.url}/local/clock`, { method: 'POST', headers, body: '{"advance":"P1D"}' });
      expect(answer.status).toBe(403);
    }
    expect(laptop.perennial.now()).toBe(before);
  });

  it('has a page', async () => {
    const answer = await fetch(laptop.url);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('People per stage');
  });
});
