import { createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { dynamoStageBindings } from '../../lambdas/adapters/stage-bindings.ts';
import type { OutsideRequest } from '../../local/cloud/outside.ts';
import { tableName } from '../faults/outcome.ts';
import { clientOf } from '../local/services/support.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

let laptop: Laptop;
let publisher: Publisher;
beforeAll(async () => {
  laptop = await Laptop.start();
  publisher = new Publisher(laptop);
  const endpoint = (name: string, value: object) =>
    publisher.send('PUT', `/api/catalog/bindings/endpoint/${name}`, { value });
  await endpoint('crm', { url: 'https://hooks.crm.example/in?of=shop', secret: 'perennial/local/crm' });
  await endpoint('helpdesk', { url: 'https://desk.example/tasks' });
  await endpoint('metadata', { url: 'https://inside.example/latest/meta-data' });
  await boundBefore('of-others', { url: 'https://hooks.crm.example/in', secret: 'payroll/database' });
  const { secretsmanager } = laptop.perennial.cloud.services;
  for (const secret of ['whsec_b2xkLW9sZC1vbGQtb2xkLW9sZA==', 'whsec_bmV3LW5ldy1uZXctbmV3LW5ldw=='])
    secretsmanager.put('perennial/local/crm', secret);
  secretsmanager.put('payroll/database', 'not for us');
  await publisher.definitions([
    journey('orders', 'crm'),
    journey('probing', 'metadata'),
    journey('prying', 'of-others'),
  ]);
  await laptop.perennial.advanceTo(laptop.perennial.now() + 2 * MINUTE);
}, 60_000);
afterAll(() => laptop.stop());

/** As somebody may have written it who goes by no API. */
function boundBefore(name: string, value: object): Promise<void> {
  const { cloud } = laptop.perennial;
  const client = new DynamoDBClient(clientOf(cloud.services.dynamodb));
  return dynamoStageBindings(client, tableName(cloud, 'Definitions')).put({ name: `endpoint/${name}`, value });
}

/** Who orders is told to a system; where that fails, a person has a task. */
const journey = (key: string, endpoint: string) => ({
  ...{ type: 'journey' as const, key },
  body: {
    name: key,
    entries: [{ type: 'event', event: `Order ${key}` }],
    ...{ again: 'after-exit', start: 'tell' },
    steps: {
      tell: { type: 'webhook', endpoint, next: 'out', failed: 'ask' },
      ask: {
        ...{ type: 'handoff', endpoint: 'helpdesk', subject: 'Call {{ person.firstName }}', urgency: 'high' },
        ...{ text: 'Order {{ event.orderId }} was not noted', next: 'out' },
      },
      out: { type: 'exit' },
    },
  },
});

const order = (userId: string, of = 'orders') =>
  laptop.post('/v1/batch', {
    batch: [
      {
        type: 'identify',
        userId,
        messageId: `of-${userId}`,
        traits: { firstName: 'Ada', email: `${userId}@example.com` },
      },
      { type: 'track', userId, messageId: `orders-${userId}`, event: `Order ${of}`, properties: { orderId: 'A1' } },
    ],
  });

const later = (ms: number) => laptop.perennial.advanceTo(laptop.perennial.now() + ms);
const requests = (): readonly OutsideRequest[] => laptop.perennial.cloud.outside.requests;
const told = (host: string, userId: string): readonly OutsideRequest[] =>
  requests().filter((one) => one.host === host && JSON.parse(one.body).person.userId === userId);

describe('a webhook', () => {
  it('tells the system once, signed by both secrets that a receiver may know', async () => {
    await order('ada');
    const [request, ...more] = told('hooks.crm.example', 'ada');
    expect(more).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', path: '/in?of=shop' });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      ...{ type: 'webhook', journey: 'orders', step: 'tell', event: { orderId: 'A1' } },
      person: { userId: 'ada', email: 'ada@example.com' },
    });
    const { headers, body } = request as OutsideRequest;
    const signed = (secret: string) =>
      createHmac('sha256', secret)
        .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
        .digest('base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${signed('new-new-new-new-new')} v1,${signed('old-old-old-old-old')}`,
    );
    expect(told('desk.example', 'ada')).toEqual([]);
  });

  it('tells it again under the same id until it is taken', async () => {
    const statuses = [503, 500];
    laptop.perennial.cloud.outside.answer('hooks.crm.example', () => ({ status: statuses.shift() ?? 204 }));
    await order('ben');
    expect(told('hooks.crm.example', 'ben')).toHaveLength(1);
    await later(MINUTE + 10 * SECOND);
    expect(told('hooks.crm.example', 'ben')).toHaveLength(2);
    await later(6 * MINUTE);
    const all = told('hooks.crm.example', 'ben');
    expect(all).toHaveLength(3);
    expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await later(HOUR);
    expect(told('hooks.crm.example', 'ben')).toHaveLength(3);
  });

  it('is given up after six hours, and she goes on by the other way: a person has a task', async () => {
    laptop.perennial.cloud.outside.answer('hooks.crm.example', () => 'lost');
    await order('cleo');
    await later(5 * HOUR);
    expect(told('desk.example', 'cleo')).toEqual([]);
    await later(70 * MINUTE);
    const [task] = told('desk.example', 'cleo');
    expect(task?.headers).not.toHaveProperty('webhook-signature');
    expect(JSON.parse(task?.body ?? '{}')).toMatchObject({
      ...{ type: 'handoff', subject: 'Call Ada', text: 'Order A1 was not noted', urgency: 'high', queue: null },
      person: { userId: 'cleo' },
    });
  });

  it('is refused at once by a system that says no', async () => {
    laptop.perennial.cloud.outside.answer('hooks.crm.example', () => ({ status: 410 }));
    await order('dora');
    expect(told('hooks.crm.example', 'dora')).toHaveLength(1);
    expect(told('desk.example', 'dora')).toHaveLength(1);
  });

  it('reaches nothing inside, whatever its name resolves to', async () => {
    await order('eve', 'probing');
    expect(told('desk.example', 'eve')).toHaveLength(1);
    expect(requests().filter(({ host }) => host.startsWith('inside.'))).toEqual([]);
  });

  it.each([
    ['a secret of others', { url: 'https://crm.example/in', secret: 'payroll/database' }, /perennial\/local\//],
    [
      'a secret of another stage',
      { url: 'https://crm.example/in', secret: 'perennial/prod/crm' },
      /perennial\/local\//,
    ],
    ['a port', { url: 'https://crm.example:8443/in' }, /no port/],
    ['a user', { url: 'https://ada:word@crm.example/in' }, /no user/],
    ['a name from inside', { url: 'https://localhost/in' }, /public internet/],
  ])('is not set up with %s', async (_, value, says) => {
    const sent = publisher.send('PUT', '/api/catalog/bindings/endpoint/wrong', { value });
    await expect(sent).rejects.toThrow(says);
  });

  it('can be looked at and answered on the laptop, with a secret that was put there', async () => {
    const { status } = await laptop.control('/local/outside', { host: 'hooks.crm.example', answers: 410 });
    expect(status).toBe(200);
    expect((await laptop.control('/local/secrets', { name: 'perennial/local/crm', value: 'for us' })).status).toBe(200);
    await order('gina');
    const { requests: seen } = (await (await fetch(`${laptop.url}/local/outside`)).json()) as { requests: object[] };
    expect(seen.slice(0, 2)).toMatchObject([{ host: 'desk.example' }, { host: 'hooks.crm.example' }]);
    for (const wrong of [{ host: 'hooks.crm.example', answers: 99 }, { host: 'x', answer: 503 }, {}])
      expect((await laptop.control('/local/outside', wrong)).status).toBe(400);
    expect((await laptop.control('/local/secrets', { name: 'payroll/database', value: 'x' })).status).toBe(400);
  });

  it('is not signed with a secret that is not for it, nor sent without', async () => {
    const before = requests().length;
    await order('finn', 'prying');
    await later(HOUR);
    expect(requests()).toHaveLength(before);
  });
});
