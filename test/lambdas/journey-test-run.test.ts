import { describe, expect, it } from 'vitest';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { liveJourney, mail } from '../support/journeys.ts';
import { identify, Person, START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';

const CART = liveJourney('cart', {
  entries: [{ type: 'event', event: 'Product Added' }],
  start: 'write',
  steps: { write: mail('hello', 'end'), end: { type: 'exit' } },
});
const LIVE: LiveCatalog = { number: 7, publishedAt: START, segments: [], counters: [], journeys: [CART] };

/** A console where the cart is live and Ada and Ben are known. */
function console() {
  const fakes = adminFakes();
  for (const userId of ['ada', 'ben']) {
    const { profile } = new Person().receives(identify({}, START, { userId }));
    if (profile) fakes.profiles.stored.set(`k#${userId}`, profile);
  }
  const api = new Admin({ ...fakes, readLive: async () => LIVE });
  const test = (body: object, { key = 'cart', role = 'marketer' as const, requestId = 'r1' } = {}) =>
    api.call('POST', `/api/journeys/${key}/test`, { body, role, requestId });
  const inputs = () => fakes.live.messages.flatMap(({ body }) => decodeInputs(body).inputs);
  return { test, inputs, live: fakes.live, audit: fakes.audit };
}

describe('POST /api/journeys/{key}/test', () => {
  it('takes people in as testers, each once for a request, and stands in the audit', async () => {
    const { test, inputs, audit } = console();
    const { status, json } = await test({ users: ['ada', 'ben', 'ada'], data: { product: 'hat' } });
    expect([status, json]).toEqual([202, { users: 2 }]);
    const same = { kind: 'trigger', journey: 'cart', plan: 7, group: 'test', data: { product: 'hat' }, at: START };
    expect(inputs()).toMatchObject([
      { ...same, user: 'k#ada' },
      { ...same, user: 'k#ben' },
    ]);
    await test({ users: ['ada'] }, { requestId: 'r2' });
    expect(new Set(inputs().map(({ user, id }) => `${user} ${id}`)).size).toBe(3);
    expect(audit.entries[0]).toMatchObject({ subject: 'journey/cart' });
  });

  it('takes in nobody who is not known, and nobody at all then', async () => {
    const { test, inputs } = console();
    expect(await test({ users: ['ada', 'eve'] })).toMatchObject({ status: 404, json: { code: 'unknown_user' } });
    expect(await test({ users: ['ada'] }, { key: 'card' })).toMatchObject({
      ...{ status: 404, json: { code: 'unknown_journey' } },
    });
    expect(inputs()).toEqual([]);
  });

  it.each<[string, object]>([
    ['nobody', { users: [] }],
    ['eleven', { users: Array.from({ length: 11 }, (_, n) => `u${n}`) }],
    ['data too long', { users: ['ada'], data: { a: 'x'.repeat(17_000) } }],
    ['data that is none', { users: ['ada'], data: ['a'] }],
    ['what is misspelt', { users: ['ada'], dta: {} }],
  ])('refuses %s', async (_what, body) => {
    expect((await console().test(body)).status).toBe(400);
  });

  it('says that not all of it could be queued', async () => {
    const { test, live } = console();
    live.refuses = () => true;
    expect(await test({ users: ['ada'] })).toMatchObject({ status: 503, json: { code: 'unavailable' } });
  });
});
