import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { dynamoAuditLog } from '../../lambdas/adapters/audit-log.ts';
import { ok, problem } from '../../lambdas/console/api/answer.ts';
import { audited } from '../../lambdas/console/api/audited.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { Admin, adminFakes } from './admin.ts';
import { fakeLog } from './fakes.ts';

const attempt = { at: START, id: 'r', by: { subject: 'ada', role: 'admin' }, action: 'save', subject: 'segment/vip' };

/** The API over an audit that is stored. */
function deployment() {
  const clock = { now: START };
  const fakes = { ...adminFakes(), audit: dynamoAuditLog(tables().client, 'definitions'), now: () => clock.now };
  const api = new Admin(fakes);
  return {
    fakes,
    change: async (personal: string[], requestId: string) => {
      clock.now += 1_000;
      return api.call('PUT', '/api/schema/settings', { body: { personal }, requestId });
    },
    list: async (query: Record<string, string> = {}) => (await api.call('GET', '/api/audit', { query })).json,
    api,
  };
}

describe('GET /api/audit', () => {
  it('tells who changed what, when, and how it was before', async () => {
    const { change, list } = deployment();
    await change(['coupon'], 'r1');
    expect((await list()).entries).toEqual([
      {
        ...{ at: '2026-03-02T12:00:01.000Z', id: 'r1', by: { subject: 'ada', role: 'admin' } },
        ...{ action: 'changeSchemaSettings', subject: 'schema/settings', outcome: 'done', status: 200 },
        before: { unknownEvents: 'accept', knownEvents: [], personal: [] },
        after: { unknownEvents: 'accept', knownEvents: [], personal: ['coupon'] },
      },
    ]);
  });

  it('goes from the newest to the oldest, page by page', async () => {
    const { change, list } = deployment();
    for (let i = 1; i <= 5; i++) await change([`p${i}`], `r${i}`);
    const ids: string[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 5; pages++) {
      const { entries, next } = await list({ limit: '2', ...(cursor && { cursor }) });
      ids.push(...entries.map(({ id }: { id: string }) => id));
      if (next === null) break;
      cursor = next;
    }
    expect(ids).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
  });

  it('has what was tried and refused, and names nobody by more than the beginning of her id', async () => {
    const { api, list } = deployment();
    await api.call('POST', '/api/quarantine/release', { body: { userId: 'somebody' } });
    expect((await list()).entries).toMatchObject([
      { action: 'releaseFromQuarantine', subject: 'user/som…', outcome: 'refused', status: 404 },
    ]);
  });
});

describe('a change', () => {
  const settings = { body: { personal: ['coupon'] } };

  it('does not happen when it cannot be written down that it begins', async () => {
    const fakes = adminFakes();
    fakes.audit.failsAt = 'begin';
    const { status } = await new Admin(fakes).call('PUT', '/api/schema/settings', settings);
    expect([status, fakes.stored.settings.personal]).toEqual([500, []]);
  });

  it('of which it cannot be written down how it ended has happened, and stays as begun', async () => {
    const fakes = adminFakes();
    fakes.audit.failsAt = 'end';
    const { status } = await new Admin(fakes).call('PUT', '/api/schema/settings', settings);
    expect([status, fakes.stored.settings.personal]).toEqual([200, ['coupon']]);
    expect(fakes.audit.entries).toMatchObject([{ outcome: 'begun' }]);
    expect(fakes.log.codes).toEqual(['audit-unfinished']);
  });

  it('that failed is told of as that', async () => {
    const fakes = adminFakes();
    fakes.settings.write = () => Promise.reject(new Error('no table'));
    expect((await new Admin(fakes).call('PUT', '/api/schema/settings', settings)).status).toBe(500);
    expect(fakes.audit.entries).toMatchObject([{ outcome: 'failed' }]);
  });

  it('by a request that the schema refuses is none', async () => {
    const fakes = adminFakes();
    await new Admin(fakes).call('PUT', '/api/schema/settings', { body: { personal: 7 } });
    expect(fakes.audit.entries).toEqual([]);
  });

  it.each<[string, Json, unknown]>([
    ['small is kept', { a: [1] }, { a: [1] }],
    [
      'large members are told by their size',
      { key: 'vip', body: 'x'.repeat(5_000) },
      { key: 'vip', body: { bytes: 5_006 } },
    ],
    ['a large list is, too', ['x'.repeat(5_000)], { bytes: 5_004 }],
  ])('%s', async (_what, after, shown) => {
    const { audit } = adminFakes();
    await audited({ audit, log: fakeLog() }, attempt, async () => ok({}, { after }));
    expect(JSON.parse(audit.entries[0]?.change ?? '')).toEqual({ after: shown });
  });

  it('of any size leaves an entry that a table takes', async () => {
    const audit = dynamoAuditLog(tables().client, 'definitions');
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`member-${i}`, 'x'.repeat(90)]));
    await audited({ audit, log: fakeLog() }, attempt, async () => ok({}, { before: many, after: many }));
    const { entries } = await audit.list(1);
    expect(entries[0]?.change?.length).toBeLessThan(20_000);
  });

  it('that was refused tells nothing of before and after', async () => {
    const { audit } = adminFakes();
    await audited({ audit, log: fakeLog() }, attempt, async () => problem(409, 'conflict', 'Somebody was first.'));
    expect(audit.entries).toMatchObject([{ outcome: 'refused', status: 409 }]);
  });
});
