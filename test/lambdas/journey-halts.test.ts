import { describe, expect, it } from 'vitest';
import type { Role } from '../../lambdas/console/api/roles.ts';
import { START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { storedCatalog } from './catalog-fakes.ts';

const exit = { type: 'exit' };
const cart = (steps: object, start = 'a') => ({
  ...{ name: 'Cart', entries: [{ type: 'event', event: 'Product Added' }], start },
  steps: { ...steps, end: exit },
});
const V1 = cart({ a: { type: 'wait', for: 'P1D', next: 'b' }, b: { type: 'wait', for: 'P2D', next: 'end' } });
const V2 = cart({ a: { type: 'wait', for: 'PT1H', next: 'end' } });

/** A console with a journey “cart” that is live as release 1, with seven people inside. */
async function withCart() {
  const { dependencies, told } = storedCatalog();
  const fakes = adminFakes();
  const clock = { now: START };
  const api = new Admin({
    ...fakes,
    catalog: { ...dependencies, countInside: async () => 7, now: () => clock.now },
  });
  let requests = 0;
  const call = (method: string, path: string, body: object = {}, role: Role = 'marketer', sub = 'ada') =>
    api.call(method, path, {
      ...(method !== 'GET' && { body }),
      ...{ claims: { sub, 'cognito:groups': `[${role}]` }, requestId: `r${requests++}` },
    });
  const publish = async (body: object, more: object = {}) => {
    const revision = (await call('GET', '/api/catalog/definitions')).json.definitions[0]?.draft?.revision ?? 0;
    await call('PUT', '/api/catalog/drafts/journey/cart', { body, revision });
    return call('POST', '/api/catalog/publish', { items: [{ type: 'journey', key: 'cart' }], expect: 1, ...more });
  };
  const halt = (how: string, expect: number, key = 'cart') =>
    call('POST', `/api/journeys/${key}/halt`, { how, expect });
  const resume = (expect: number) => call('POST', '/api/journeys/cart/resume', { expect });
  const first = await publish(V1, { expect: 0 });
  return { call, publish, halt, resume, first, told, audit: fakes.audit, catalog: dependencies.catalog };
}

describe('a journey that is halted', () => {
  it('is so by a release of its own, with who and when', async () => {
    const { halt, resume, call, told, audit } = await withCart();
    const { json } = await halt('paused', 1);
    const since = new Date(START).toISOString();
    expect(json).toMatchObject({ number: 2, halted: { how: 'paused', since }, inside: 7, job: null, problems: [] });
    expect(await resume(2)).toMatchObject({ json: { number: 3, halted: null, job: 'reconcile-3' } });
    expect(told.at(-1)).toMatchObject({ reconcile: 3 });
    const { releases } = (await call('GET', '/api/catalog/releases')).json;
    expect(releases.map(({ note }: { note: string }) => note)).toEqual([
      'The journey “cart” goes on.',
      'The journey “cart” is paused.',
      null,
    ]);
    expect(audit.entries.slice(-2)).toMatchObject([
      { action: 'haltJourney', subject: 'journey/cart', outcome: 'done' },
      { action: 'resumeJourney', subject: 'journey/cart', outcome: 'done' },
    ]);
  });

  it('is halted by who has seen what is live, once, and by a marketer', async () => {
    const { call, halt, publish } = await withCart();
    expect(await call('POST', '/api/journeys/cart/halt', { how: 'paused', expect: 1 }, 'viewer')).toMatchObject({
      status: 403,
    });
    await publish(V2);
    expect(await halt('stopped', 1)).toMatchObject({ status: 409, json: { code: 'catalog_moved' } });
    expect(await halt('stopped', 2)).toMatchObject({ status: 200, json: { job: 'reconcile-3' } });
    expect(await halt('stopped', 3)).toMatchObject({ status: 409, json: { code: 'nothing_to_change' } });
    expect(await halt('closed', 3)).toMatchObject({ status: 200 });
    expect(await halt('closed', 4, 'carrt')).toMatchObject({ status: 404, json: { code: 'unknown_journey' } });
  });

  it('keeps nobody from publishing, who is told that it is halted', async () => {
    const { halt, publish } = await withCart();
    await halt('paused', 1);
    // Who has looked at release 1 has seen all that is in release 2.
    expect((await publish(V2)).json).toMatchObject({
      number: 3,
      problems: expect.arrayContaining([expect.objectContaining({ code: 'halted', path: 'journeys/cart' })]),
    });
  });
});

describe('a new version of a journey', () => {
  it('is told, with how many people are inside; they finish by theirs', async () => {
    const { first, publish } = await withCart();
    expect(first.json.journeys).toEqual([{ journey: 'cart', version: 1, moves: false, inside: 0 }]);
    expect((await publish(V2)).json.journeys).toEqual([{ journey: 'cart', version: 2, moves: false, inside: 7 }]);
  });

  it('is told beforehand', async () => {
    const { call } = await withCart();
    const definitions = [{ type: 'journey', key: 'cart', body: V2 }];
    const moves = { cart: {} };
    const { json } = await call('POST', '/api/catalog/check', { definitions, moves });
    expect(json.journeys).toEqual([{ journey: 'cart', version: 2, moves: true, inside: 7 }]);
    expect(json.problems).toContainEqual(expect.objectContaining({ code: 'leaves-people' }));
    const same = await call('POST', '/api/catalog/check', {
      definitions: [{ type: 'journey', key: 'cart', body: V1 }],
    });
    expect(same.json.journeys).toEqual([]);
  });

  it('takes them along if the publish says so, and says who leaves', async () => {
    const { publish, catalog } = await withCart();
    const { json } = await publish(V2, { moves: { cart: {} } });
    expect(json).toMatchObject({ changes: { needsReconcile: true }, journeys: [{ version: 2, moves: true }] });
    expect(json.problems).toContainEqual({
      ...{ path: 'moves/cart/b', severity: 'warning', code: 'leaves-people' },
      message: 'who is at the step “b” leaves the journey: no step is named for it',
    });
    expect((await catalog.live())?.release.registry.journeys).toMatchObject([
      { versions: [{ version: 1 }, { version: 2, moves: {} }] },
    ]);
  });

  it('takes them along later, without being published anew', async () => {
    const { publish, call } = await withCart();
    await publish(V2);
    const moves = { cart: { b: 'a' } };
    expect((await call('POST', '/api/catalog/publish', { moves, expect: 2 })).json).toMatchObject({
      ...{ number: 3, changes: { definitions: [], needsReconcile: true } },
      journeys: [{ journey: 'cart', version: 3, moves: true, inside: 7 }],
    });
  });

  it.each([
    [{ cart: { bb: 'a' } }, 'moves/cart/bb', 'there is no step “bb” in the old version'],
    [{ cart: { b: 'c' } }, 'moves/cart/b', 'there is no step “c” in the new version'],
    [{ cast: {} }, 'moves/cast', 'nobody can be inside “cast”: it is not live, or goes away'],
  ])('is not published where people would be moved nowhere: %j', async (moves, path, message) => {
    const { publish } = await withCart();
    const { status, json } = await publish(V2, { moves });
    expect([status, json.problems.filter(({ severity }: { severity: string }) => severity === 'error')]).toEqual([
      422,
      [{ path, severity: 'error', code: 'unknown-reference', message }],
    ]);
  });

  it('waits for a second person with what becomes of those inside', async () => {
    const { publish, call } = await withCart();
    await call('PUT', '/api/catalog/drafts/settings/default', {
      body: { approvals: { audienceAbove: 0 } },
      revision: 0,
    });
    await call('POST', '/api/catalog/publish', { items: [{ type: 'settings', key: 'default' }], expect: 1 });
    const moves = { cart: { b: 'a' } };
    const { json } = await publish(V2, { expect: 2, moves, startJourneys: true });
    expect((await call('GET', `/api/catalog/proposals/${json.proposal}`)).json).toMatchObject({ moves });
    const approved = await call(
      'POST',
      `/api/catalog/proposals/${json.proposal}/approve`,
      { expect: 2 },
      'approver',
      'bea',
    );
    expect(approved.json).toMatchObject({ outcome: 'published', journeys: [{ version: 3, moves: true }] });
  });
});
