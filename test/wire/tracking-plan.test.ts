import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => laptop.stop());

/** Whatever the API answers: the tests say what it must be. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads many shapes.
type Answer = any;

const api = async (path: string) => {
  const answer = await laptop.admin(path);
  return { status: answer.status, text: await answer.clone().text(), json: (await answer.json()) as Answer };
};

const putSettings = (body: unknown) => change('PUT', '/api/schema/settings', body);

async function change(method: 'POST' | 'PUT', path: string, body: unknown) {
  const answer = await fetch(`${laptop.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${laptop.perennial.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: (await answer.json()) as Answer };
}

const viewed = (userId: string, properties = {}) => ({ type: 'track', event: 'Product Viewed', userId, properties });

describe('what an app sends', () => {
  it('is seen by its developer at once, masked', async () => {
    await laptop.post('/v1/identify', {
      userId: 'ada-lovelace',
      messageId: 'm1',
      traits: { email: 'ada@example.com', plan: 'pro' },
    });
    await laptop.post('/v1/batch', {
      batch: [
        viewed('ada-lovelace', { sku: 'a', note: 'call +49 30 901820' }),
        { type: 'track', userId: 'ada-lovelace' },
      ],
    });
    const { json, text } = await api('/api/sources/local-app/recent');
    expect(json.accepted).toMatchObject([
      { type: 'track', name: 'Product Viewed', userId: 'ada…', properties: { sku: 'a', note: 'call ‹number›' } },
      { type: 'identify', messageId: 'm1', traits: { email: '‹personal›', plan: 'pro' } },
    ]);
    expect(json.rejected).toMatchObject([{ outcome: 'rejected', code: 'invalid_name', userId: 'ada…' }]);
    expect(text).not.toMatch(/ada@|lovelace|901820/);
  });

  it('is seen when a whole request is refused', async () => {
    await laptop.post('/v1/batch', '{"batch":');
    expect((await api('/api/sources/local-app/recent')).json.rejected[0]).toMatchObject({
      outcome: 'request-refused',
      code: 'invalid_json',
    });
  });

  it('is not seen at another source', async () => {
    expect((await api('/api/sources/local-server/recent')).json).toEqual({ accepted: [], rejected: [] });
    expect((await api('/api/sources/nobody/recent')).status).toBe(404);
  });

  it('grows the tracking plan', async () => {
    const { json, text } = await api('/api/schema');
    expect(json).toMatchObject({
      settings: { unknownEvents: 'accept', knownEvents: [], personal: [] },
      events: [{ name: 'Product Viewed', type: 'track', count: 1 }],
      groupTraits: [],
      more: 0,
    });
    expect(json.events[0].properties).toMatchObject([
      { name: 'note', types: { text: 1 }, values: [{ value: 'call ‹number›', count: 1 }] },
      { name: 'sku', types: { text: 1 }, values: [{ value: 'a', count: 1 }] },
    ]);
    expect(json.traits).toMatchObject([
      { name: 'email', personal: true, values: [] },
      { name: 'plan', personal: false, values: [{ value: 'pro', count: 1 }] },
    ]);
    expect(text).not.toContain('ada');
  });
});

describe('the sources', () => {
  it('are listed without what is secret', async () => {
    const { json, text } = await api('/api/sources');
    expect(json.sources.map(({ id }: { id: string }) => id).sort()).toEqual(['local-app', 'local-server']);
    expect(text).not.toMatch(/[0-9a-f]{64}|secret/i);
  });
});

describe('the settings of the plan', () => {
  it('hide a property that was stored before', async () => {
    expect(await putSettings({ personal: ['SKU'] })).toMatchObject({ status: 200, json: { personal: ['SKU'] } });
    const { json } = await api('/api/schema');
    expect(json.events[0].properties[1]).toMatchObject({ name: 'sku', personal: true, values: [] });
    const recent = await api('/api/sources/local-app/recent');
    expect(recent.json.accepted[0].properties.sku).toBe('‹personal›');
  });

  it('say what is wrong with them', async () => {
    expect(await putSettings({ knownEvents: [1] })).toMatchObject({ status: 400, json: { code: 'invalid_settings' } });
  });

  it('refuse events that nobody knows', async () => {
    expect((await putSettings({ unknownEvents: 'refuse' })).json).toMatchObject({ knownEvents: ['Product Viewed'] });
    // Workers read the settings again after half a minute.
    await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
    const answer = await laptop.post('/v1/batch', {
      batch: [viewed('ben'), { type: 'track', event: 'Prodct Viewed', userId: 'ben' }],
    });
    expect(answer).toMatchObject({ status: 200, json: { rejected: [{ index: 1, code: 'unknown_event' }] } });
    expect((await api('/api/sources/local-app/recent')).json.rejected[0]).toMatchObject({ name: 'Prodct Viewed' });
  });
});

describe('a name that somebody made up', () => {
  it('is forgotten, and comes back when it is sent again', async () => {
    const names = async () => (await api('/api/schema')).json.events.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['Product Viewed']);
    expect(await change('POST', '/api/schema/forget', { events: ['Product Viewed'] })).toEqual({
      status: 200,
      json: { forgotten: 1 },
    });
    expect(await names()).toEqual([]);
    await laptop.perennial.advanceTo(laptop.perennial.now() + 10 * MINUTE);
    await laptop.post('/v1/batch', { batch: [viewed('ben')] });
    expect(await names()).toEqual(['Product Viewed']);
  });
});
