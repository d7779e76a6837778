import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import { receiptInput } from '../../domain/state/input.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { addressHash, unreachableBy } from '../../domain/state/reachability.ts';
import { dynamoSoftBounces } from '../../lambdas/adapters/soft-bounces.ts';
import {
  dynamoMailboxAnswers,
  dynamoSuppressionList,
  dynamoSuppressionListReader,
  suppressionName,
} from '../../lambdas/adapters/suppression-list.ts';
import { identify, Person, START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeQueue } from './fakes.ts';

const ADA = 'ada@example.com';
const NAME = suppressionName(ADA);

async function suppressed() {
  const { client } = tables();
  const list = dynamoSuppressionList(client, 'ledger');
  await list.add(ADA, { reason: 'soft-bounces', since: START - DAY, sendId: 's_1_0' });
  await dynamoMailboxAnswers(client, 'ledger').note(NAME, [{ about: 'email/news', granted: false }], START - 1);
  const softBounces = dynamoSoftBounces(client, 'ledger');
  for (const day of [1, 2, 3]) await softBounces.note(ADA, day);
  const bulk = new FakeQueue();
  const fakes = adminFakes();
  const api = new Admin({
    ...fakes,
    suppressions: { ...dynamoSuppressionListReader(client, 'ledger'), ...list },
    softBounces,
    bulk,
    people: { having: async (_kind, value) => ({ keys: value === ADA ? ['k#u1', 'k#u2'] : [], more: false }) },
  });
  const show = async (address = ADA) => (await api.call('GET', '/api/suppressions', { query: { address } })).json;
  const remove = (address = ADA, requestId = 'r1') =>
    api.call('POST', '/api/suppressions/remove', { body: { address }, requestId, role: 'admin' });
  const inputs = () => bulk.messages.flatMap(({ body }) => decodeInputs(body).inputs);
  return { show, remove, inputs, softBounces, bulk, audit: fakes.audit };
}

const REFUSED = [{ about: 'email/news', since: new Date(START - 1).toISOString() }];

describe('an address on the suppression list', () => {
  it('is shown with why, however it is written', async () => {
    const { show } = await suppressed();
    const since = new Date(START - DAY).toISOString();
    const listed = { suppression: { reason: 'soft-bounces', since, sendId: 's_1_0' }, refusals: REFUSED };
    expect(await show(' ADA@Example.com ')).toEqual(listed);
    expect(await show('ben@example.com')).toEqual({ suppression: null, refusals: [] });
    expect(await show('nobody')).toMatchObject({ code: 'invalid_email' });
  });

  it('is taken off, what was refused there stays, and those who have it hear', async () => {
    const { show, remove, inputs, softBounces, audit } = await suppressed();
    expect(await remove('Ada@example.com')).toMatchObject({
      status: 200,
      json: { people: 2, note: expect.stringContaining('SES') },
    });
    expect(await show()).toEqual({ suppression: null, refusals: REFUSED });
    expect(await softBounces.note(ADA, 9)).toEqual([9]);
    expect(inputs()).toMatchObject([
      { kind: 'cleared', user: 'k#u1', id: 'cleared-r1', address: addressHash(ADA) },
      { user: 'k#u2' },
    ]);
    expect(audit.entries).toMatchObject([{ subject: `suppression/${NAME}`, outcome: 'done' }]);
    expect(JSON.stringify(audit.entries)).not.toContain('ada@');
    expect(await remove()).toMatchObject({ status: 409, json: { code: 'not_suppressed' } });
  });

  it('stays on it when nobody could be told', async () => {
    const { show, remove, bulk } = await suppressed();
    bulk.refuses = () => true;
    expect(await remove()).toMatchObject({ status: 503 });
    expect((await show()).suppression).not.toBeNull();
  });

  it('is reachable again for whoever has it, until something new is told', async () => {
    const { remove, inputs } = await suppressed();
    const told = (sendId: string, at: number) =>
      receiptInput('k#u1', { sendId, outcome: 'bounced', address: addressHash(ADA), at });
    const person = new Person().receives(identify({ email: ADA }, START - 2 * DAY), told('s_1_0', START - HOUR));
    const reason = () => unreachableBy(person.profile as Profile, 'email')?.reason;
    expect(reason()).toBe('bounced');
    await remove();
    person.receives(...inputs().slice(0, 1));
    expect(reason()).toBeUndefined();
    // Told again of the old message, it is no news.
    person.receives(told('s_1_0', START - HOUR));
    expect(reason()).toBeUndefined();
    person.receives(told('s_2_0', START + DAY));
    expect(reason()).toBe('bounced');
  });
});
