import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

const mjml = (text: string) =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`;
const template = (key: string, text: string, more: object = { class: 'transactional' }) => ({
  type: 'template' as const,
  key,
  body: {
    ...{ name: key, channel: 'email', fallback: 'en', ...more },
    locales: {
      en: { subject: `${key} for {{ person.firstName | default: "you" }}`, mjml: mjml(text) },
      de: { subject: `${key} auf Deutsch`, mjml: mjml(text) },
    },
  },
});

let laptop: Laptop;
let publisher: Publisher;
const lines: string[] = [];

beforeAll(async () => {
  laptop = await Laptop.start({ log: (line) => lines.push(line) });
  publisher = new Publisher(laptop);
  const sender = { channel: 'email', address: 'shop@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/shop', { value: sender });
  const footer = { en: { address: 'Shop Ltd, 1 High Street', unsubscribe: 'Unsubscribe' } };
  await publisher.definitions([
    { type: 'brand', key: 'default', body: { name: 'Shop', senders: { marketing: { sender: 'shop' } }, footer } },
    template('password', 'Choose a new one: <a href="{{ data.link }}">here</a>. {{ data.note }}'),
    template('news', 'News', {}),
  ]);
}, 60_000);
afterAll(() => laptop.stop());

interface Status {
  readonly id: string;
  readonly code?: string;
  readonly status?: string;
}

/** As a program would by curl. */
async function ask(body: object, key: string = laptop.perennial.serverKey) {
  const answer = await fetch(`${laptop.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ template: 'password', ...body }),
  });
  const json = (await answer.json()) as Status;
  await laptop.perennial.settle();
  return { ...json, status: answer.status };
}

async function became(id: string) {
  const answer = await fetch(`${laptop.url}/v1/messages/${id}`, {
    headers: { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
  });
  return (await answer.json()) as Status;
}

const traced = async (id: string) => (await laptop.admin(`/api/trace/${id}`)).json();
const got = (address: string) => laptop.perennial.outbox().filter(({ to }) => to.includes(address));
const later = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);

