import { describe, expect, it } from 'vitest';
import { personalNames } from '../../domain/events/personal-names.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { type RecentEvent, recentAccepted, recentRefused } from '../../domain/events/recent-event.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import { observe } from '../../domain/events/tracking-plan/observe.ts';
import { START, track } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';

const shop: Source = {
  ...openSource('shop/web', 'client'),
  identity: 'signed',
  identitySecrets: [{ secret: 'hush' }],
  origins: ['https://shop.example'],
  eventsPerDay: 1_000,
};
const key = { sha256: 'a1b2c3', sourceId: 'shop/web', hint: 'wk_9', createdAt: START };
const { event } = track('Product Viewed', START, { properties: { sku: 'a', coupon: 'X' } });
const everyone = personalNames(OPEN_PLAN);
const refusal = { outcome: 'not-applied', code: 'joins_known_users', message: 'No.' } as const;

function admin() {
  const forgotten: string[] = [];
  const tally = { type: 'track', name: 'Product Viewed', count: 3, first: START, last: START } as const;
  const recent = { accepted: [] as RecentEvent[], refused: [] as RecentEvent[] };
  const fakes = adminFakes();
  const api = new Admin({
    ...fakes,
    sources: {
      sources: async () => [shop, openSource('server', 'server')],
      keys: async () => [{ ...key, createdAt: START + 1, expiresAt: START + 2 }, key],
    },
    recent: { read: async (sourceId) => (sourceId === shop.id ? recent : { accepted: [], refused: [] }) },
    plan: {
      read: async () => ({ seen: [observe(tally, [event], everyone, { paths: 100 })], more: 2 }),
      forget: async (entries) => void forgotten.push(...entries.map(({ name }) => name)),
    },
  });
  const call = (method: string, path: string, body?: unknown) => api.call(method, path, { body });
  const { stored } = fakes;
  return { call, stored, recent, forgotten };
}

describe('GET /api/sources', () => {
  it('tells what each may do, and nothing that must stay secret', async () => {
    const { json } = await admin().call('GET', '/api/sources');
    expect(json.sources[0]).toEqual({
      ...{ id: 'shop/web', kind: 'client', identity: 'signed', origins: ['https://shop.example'] },
      ...{ activity: true, eventsPerSecond: null, eventsPerDay: 1_000 },
      keys: [
        { hint: 'wk_9', createdAt: '2026-03-02T12:00:00.000Z', expiresAt: null },
        { hint: 'wk_9', createdAt: '2026-03-02T12:00:00.001Z', expiresAt: '2026-03-02T12:00:00.002Z' },
      ],
    });
    expect(json.sources[1]).toMatchObject({ id: 'server', activity: false, keys: [] });
    expect(JSON.stringify(json)).not.toMatch(/hush|a1b2c3/);
  });
});

describe('GET /api/sources/{id}/recent', () => {
  it('shows the newest fifty of each kind, masked as the project wants it now', async () => {
    const { call, stored, recent } = admin();
    recent.accepted.push(...Array.from({ length: 60 }, () => recentAccepted(event, everyone)));
    recent.refused.push(recentRefused(START, refusal, everyone));
    stored.settings = { ...OPEN_PLAN, personal: ['coupon'] };
    const { json } = await call('GET', '/api/sources/shop/web/recent');
    expect(json.accepted).toHaveLength(50);
    expect(json.accepted[0]).toMatchObject({
      at: '2026-03-02T12:00:00.000Z',
      name: 'Product Viewed',
      properties: { sku: 'a', coupon: '‹personal›' },
    });
    expect(json.rejected).toEqual([{ at: '2026-03-02T12:00:00.000Z', ...refusal }]);
  });

  it('knows which sources there are', async () => {
    expect(await admin().call('GET', '/api/sources/nobody/recent')).toMatchObject({
      status: 404,
      json: { code: 'unknown_source' },
    });
  });
});

describe('GET /api/schema', () => {
  it('shows the plan and its settings', async () => {
    const { json } = await admin().call('GET', '/api/schema');
    expect(json).toMatchObject({
      settings: OPEN_PLAN,
      events: [{ name: 'Product Viewed', type: 'track', count: 3, lookedAt: 1 }],
      traits: [],
      groupTraits: [],
      more: 2,
    });
    expect(json.events[0].properties.map(({ name }: { name: string }) => name)).toEqual(['coupon', 'sku']);
  });
});

describe('PUT /api/schema/settings', () => {
  it('changes what it names and answers everything', async () => {
    const { call, stored } = admin();
    expect(await call('PUT', '/api/schema/settings', { personal: ['coupon'] })).toMatchObject({
      status: 200,
      json: { ...OPEN_PLAN, personal: ['coupon'] },
    });
    expect(await call('PUT', '/api/schema/settings', { unknownEvents: 'refuse' })).toMatchObject({
      json: { unknownEvents: 'refuse', knownEvents: ['Product Viewed'], personal: ['coupon'] },
    });
    expect(stored.settings.knownEvents).toEqual(['Product Viewed']);
  });

  it.each([
    ['no JSON', '{', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['a mistake', { personal: 'coupon' }, 'invalid_settings'],
  ])('refuses %s', async (_what, body, code) => {
    const { call, stored } = admin();
    expect(await call('PUT', '/api/schema/settings', body)).toMatchObject({ status: 400, json: { code } });
    expect(stored.settings).toBe(OPEN_PLAN);
  });
});

describe('POST /api/schema/forget', () => {
  it('forgets the events it names', async () => {
    const { call, forgotten } = admin();
    expect(await call('POST', '/api/schema/forget', { events: ['Product Viewed', 'Nothing'] })).toMatchObject({
      status: 200,
      json: { forgotten: 1 },
    });
    expect(forgotten).toEqual(['Product Viewed']);
  });

  it.each([
    ['no JSON', '{', 'invalid_json'],
    ['a list', ['Product Viewed'], 'invalid_names'],
    ['a mistake', { event: 'Product Viewed' }, 'invalid_names'],
    ['a text for a list', { events: 'Product Viewed' }, 'invalid_names'],
    ['a text for yes', { traits: 'yes' }, 'invalid_names'],
  ])('refuses %s', async (_what, body, code) => {
    const { call, forgotten } = admin();
    expect(await call('POST', '/api/schema/forget', body)).toMatchObject({ status: 400, json: { code } });
    expect(forgotten).toEqual([]);
  });
});

describe('any other request', () => {
  it.each([
    ['GET', '/api/bark', 404],
    ['GET', '/api/profiles', 400],
    ['GET', '/api/sources//recent', 404],
    ['GET', '/api/sources/recent', 404],
    ['POST', '/api/sources', 405],
    ['GET', '/api/schema/settings', 405],
    ['GET', '/api/schema/forget', 405],
    ['PUT', '/api/profiles/ada', 405],
  ])('%s %s: %i', async (method, path, status) => {
    const answer = await admin().call(method, path);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
  });
});
