import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { randomFrom } from '../../local/demo/random.ts';
import { functionsInProcess } from '../faults/functions.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

/** What SES gives who has just left its sandbox. */
const PER_SECOND = 14;
const CAMPAIGN = 1_000;

const lines: string[] = [];
let laptop: Laptop;

beforeAll(async () => {
  laptop = await Laptop.start({
    emailQuota: { perSecond: PER_SECOND, perDay: 50_000 },
    log: (line) => lines.push(line),
    // A thousand sends are ten thousand calls: between threads each would take its time.
    inProcess: { functions: functionsInProcess, random: randomFrom(7) },
  });
  const mjml = `<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>`;
  const locales = { en: { subject: 'Your password', mjml } };
  const password = {
    ...{ name: 'password', channel: 'email', class: 'transactional', fallback: 'en', locales },
    sender: 'shop',
  };
  const publisher = new Publisher(laptop);
  const sender = { channel: 'email', address: 'shop@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/shop', { value: sender });
  await publisher.definitions([{ type: 'template', key: 'password', body: password as never }]);
}, 60_000);
afterAll(() => laptop.stop());

const cloud = () => laptop.perennial.cloud;
const later = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);
const authorization = (key: string) => ({ authorization: `Basic ${btoa(`${key}:`)}` });

function post(path: string, body: object, key: string = laptop.perennial.writeKey): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...authorization(key) };
  return fetch(`${laptop.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const sent = (subject: string) => laptop.perennial.outbox().filter((message) => message.subject === subject);
const logged = (code: string) => lines.filter((line) => line.includes(`"${code}"`)).length;

async function delivery(): Promise<object[]> {
  const { channels } = (await (await laptop.admin('/api/delivery')).json()) as { channels: { classes: object[] }[] };
  return channels[0]?.classes ?? [];
}

function press(button: 'hold' | 'resume', body: object, role: 'marketer' | 'approver'): Promise<Response> {
  const authorization = `Bearer ${laptop.perennial.token(role, 'mara')}`;
  return fetch(`${laptop.url}/api/delivery/${button}`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify(body),
  });
}

function depthOf(queue: string) {
  return [...cloud().services.sqs.queues()].find(({ definition }) => definition.name.includes(`-${queue}`))?.depth();
}
const EMPTY = { visible: 0, delayed: 0, inFlight: 0 };

describe('a thousand messages at fourteen a second', () => {
  it('pace themselves, let what people wait for pass, and none is given up', async () => {
    const everybody = Array.from({ length: CAMPAIGN }, (_, n) => ({
      type: 'identify',
      userId: `u${n}`,
      traits: { email: `u${n}@example.com` },
    }));
    // What becomes of them is told elsewhere.
    cloud().services.ses.tell({ share: 1 }, { published: 0 });
    const began = laptop.perennial.now();
    for (let n = 0; n < CAMPAIGN; n += 100) await post('/v1/batch', { batch: everybody.slice(n, n + 100) });
    await later(20 * SECOND);
    const afterTwenty = sent('Welcome!').length;
    expect(afterTwenty).toBeGreaterThan(180);
    expect(afterTwenty).toBeLessThan(280);

    const asked = laptop.perennial.now();
    const answer = await post(
      '/v1/messages',
      { template: 'password', to: { userId: 'u1' }, idempotencyKey: 'u1' },
      laptop.perennial.serverKey,
    );
    expect(answer.status).toBe(202);
    await later(10 * SECOND);
    const [password] = sent('Your password');
    expect(Date.parse(password?.at ?? '') - asked).toBeLessThan(5 * SECOND);

    await later(2 * MINUTE);
    const at = sent('Welcome!').map((message) => Date.parse(message.at));
    expect(at).toHaveLength(CAMPAIGN);
    const took = (Math.max(...at) - began) / SECOND;
    // Four fifths of the rate are for marketing.
    expect(took).toBeGreaterThan(CAMPAIGN / PER_SECOND);
    expect(took).toBeLessThan((1.1 * CAMPAIGN) / (0.8 * PER_SECOND));
    expect(logged('send-not-now')).toBeLessThan(10);
    for (const queue of ['EmailMarketing', 'EmailTransactional'])
      for (const part of ['Queue', 'DeadLetters']) expect(depthOf(`${queue}${part}`), queue + part).toEqual(EMPTY);
  }, 120_000);
});

describe('an account that is paused', () => {
  it('holds what is sent until a person resumes', async () => {
    cloud().services.ses.account.standing = 'paused';
    await post('/v1/identify', { userId: 'ines', traits: { email: 'ines@example.com' } });
    await later(HOUR);
    cloud().services.ses.account.standing = 'sending';
    await later(HOUR);
    expect(laptop.subjects('ines')).toEqual([]);
    // Said as long as it waits.
    expect(logged('channel-held')).toBeGreaterThan(4);
    expect(await delivery()).toMatchObject([
      { class: 'marketing', held: { what: 'email', by: 'breaker', reason: 'SendingPausedException' } },
      { class: 'transactional', sending: false },
    ]);

    await press('resume', { what: 'email' }, 'approver');
    await later(16 * MINUTE);
    expect(laptop.subjects('ines')).toEqual(['Welcome!']);
    expect(await delivery()).toMatchObject([{ sending: true }, { sending: true }]);
  });
});

describe('a budget', () => {
  const bind = (value: object) =>
    fetch(`${laptop.url}/api/catalog/bindings/budget/all`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${laptop.perennial.adminToken}` },
      body: JSON.stringify({ value }),
    });

  it('that is used up makes marketing wait for the next day', async () => {
    expect((await bind({ perDay: 2 })).status).toBe(200);
    await later(MINUTE);
    const people = ['kim', 'kit', 'koa'];
    for (const userId of people) {
      await post('/v1/identify', { userId, traits: { email: `${userId}@example.com` } });
      await later(SECOND);
    }
    const got = () => people.filter((userId) => laptop.subjects(userId).length > 0);
    await later(HOUR);
    expect(got()).toEqual(['kim', 'kit']);
    expect(await (await laptop.admin('/api/delivery')).json()).toMatchObject({
      budgets: [{ name: 'all', perDay: 2, today: 2, reached: true }],
    });
    await later(12 * HOUR);
    expect(got()).toEqual(people);
    await bind({ perDay: 1_000 });
    await later(MINUTE);
  });
});

describe('an emergency stop', () => {
  it('holds what nobody has noticed yet, and what people wait for goes on', async () => {
    expect((await press('hold', { reason: 'wrong price' }, 'marketer')).status).toBe(200);
    await later(11 * SECOND);
    await post('/v1/identify', { userId: 'jane', traits: { email: 'jane@example.com' } });
    const asked = { template: 'password', to: { userId: 'ines' }, idempotencyKey: 'ines' };
    await post('/v1/messages', asked, laptop.perennial.serverKey);
    await later(HOUR);
    expect(laptop.subjects('jane')).toEqual([]);
    expect(laptop.subjects('ines')).toContain('Your password');

    expect((await press('resume', { what: 'email/marketing' }, 'marketer')).status).toBe(403);
    await press('resume', { what: 'email/marketing' }, 'approver');
    await later(16 * MINUTE);
    expect(laptop.subjects('jane')).toEqual(['Welcome!']);
    expect(depthOf('EmailMarketingDeadLetters')).toEqual(EMPTY);
  });
});