describe('a message that a program asks for', () => {
  it('leaves at once with what it sent along, and says what became of it', async () => {
    await laptop.post('/v1/identify', { userId: 'ada', traits: { email: 'ada@example.com', firstName: 'Ada' } });
    const data = { link: 'https://shop.example/reset?a=1&b=2', note: '<b>&' };
    const { id, status } = await ask({ to: { userId: 'ada' }, data, idempotencyKey: 'ada-1' });
    expect(status).toBe(202);
    const [message] = got('ada@example.com');
    expect(message).toMatchObject({
      subject: 'password for Ada',
      userId: 'ada',
      text: expect.stringContaining('<b>&'),
    });
    expect(message?.html).toContain('&lt;b&gt;&amp;');
    expect(await became(id)).toMatchObject({ id, template: 'password', status: 'accepted', receipt: null });
    await later(MINUTE);
    expect(await became(id)).toMatchObject({ status: 'accepted', receipt: { outcome: 'delivered' } });
    expect(await traced(id)).toMatchObject({
      kind: 'sendId',
      user: { userId: 'ada' },
      effects: [{ id, kind: 'message', message: 'password', source: 'local-server', send: { status: 'accepted' } }],
    });
  });

  it('is one message, however often it is asked for, and refuses to become another', async () => {
    const body = {
      to: { email: 'bea@example.com' },
      data: { link: 'https://shop.example/1' },
      idempotencyKey: 'bea-1',
    };
    const [first, second] = [await ask(body), await ask(body)];
    await later(HOUR);
    const third = await ask(body);
    expect([second.id, third.id]).toEqual([first.id, first.id]);
    expect(got('bea@example.com')).toHaveLength(1);
    expect(await ask({ ...body, data: { link: 'https://shop.example/2' } })).toMatchObject({
      status: 409,
      code: 'idempotency_key_reused',
    });
  });

  it('goes to an address that is nobody’s, and to somebody nobody knows, in the language it names', async () => {
    const { id } = await ask({ to: { email: 'cleo@example.com' }, locale: 'de-AT', idempotencyKey: 'cleo-1' });
    expect(got('cleo@example.com')).toMatchObject([{ subject: 'password auf Deutsch', userId: null }]);
    expect(await traced(id)).toMatchObject({ user: { userId: null, anonymousId: null } });
    await ask({ to: { userId: 'carl', email: 'carl@example.com' }, idempotencyKey: 'carl-1' });
    expect(got('carl@example.com')).toMatchObject([{ subject: 'password for you', userId: 'carl' }]);
    expect((await laptop.admin('/api/profiles/carl')).status).toBe(404);
  });

  it('is withheld from somebody nobody knows without an address, and from an address that has ended', async () => {
    const { id } = await ask({ to: { userId: 'dora' }, idempotencyKey: 'dora-1' });
    expect(await became(id)).toMatchObject({ status: 'withheld', reason: 'nobody is known by this id' });

    laptop.perennial.cloud.services.ses.tell('emil@example.com', { arrival: 'bounced' });
    const first = await ask({ to: { email: 'emil@example.com' }, idempotencyKey: 'emil-1' });
    await later(MINUTE);
    expect(await became(first.id)).toMatchObject({ status: 'accepted', receipt: { outcome: 'bounced' } });
    const second = await ask({ to: { email: 'Emil@Example.com' }, idempotencyKey: 'emil-2' });
    expect(await became(second.id)).toMatchObject({ status: 'withheld', reason: 'address bounced' });
    expect(got('emil@example.com')).toHaveLength(1);
  });

  it('waits, and a trace says so, while SES takes nothing', async () => {
    laptop.perennial.cloud.services.ses.tell('gus@example.com', { answer: 'throttled' });
    const { id } = await ask({ to: { userId: 'ada', email: 'gus@example.com' }, idempotencyKey: 'gus-1' });
    expect(await became(id)).toMatchObject({ status: 'queued' });
    expect(await traced(id)).toMatchObject({
      kind: 'sendId',
      user: { userId: 'ada' },
      effects: [{ id, kind: 'message', message: 'password', source: 'local-server', send: null }],
    });
    laptop.perennial.cloud.services.ses.tell('gus@example.com', {});
    await later(10 * MINUTE);
    expect(await became(id)).toMatchObject({ status: 'accepted' });
  });

  it('minds no marketing consent, and no caps: it is what she asked for', async () => {
    await laptop.post('/v1/track', { userId: 'ada', event: 'Consent Withdrawn', properties: { channel: 'email' } });
    await ask({ to: { userId: 'ada' }, data: {}, idempotencyKey: 'ada-2' });
    expect(got('ada@example.com').filter(({ subject }) => subject.startsWith('password'))).toHaveLength(2);
  });

  it('takes a published transactional template and a server’s key', async () => {
    const to = { userId: 'ada' };
    const asked = [
      await ask({ template: 'invoice', to, idempotencyKey: 'x-1' }),
      await ask({ template: 'news', to, idempotencyKey: 'x-2' }),
      await ask({ to, idempotencyKey: 'x-3' }, laptop.perennial.writeKey),
    ];
    expect(asked.map(({ status, code }) => [status, code])).toEqual([
      [404, 'unknown_template'],
      [422, 'marketing_template'],
      [403, 'server_only'],
    ]);
  });

  it('is understood by a worker that looked at what is published a moment before its template was', async () => {
    await later(11 * SECOND);
    await laptop.post('/v1/identify', { userId: 'fay', traits: { email: 'fay@example.com' } });
    expect(got('fay@example.com')).toHaveLength(1);
    await publisher.definitions([template('fresh', 'Hello')]);
    const { id, status } = await ask({ template: 'fresh', to: { userId: 'ada' }, idempotencyKey: 'fresh-1' });
    expect(status).toBe(202);
    expect(await became(id)).toMatchObject({ status: 'accepted' });
  });

  it('is in no log', () => {
    const said = lines.join('\n');
    for (const text of ['@example.com', 'shop.example/reset', 'ada-1']) expect(said).not.toContain(text);
  });
});
