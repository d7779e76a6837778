import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { DEFAULT_LIFECYCLE } from '../../domain/catalog/default-lifecycle.ts';
import { filledRelease } from '../../domain/catalog/releases/next-release.ts';
import { SYSTEM } from '../../domain/catalog/releases/release.ts';
import { openSource } from '../../domain/events/source.ts';
import { dynamoSourceDirectory, hashOfKey } from '../../lambdas/adapters/source-directory.ts';
import { dynamoSourceRegistry } from '../../lambdas/adapters/source-registry.ts';
import type { Role } from '../../lambdas/console/api/roles.ts';
import { lifecycle, segment, template } from '../domain/catalog/definitions.ts';
import { START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { storedCatalog } from './catalog-fakes.ts';

const vip = { name: 'VIP', where: { event: 'Order Completed', times: { gte: 2 }, within: 'P30D' } };

/** The admin API over a stored catalog, with people who use it. */
function consoleOf(affected: { count?: number } = {}) {
  const { dependencies, client, told } = storedCatalog(affected);
  const clock = { now: START };
  const fakes = adminFakes();
  const api = new Admin({ ...fakes, catalog: { ...dependencies, now: () => clock.now } });
  let requests = 0;
  const as = (who: string, role: Role) => (method: string, path: string, body?: unknown) =>
    api.call(method, `/api/catalog/${path.split('?')[0]}`, {
      ...{ body, query: path.split('?')[1], requestId: `r${requests++}` },
      claims: { sub: who, name: who.toUpperCase(), 'cognito:groups': `[${role}]` },
    });
  const [ada, bea, root] = [as('ada', 'marketer'), as('bea', 'approver'), as('root', 'admin')];
  const draft = async (type: string, key: string, body: unknown, revision = 0) =>
    (await ada('PUT', `drafts/${type}/${key}`, { body, revision })).json;
  const publish = (items: [string, string][], more: object = {}) =>
    ada('POST', 'publish', { items: items.map(([type, key]) => ({ type, key })), expect: 0, ...more });
  return { as, ada, bea, root, draft, publish, client, told, clock, audit: fakes.audit, catalog: dependencies.catalog };
}

describe('a draft', () => {
  it('is kept right or wrong, and what is wrong is said', async () => {
    const { draft, ada } = consoleOf();
    const { revision, problems } = await draft('segment', 'vip', { name: 'VIP', where: { trati: 'plan', is: 'pro' } });
    expect(revision).toBeGreaterThan(0);
    expect(problems).toEqual([
      expect.objectContaining({
        path: 'segments/vip/where',
        message: 'there is no question “trati”; did you mean “trait”?',
      }),
    ]);
    const { json } = await ada('GET', 'definitions/segment/vip');
    expect(json).toMatchObject({ live: null, draft: { revision, by: 'ADA', body: { name: 'VIP' } }, problems });
  });

  it('is not written over unseen', async () => {
    const { draft, bea } = consoleOf();
    const { revision: first } = await draft('segment', 'vip', vip);
    const other = await bea('PUT', 'drafts/segment/vip', { body: {}, revision: 0 });
    expect(other).toMatchObject({ status: 409, json: { code: 'draft_changed', revision: first } });
    expect(other.json.detail).toContain('ADA has saved');
    const { json } = await bea('PUT', 'drafts/segment/vip', { body: vip, revision: first });
    expect(json.revision).toBeGreaterThan(first);
    expect(await bea('POST', 'drafts/segment/vip/discard', { revision: first })).toMatchObject({ status: 409 });
    expect(await bea('POST', 'drafts/segment/vip/discard', { revision: json.revision })).toMatchObject({ status: 200 });
  });

  it('that was begun anew is not taken for the one somebody has seen before', async () => {
    const { draft, bea, clock } = consoleOf();
    const { revision: seen } = await draft('segment', 'vip', vip);
    await bea('POST', 'drafts/segment/vip/discard', { revision: seen });
    clock.now += 1_000;
    await bea('PUT', 'drafts/segment/vip', { body: vip, revision: 0 });
    expect(await draft('segment', 'vip', {}, seen)).toMatchObject({ code: 'draft_changed' });
  });

  it('has at most 256 KB', async () => {
    const { ada } = consoleOf();
    const body = { name: 'x'.repeat(256 * 1_024) };
    expect(await ada('PUT', 'drafts/segment/vip', { body, revision: 0 })).toMatchObject({
      json: { code: 'definition_too_large' },
    });
  });
});

describe('a publish', () => {
  it('makes chosen drafts live, and tells what it changes and who looks at everybody', async () => {
    const { draft, publish, ada, told, audit } = consoleOf();
    await draft('segment', 'vip', vip);
    await draft('segment', 'other', { broken: true });
    const { json } = await publish([['segment', 'vip']], { note: 'First' });
    expect(json).toMatchObject({
      ...{ outcome: 'published', number: 1, job: 'reconcile-1', backfillJob: 'backfill-1' },
      changes: { definitions: [{ type: 'segment', key: 'vip', change: 'added' }], needsReconcile: true, backfill: [1] },
      problems: [{ severity: 'warning', code: 'event-not-seen' }],
    });
    expect(told).toMatchObject([{ reconcile: 1, counters: [{ id: 1, backfill: 1 }] }]);
    expect((await ada('GET', 'definitions')).json.definitions).toMatchObject([
      { key: 'other', live: false, draft: { by: 'ADA' } },
      { key: 'vip', live: true, name: 'VIP', draft: null },
    ]);
    expect(audit.entries.at(-1)).toMatchObject({ action: 'publish', outcome: 'done', by: { subject: 'ada' } });
  });

  it('of what is wrong is refused with everything that is', async () => {
    const { draft, publish } = consoleOf();
    await draft('segment', 'a', segment('a', { segment: 'nobody' }).body);
    await draft('segment', 'b', { broken: true });
    const { status, json } = await publish([
      ['segment', 'a'],
      ['segment', 'b'],
      ['segment', 'c'],
    ]);
    expect([status, json.code]).toEqual([422, 'invalid_definitions']);
    expect(json.problems.map(({ path }: { path: string }) => path).sort()).toEqual(
      ['segments/a/where/segment', 'segments/b', 'segments/b/name', 'segments/b/where', 'segments/c'].sort(),
    );
  });

  it('takes along what it names, if asked', async () => {
    const { draft, publish } = consoleOf();
    await draft('segment', 'a', segment('a', { segment: 'b' }).body);
    await draft('segment', 'b', segment('b', { stage: 'new' }).body);
    expect(await publish([['segment', 'a']])).toMatchObject({
      status: 422,
      json: { problems: [{ code: 'unpublished-dependency' }] },
    });
    const { json } = await publish([['segment', 'a']], { withDependencies: true });
    expect(json.changes.definitions).toHaveLength(2);
  });

  it('takes nothing away that is used elsewhere', async () => {
    const { draft, publish } = consoleOf();
    await draft('segment', 'a', segment('a', { segment: 'b' }).body);
    await draft('segment', 'b', segment('b', { stage: 'new' }).body);
    await publish([
      ['segment', 'a'],
      ['segment', 'b'],
    ]);
    const { json } = await publish([], { expect: 1, remove: [{ type: 'segment', key: 'b' }] });
    expect(json.problems).toEqual([expect.objectContaining({ path: 'segments/a/where/segment', code: 'still-used' })]);
  });

  it('is not kept back by what was wrong before', async () => {
    const { draft, publish, root } = consoleOf();
    await root('PUT', 'bindings/sender/news', { value: { channel: 'email', address: 'news@shop.example' } });
    await draft('template', 't', template('t').body);
    await publish([['template', 't']]);
    await root('POST', 'bindings/sender/news/remove', {});
    await draft('segment', 'b', segment('b', { stage: 'new' }).body);
    expect(await publish([['segment', 'b']], { expect: 1 })).toMatchObject({ json: { number: 2 } });
    await draft('template', 't', template('t', { name: 'T2' }).body);
    expect(await publish([['template', 't']], { expect: 2 })).toMatchObject({
      status: 422,
      json: { problems: [{ code: 'missing-binding' }] },
    });
  });

  it('by somebody who has looked at an older release is told who was quicker', async () => {
    const { draft, publish } = consoleOf();
    await draft('segment', 'a', segment('a', { stage: 'new' }).body);
    await publish([['segment', 'a']]);
    await draft('segment', 'a', segment('a', { stage: 'loyal' }).body);
    const { status, json } = await publish([['segment', 'a']], { expect: 0 });
    expect([status, json]).toMatchObject([409, { code: 'catalog_moved', number: 1, by: 'ADA' }]);
  });

  it('is no news to whoever has seen the same content: the system publishes when the past is counted', async () => {
    const { draft, publish, ada, catalog } = consoleOf();
    await draft('segment', 'vip', vip);
    await publish([['segment', 'vip']]);
    expect(await catalog.republish((current) => filledRelease(current, new Set([1]), START, SYSTEM))).toBe(2);
    await draft('segment', 'b', segment('b', { stage: 'new' }).body);
    expect((await publish([['segment', 'b']], { expect: 1 })).json).toMatchObject({ number: 3 });
    expect(await ada('POST', 'rollback', { to: 1, expect: 2 })).toMatchObject({ status: 409 });
  });

  it('that comes too late is told who was quicker, and not of what the system made of that', async () => {
    const { draft, publish, ada, catalog } = consoleOf();
    await draft('segment', 'vip', vip);
    await publish([['segment', 'vip']]);
    await catalog.republish((current) => filledRelease(current, new Set([1]), START, SYSTEM));
    await draft('segment', 'b', segment('b', { stage: 'new' }).body);
    const { json } = await publish([['segment', 'b']], { expect: 0 });
    expect(json).toMatchObject({ code: 'catalog_moved', number: 2, by: 'ADA' });
    expect(json.detail).toMatch(
      /^ADA has published release 1 at .*; release 2, of the same definitions, is what Perenn/,
    );
    expect((await ada('GET', 'releases')).json.releases[0]).toMatchObject({
      ...{ number: 2, by: 'Perennial', note: 'What came before is counted: what waited for it takes effect.' },
    });
  });

  it('of nothing says what to choose', async () => {
    const { publish } = consoleOf();
    const { json } = await publish([]);
    expect(json).toMatchObject({
      code: 'nothing_to_publish',
      detail: expect.stringContaining('Choose items or remove'),
    });
  });

  it('of a new name only looks at nobody', async () => {
    const { draft, publish, told } = consoleOf();
    await draft('segment', 'vip', vip);
    await publish([['segment', 'vip']]);
    await draft('segment', 'vip', { ...vip, name: 'Regulars' });
    await publish([['segment', 'vip']], { expect: 1 });
    expect(told.at(-1)).toMatchObject({ reconcile: 1, counters: [{ id: 1, backfill: 1 }] });
  });

  it('is live though nobody could be told to look at everybody', async () => {
    const { dependencies } = storedCatalog();
    const failing = { ...dependencies, beginOwed: async () => Promise.reject(new Error('no queue')) };
    const api = new Admin({ ...adminFakes(), catalog: failing });
    await api.call('PUT', '/api/catalog/drafts/segment/vip', { body: { body: vip, revision: 0 } });
    const body = { items: [{ type: 'segment', key: 'vip' }], expect: 0 };
    const { json } = await api.call('POST', '/api/catalog/publish', { body });
    expect(json).toMatchObject({ outcome: 'published', job: null });
  });
});

describe('a check', () => {
  it('looks at definitions that are no drafts, and counts whom they would concern', async () => {
    const { ada } = consoleOf({ count: 7 });
    const definitions = [segment('a', { segment: 'b' }), segment('b', { stage: 'new' })];
    const { json } = await ada('POST', 'check', { definitions, count: true });
    expect(json).toMatchObject({ ready: true, problems: [], affected: 7, number: 0 });
    expect((await ada('GET', 'definitions')).json.definitions).toEqual([]);
  });

  it('looks at all drafts only if it is asked for nothing in particular', async () => {
    const { ada, draft, publish } = consoleOf();
    await draft('segment', 'old', segment('old', { stage: 'new' }).body);
    await publish([['segment', 'old']]);
    await draft('segment', 'broken', {});
    const remove = [{ type: 'segment', key: 'old' }];
    for (const asked of [{ definitions: [] }, { remove }, { definitions: [], remove }, { items: [] }])
      expect((await ada('POST', 'check', asked)).json, JSON.stringify(asked)).toMatchObject({ ready: true, items: [] });
    expect((await ada('POST', 'check', {})).json.ready).toBe(false);
  });

  it('names the job that counts where nobody can wait for it', async () => {
    const { ada, as } = consoleOf();
    const definitions = [segment('b', { stage: 'new' })];
    expect((await ada('POST', 'check', { definitions, count: true })).json).toMatchObject({
      affected: null,
      countJob: expect.stringMatching(/^count-/),
    });
    expect((await ada('POST', 'check', { definitions })).json).toMatchObject({ affected: null, countJob: null });
    expect(await as('vic', 'viewer')('POST', 'check', { definitions, count: true })).toMatchObject({
      ...{ status: 403, json: { code: 'role_too_low' } },
    });
  });
});

describe('a rollback', () => {
  it('brings back what was, under a new number, with new ids for what was away', async () => {
    const { draft, publish, ada, told } = consoleOf();
    await draft('segment', 'vip', vip);
    await publish([['segment', 'vip']]);
    await publish([], { expect: 1, remove: [{ type: 'segment', key: 'vip' }] });
    const { json } = await ada('POST', 'rollback', { to: 1, expect: 2 });
    expect(json).toMatchObject({ outcome: 'published', number: 3, changes: { backfill: [2] } });
    expect(told.at(-1)?.counters).toMatchObject([{ id: 2, countsFrom: START + 60_000, backfill: 3 }]);
    const { releases } = (await ada('GET', 'releases')).json;
    expect(releases.map(({ number, rollbackOf }: never) => [number, rollbackOf])).toEqual([
      [3, 1],
      [2, null],
      [1, null],
    ]);
    expect((await ada('GET', 'diff?from=1&to=3')).json.changes).toEqual([]);
    expect((await ada('GET', 'diff?from=1&to=2')).json.changes).toMatchObject([{ key: 'vip', change: 'removed' }]);
    expect(await ada('POST', 'rollback', { to: 9, expect: 3 })).toMatchObject({ status: 404 });
  });

  it('touches neither bindings nor keys: what was revoked stays revoked', async () => {
    const { draft, publish, ada, root, client } = consoleOf();
    const registry = dynamoSourceRegistry(client, 'definitions');
    const directory = dynamoSourceDirectory(client, 'definitions', () => START + 1);
    const key = { sha256: hashOfKey('wk_old'), sourceId: 'web', hint: 'wk', createdAt: START };
    await registry.save(openSource('web', 'client'));
    await registry.saveKey(key);
    await root('PUT', 'bindings/sender/news', { value: { channel: 'email', address: 'old@shop.example' } });
    await draft('template', 't', template('t').body);
    await publish([['template', 't']]);
    await registry.saveKey({ ...key, expiresAt: START });
    await root('PUT', 'bindings/sender/news', { value: { channel: 'email', address: 'new@shop.example' } });
    await draft('template', 't', template('t', { name: 'T2' }).body);
    await publish([['template', 't']], { expect: 1 });
    await ada('POST', 'rollback', { to: 1, expect: 2 });
    expect(await directory.find('wk_old')).toBeUndefined();
    expect((await ada('GET', 'bindings')).json.bindings).toMatchObject([{ value: { address: 'new@shop.example' } }]);
    expect((await ada('GET', 'definitions/template/t')).json.live.body.name).toBe('t');
  });
});

describe('a second person', () => {
  /** Where nobody alone may start journeys for more than a hundred. */
  async function careful(affected: { count?: number }) {
    const all = consoleOf(affected);
    await all.draft('settings', 'default', { approvals: { audienceAbove: 100 } });
    await all.publish([['settings', 'default']]);
    await all.draft('segment', 'vip', vip);
    const propose = () => all.publish([['segment', 'vip']], { expect: 1, startJourneys: true });
    return { ...all, propose };
  }

  it('has to approve what concerns more people than one may decide about', async () => {
    const { propose, ada, bea, draft, clock } = await careful({ count: 101 });
    const { json } = await propose();
    expect(json).toMatchObject({ outcome: 'proposed', reasons: ['audience-above'] });
    expect((await ada('GET', 'definitions')).json.number).toBe(1);
    const path = `proposals/${json.proposal}/approve`;
    expect(await ada('POST', path, { expect: 1 })).toMatchObject({ status: 403, json: { code: 'role_too_low' } });
    // What was proposed is published, whatever became of the draft.
    const { revision: seen } = (await ada('GET', 'definitions/segment/vip')).json.draft;
    const { revision } = await draft('segment', 'vip', { broken: true }, seen);
    clock.now += 7 * DAY - 1;
    expect((await bea('GET', 'proposals')).json.proposals).toMatchObject([{ by: 'ADA', affected: 101 }]);
    expect(await bea('POST', path, { expect: 1 })).toMatchObject({ json: { outcome: 'published', number: 2 } });
    expect((await ada('GET', 'releases/2')).json).toMatchObject({ by: 'ADA', approvedBy: 'BEA', startJourneys: true });
    expect(await bea('POST', path, { expect: 2 })).toMatchObject({ json: { code: 'proposal_closed' } });
    expect((await ada('GET', 'definitions/segment/vip')).json.draft.revision).toBe(revision);
  });

  it('is somebody else', async () => {
    const { bea } = await careful({ count: 101 });
    const asked = { items: [{ type: 'segment', key: 'vip' }], expect: 1, startJourneys: true };
    const { proposal } = (await bea('POST', 'publish', asked)).json;
    expect(await bea('POST', `proposals/${proposal}/approve`, { expect: 1 })).toMatchObject({
      json: { code: 'same_person' },
    });
  });

  it('is needed when nobody can tell how many there are, and not for few or when nobody enters a journey', async () => {
    const { propose, bea } = await careful({});
    const { json } = await propose();
    expect(json).toMatchObject({ reasons: ['audience-unknown'], countJob: expect.stringMatching(/^count-/) });
    expect((await bea('GET', 'proposals')).json.proposals).toMatchObject([{ affected: null, countJob: json.countJob }]);
    expect((await (await careful({ count: 100 })).propose()).json).toMatchObject({ outcome: 'published' });
    const { publish } = await careful({ count: 101 });
    expect((await publish([['segment', 'vip']], { expect: 1 })).json).toMatchObject({ outcome: 'published' });
  });

  it('sees all that would change, as it was proposed', async () => {
    const { propose, ada, bea, draft, clock } = await careful({ count: 101 });
    const { proposal } = (await propose()).json;
    const { revision } = (await ada('GET', 'definitions/segment/vip')).json.draft;
    await draft('segment', 'vip', { ...vip, name: 'Others' }, revision);
    const { json } = await bea('GET', `proposals/${proposal}`);
    expect(json).toMatchObject({
      ...{ id: proposal, status: 'open', by: 'ADA', affected: 101 },
      changes: [{ type: 'segment', key: 'vip', change: 'added', differences: [{ path: 'segments/vip', after: vip }] }],
    });
    clock.now += 7 * DAY;
    expect((await bea('GET', `proposals/${proposal}`)).json.status).toBe('expired');
    expect(await bea('GET', 'proposals/none')).toMatchObject({ status: 404 });
  });

  it('sees what was, too, where something is changed or goes', async () => {
    const { draft, publish, bea, ada } = await careful({ count: 101 });
    await publish([['segment', 'vip']], { expect: 1 });
    await draft('settings', 'default', { approvals: { audienceAbove: 200 } });
    const items = [{ type: 'settings', key: 'default' }];
    const remove = [{ type: 'segment', key: 'vip' }];
    const { proposal } = (await ada('POST', 'publish', { items, remove, expect: 2 })).json;
    expect((await bea('GET', `proposals/${proposal}`)).json.changes).toEqual([
      {
        ...{ type: 'settings', key: 'default', change: 'changed' },
        differences: [{ path: 'settings/approvals/audienceAbove', before: 100, after: 200 }],
      },
      {
        ...{ type: 'segment', key: 'vip', change: 'removed' },
        differences: [{ path: 'segments/vip', before: vip }],
      },
    ]);
  });

  it('rejects what somebody else, and withdraws what one has proposed oneself; then it is closed', async () => {
    const { propose, ada, bea, audit } = await careful({ count: 101 });
    const [first, second] = [(await propose()).json.proposal, (await propose()).json.proposal];
    const post = (who: typeof ada, id: string, what: string) => who('POST', `proposals/${id}/${what}`, {});
    expect((await post(bea, first, 'withdraw')).json.code).toBe('another_person');
    expect(await post(ada, first, 'reject')).toMatchObject({ status: 403, json: { code: 'role_too_low' } });
    expect((await post(ada, first, 'withdraw')).json).toEqual({ status: 'withdrawn' });
    expect((await post(bea, second, 'reject')).json).toEqual({ status: 'rejected' });
    for (const [who, id] of [
      [ada, first],
      [bea, second],
    ] as const)
      expect((await who('GET', `proposals/${id}`)).json.status).toBe(id === first ? 'withdrawn' : 'rejected');
    expect((await post(ada, first, 'withdraw')).json.code).toBe('proposal_closed');
    expect((await bea('POST', `proposals/${second}/approve`, { expect: 1 })).json.code).toBe('proposal_closed');
    expect((await bea('GET', 'proposals')).json.proposals).toEqual([]);
    expect(audit.entries).toContainEqual(
      expect.objectContaining({ action: 'rejectProposal', subject: `proposal/${second}`, outcome: 'done' }),
    );
  });

  it('rejects not what is her own', async () => {
    const { bea } = await careful({ count: 101 });
    const asked = { items: [{ type: 'segment', key: 'vip' }], expect: 1, startJourneys: true };
    const { proposal } = (await bea('POST', 'publish', asked)).json;
    expect((await bea('POST', `proposals/${proposal}/reject`, {})).json.code).toBe('same_person');
  });

  it('is needed to do without one', async () => {
    const { draft, publish } = await careful({ count: 0 });
    await draft('settings', 'default', { approvals: { audienceAbove: 1_000 } });
    expect((await publish([['settings', 'default']], { expect: 1 })).json).toMatchObject({
      outcome: 'proposed',
      reasons: ['approvals-change'],
    });
  });

  it('approves within seven days, and only what is still to be changed from what it was', async () => {
    const late = await careful({ count: 101 });
    const { proposal } = (await late.propose()).json;
    late.clock.now += 7 * DAY;
    expect(await late.bea('POST', `proposals/${proposal}/approve`, { expect: 1 })).toMatchObject({
      json: { code: 'proposal_closed' },
    });
    const moved = await careful({ count: 101 });
    const second = (await moved.propose()).json.proposal;
    await moved.publish([['segment', 'vip']], { expect: 1 });
    expect(await moved.bea('POST', `proposals/${second}/approve`, { expect: 2 })).toMatchObject({
      json: { code: 'proposal_outdated' },
    });
  });
});

describe('the stages that come with Perennial', () => {
  it('are live as long as there are no others, and say so', async () => {
    const { ada, draft, publish } = consoleOf();
    const live = async () => (await ada('GET', 'definitions/lifecycle/default')).json.live;
    const exported = async (query = '') => (await ada('GET', `export${query}`)).json.definitions;
    expect(await live()).toEqual({ body: DEFAULT_LIFECYCLE, builtIn: true });
    expect(await exported()).toEqual([]);
    const builtIn = { type: 'lifecycle', key: 'default', body: DEFAULT_LIFECYCLE, builtIn: true };
    expect(await exported('?builtIn=true')).toEqual([builtIn]);
    const { body } = lifecycle('trial', 'paying');
    await draft('lifecycle', 'default', body);
    await publish([['lifecycle', 'default']]);
    expect(await live()).toEqual({ body });
    expect(await exported('?builtIn=true')).toEqual([{ type: 'lifecycle', key: 'default', body }]);
  });
});

describe('what a definition may say', () => {
  it('is told as JSON Schema', async () => {
    const { json } = await consoleOf().ada('GET', 'schemas/segment');
    expect(json).toMatchObject({ $ref: '#/$defs/Segment', $defs: { Segment: { required: ['name', 'where'] } } });
    expect(Object.keys(json.$defs)).toEqual(expect.arrayContaining(['Expression', 'Filter']));
  });
});

describe('a binding', () => {
  it('that is wrong is told in words, where it is', async () => {
    const { root } = consoleOf();
    const put = async (path: string, value: unknown) => (await root('PUT', `bindings/${path}`, { value })).json;
    expect(await put('sender/news', { chanel: 'email', address: '' })).toMatchObject({
      code: 'invalid_binding',
      problems: [
        { path: 'body/value/channel', message: 'this is missing' },
        { path: 'body/value/address', message: 'write something here' },
        { path: 'body/value', message: 'there is no “chanel” here; did you mean “channel”?' },
      ],
    });
    expect(await put('budget/sms', {})).toMatchObject({ problems: [{ message: 'say perDay or perMonth' }] });
    expect(await put('sender/News', { channel: 'email', address: 'a@shop.example' })).toMatchObject({
      ...{ code: 'invalid_path', problems: [{ path: 'path/key' }] },
    });
    for (const address of ['a@other.example', 'a@mail.shop.example', 'a@evilshop.example', 'shop.example'])
      expect(await put('sender/news', { channel: 'email', address })).toMatchObject({
        ...{
          code: 'invalid_binding',
          problems: [{ path: 'body/value/address', message: expect.stringContaining('ends with @shop.example') }],
        },
      });
    const helpdesk = { channel: 'email', address: 'shop@helpdesk.example', answersOnly: true };
    expect(await put('sender/answers', helpdesk)).toMatchObject({ name: 'sender/answers' });
    expect(await put('sender/news', { channel: 'sms', address: '+41446681800' })).toMatchObject({
      name: 'sender/news',
    });
    expect(await put('host/links', { url: 'https://links.shop.example' })).toMatchObject({ name: 'host/links' });
  });
});
