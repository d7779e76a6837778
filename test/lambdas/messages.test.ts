import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import type { EmailRenderer } from '../../domain/delivery/email/render.ts';
import type { TimelineEntry } from '../../domain/delivery/hand-off.ts';
import { decodeSendRequest } from '../../domain/delivery/send-request.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { AskedMessage } from '../../lambdas/adapters/asked-messages.ts';
import type { Claim } from '../../lambdas/adapters/send-ledger-reader.ts';
import { type MessagesDependencies, messages } from '../../lambdas/delivery/messages.handler.ts';
import { START } from '../support/people.ts';
import { FakeQueue, fakeLog, publishedJourneys } from './fakes.ts';
import { basic, httpEvent } from './ingest-request.ts';

const SOURCES: Readonly<Record<string, Source>> = {
  sk: openSource('shop', 'server'),
  other: openSource('other', 'server'),
  wk: openSource('web', 'client'),
  elsewhere: { ...openSource('elsewhere', 'server'), origins: ['https://shop.example'] },
};
const CLASSES = new Map([
  ['receipt', 'transactional'],
  ['news', 'marketing'],
]);

/** The door over stores in memory. */
function door() {
  const kept = new Map<string, AskedMessage>();
  const claims = new Map<string, Claim>();
  const lines: TimelineEntry[] = [];
  const email = new FakeQueue();
  const log = fakeLog();
  const state = { timelineIsDown: false, waits: undefined as number | undefined };
  const dependencies: MessagesDependencies = {
    sources: { find: async (key) => SOURCES[key] },
    meter: { waitFor: async () => state.waits },
    templates: {
      email: async (key) => {
        const of = CLASSES.get(key);
        return of === undefined ? undefined : ({ template: { class: of } } as unknown as EmailRenderer);
      },
    },
    asked: {
      async keep(asked) {
        if (!kept.has(asked.sendId)) kept.set(asked.sendId, asked);
        return kept.get(asked.sendId) as AskedMessage;
      },
      find: async (id) => kept.get(id),
    },
    sends: { find: async (id) => claims.get(id) },
    timeline: {
      async write(entries) {
        if (state.timelineIsDown) throw new Error('down');
        lines.push(...entries);
        return [];
      },
    },
    ...{ email, log, live: new FakeQueue(), journeys: publishedJourneys() },
  };
  async function ask(body: unknown, { key = 'sk', headers = {}, at = START }: Asking = {}) {
    const authorization: Record<string, string> = key === '' ? {} : { authorization: basic(`${key}:`) };
    const event = httpEvent({ path: '/v1/messages', headers: { ...authorization, ...headers }, body, at });
    return answerOf(await messages(dependencies, event));
  }
  async function look(id: string, key = 'sk', method = 'GET') {
    const event = httpEvent({ method, path: `/v1/messages/${id}`, headers: { authorization: basic(`${key}:`) } });
    return answerOf(await messages(dependencies, { ...event, pathParameters: { id } }));
  }
  const requests = () => email.messages.map(({ body }) => decodeSendRequest(body));
  return { ask, look, requests, lines, claims, email, log, state, dependencies };
}

interface Asking {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: number;
}

const answerOf = ({ statusCode, headers, body }: Awaited<ReturnType<typeof messages>>) => ({
  status: statusCode,
  headers,
  json: JSON.parse(body ?? '') as { id: string; code?: string; message?: string } & JsonObject,
});

const RECEIPT = {
  template: 'receipt',
  to: { userId: 'ada' },
  data: { order: 17, lines: [{ name: 'Tea' }] },
  idempotencyKey: 'order-17',
};

describe('POST /v1/messages', () => {
  it('queues the message as transactional, with what the template reads, and has a line in her timeline', async () => {
    const { ask, requests, lines } = door();
    const { status, json } = await ask({ ...RECEIPT, locale: 'de-AT' });
    expect({ status, json }).toEqual({ status: 202, json: { id: expect.stringMatching(/^msg_[\w-]{22}$/) } });
    expect(requests()).toEqual([
      {
        sendId: json.id,
        user: 'k#ada',
        message: 'receipt',
        class: 'transactional',
        decidedAt: START,
        notAfter: START + DAY,
        asked: { source: 'shop', data: RECEIPT.data, locale: 'de-AT' },
      },
    ]);
    expect(lines).toMatchObject([{ user: 'k#ada', kind: 'message', entry: expect.stringContaining(`#${json.id}`) }]);
    expect(JSON.parse(lines[0]?.data ?? '')).toMatchObject({
      message: 'receipt',
      source: 'shop',
      class: 'transactional',
    });
    expect(JSON.stringify(lines)).not.toContain('Tea');
  });

  it('writes to an address of nobody’s under a key of its own', async () => {
    const { ask, requests } = door();
    const { json } = await ask({ ...RECEIPT, to: { email: ' Ada@Example.com ' } });
    expect(requests()).toMatchObject([{ user: `a#${json.id}`, asked: { to: 'ada@example.com' } }]);
  });

  it('takes the key from the header, plain or in quotes', async () => {
    const { ask } = door();
    const { idempotencyKey, ...body } = RECEIPT;
    const ids = [
      await ask(RECEIPT),
      await ask(body, { headers: { 'idempotency-key': idempotencyKey } }),
      await ask(RECEIPT, { headers: { 'idempotency-key': `"${idempotencyKey}"` } }),
    ].map(({ json }) => json.id);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('the same key again', () => {
  it('is the same message, as old as it was, whatever the order of its members', async () => {
    const { ask, requests } = door();
    const first = await ask({ ...RECEIPT, data: { a: 1, b: { c: 2, d: 3 } } });
    const same = await ask({ ...RECEIPT, data: { b: { d: 3, c: 2 }, a: 1 } }, { at: START + 3_600_000 });
    expect(same).toMatchObject({ status: 202, json: { id: first.json.id } });
    const [one, other] = requests();
    // Two copies on the queue, of which one is sent: the claim is given once.
    expect(other).toEqual(one && { ...one, asked: other?.asked });
    expect(requests()).toHaveLength(2);
  });

  it.each([
    ['another template', { template: 'receipt', data: { order: 18 } }],
    ['another recipient', { to: { userId: 'bea' } }],
    ['another address', { to: { userId: 'ada', email: 'ada@example.com' } }],
    ['another language', { locale: 'de' }],
  ])('is refused for %s', async (_what, other) => {
    const { ask, requests } = door();
    await ask(RECEIPT);
    expect(await ask({ ...RECEIPT, ...other })).toMatchObject({
      status: 409,
      json: { code: 'idempotency_key_reused' },
    });
    expect(requests()).toHaveLength(1);
  });

  it('is another message of another source', async () => {
    const { ask } = door();
    const [one, other] = [await ask(RECEIPT), await ask({ ...RECEIPT, data: {} }, { key: 'other' })];
    expect(other.status).toBe(202);
    expect(other.json.id).not.toBe(one.json.id);
  });

  it('queues it when the queue did not take it the first time', async () => {
    const { ask, requests, email, log } = door();
    email.fails = true;
    expect(await ask(RECEIPT)).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
      headers: { 'retry-after': '1' },
    });
    expect(log.codes).toContain('queue-refused');
    email.fails = false;
    email.refuses = () => true;
    expect((await ask(RECEIPT)).status).toBe(503);
    email.refuses = () => false;
    expect((await ask(RECEIPT)).status).toBe(202);
    expect(requests()).toHaveLength(1);
  });
});

const deep = (levels: number): JsonObject => (levels === 0 ? {} : { in: deep(levels - 1) });

describe('nonsense', () => {
  it.each<[string, unknown, number, string]>([
    ['no body', undefined, 400, 'invalid_json'],
    ['no JSON', '{', 400, 'invalid_json'],
    ['a list', [RECEIPT], 400, 'invalid_request'],
    ['a text', '"receipt"', 400, 'invalid_request'],
    ['a member that nobody reads', { ...RECEIPT, subject: 'Hello' }, 400, 'unknown_member'],
    ['no template', { ...RECEIPT, template: undefined }, 400, 'invalid_template'],
    ['a template that is no key', { ...RECEIPT, template: '../receipt' }, 400, 'invalid_template'],
    ['an unknown template', { ...RECEIPT, template: 'invoice' }, 404, 'unknown_template'],
    ['a name every object has', { ...RECEIPT, template: 'constructor' }, 404, 'unknown_template'],
    ['a marketing template', { ...RECEIPT, template: 'news' }, 422, 'marketing_template'],
    ['nobody', { ...RECEIPT, to: undefined }, 400, 'invalid_recipient'],
    ['an empty recipient', { ...RECEIPT, to: {} }, 400, 'invalid_recipient'],
    ['several', { ...RECEIPT, to: [{ userId: 'ada' }] }, 400, 'invalid_recipient'],
    ['an address alone', { ...RECEIPT, to: 'ada@example.com' }, 400, 'invalid_recipient'],
    ['a recipient’s name', { ...RECEIPT, to: { userId: 'ada', name: 'Ada' } }, 400, 'unknown_member'],
    ['an id that is everybody’s', { ...RECEIPT, to: { userId: 'null' } }, 400, 'shared_id'],
    ['an id that is an object', { ...RECEIPT, to: { userId: {} } }, 400, 'invalid_id'],
    ['an id that is too long', { ...RECEIPT, to: { userId: 'a'.repeat(257) } }, 400, 'invalid_id'],
    ['no address', { ...RECEIPT, to: { email: 'ada' } }, 400, 'invalid_email'],
    ['two addresses', { ...RECEIPT, to: { email: 'a@b.example, c@d.example' } }, 400, 'invalid_email'],
    [
      'an address with a header',
      { ...RECEIPT, to: { email: 'a@b.example\r\nBcc: c@d.example' } },
      400,
      'invalid_email',
    ],
    ['an address that is null', { ...RECEIPT, to: { userId: 'ada', email: null } }, 400, 'invalid_email'],
    ['data that is a list', { ...RECEIPT, data: [1] }, 400, 'invalid_data'],
    ['data that is too deep', { ...RECEIPT, data: deep(40) }, 400, 'too_deep'],
    [
      'data that is too deep to walk',
      JSON.stringify(RECEIPT).replace('17', '['.repeat(9_000) + ']'.repeat(9_000)),
      400,
      'too_deep',
    ],
    ['data that is too large', { ...RECEIPT, data: { text: 'ä'.repeat(32_769) } }, 413, 'data_too_large'],
    ['a body that is too large', { ...RECEIPT, data: { text: 'a'.repeat(600_000) } }, 413, 'payload_too_large'],
    ['a language that is none', { ...RECEIPT, locale: 'German' }, 400, 'invalid_locale'],
    ['no idempotency key', { ...RECEIPT, idempotencyKey: undefined }, 400, 'no_idempotency_key'],
    ['an empty one', { ...RECEIPT, idempotencyKey: '' }, 400, 'no_idempotency_key'],
    ['a number as one', { ...RECEIPT, idempotencyKey: 17 }, 400, 'invalid_idempotency_key'],
    ['one that is too long', { ...RECEIPT, idempotencyKey: 'k'.repeat(201) }, 400, 'invalid_idempotency_key'],
    ['one with a line break', { ...RECEIPT, idempotencyKey: 'a\nb' }, 400, 'invalid_idempotency_key'],
  ])('%s', async (_what, body, status, code) => {
    const { ask, requests, lines } = door();
    const answer = await ask(body);
    expect(answer).toMatchObject({ status, json: { success: false, code, message: expect.any(String) } });
    expect([requests(), lines]).toEqual([[], []]);
  });

  it('of two keys that differ', async () => {
    const { ask } = door();
    const answer = await ask(RECEIPT, { headers: { 'idempotency-key': 'order-18' } });
    expect(answer).toMatchObject({ status: 400, json: { code: 'two_idempotency_keys' } });
  });

  it('in texts becomes what queues can hold', async () => {
    const { ask, requests } = door();
    await ask({ ...RECEIPT, data: { 'a\ud800': 'b\0' } });
    expect(requests()[0]?.asked?.data).toEqual({ 'a\ufffd': 'b\ufffd' });
  });
});

describe('whoever may not', () => {
  it.each<[string, Asking, number, string]>([
    ['has no key', { key: '' }, 401, 'no_write_key'],
    ['has a key of nobody', { key: 'none' }, 401, 'unknown_write_key'],
    ['has an app’s key', { key: 'wk' }, 403, 'server_only'],
    [
      'comes from a web site it is not for',
      { key: 'elsewhere', headers: { origin: 'https://evil.example' } },
      403,
      'origin_not_allowed',
    ],
  ])('%s', async (_who, asking, status, code) => {
    const { ask, requests } = door();
    expect(await ask(RECEIPT, asking)).toMatchObject({ status, json: { code } });
    expect(requests()).toEqual([]);
  });

  it('waits when its source has sent more than it may', async () => {
    const { ask, state, requests } = door();
    state.waits = 7;
    expect(await ask(RECEIPT)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(requests()).toEqual([]);
  });
});

describe('what is down', () => {
  it.each(['sources', 'templates', 'asked'] as const)('%s: try again', async (name) => {
    const { dependencies } = door();
    const fails = async () => Promise.reject(new Error('down'));
    const broken = { ...dependencies, [name]: { find: fails, email: fails, keep: fails } };
    const event = httpEvent({ path: '/v1/messages', headers: { authorization: basic('sk:') }, body: RECEIPT });
    expect(await messages(broken, event)).toMatchObject({ statusCode: 503 });
  });

  it('is no timeline to keep a password from her', async () => {
    const { ask, state, requests, log } = door();
    state.timelineIsDown = true;
    expect((await ask(RECEIPT)).status).toBe(202);
    expect(requests()).toHaveLength(1);
    expect(log.codes).toEqual(['timeline-refused']);
  });
});

describe('GET /v1/messages/{id}', () => {
  it('says what became of it, to whoever asked for it', async () => {
    const { ask, look, claims } = door();
    const { id } = (await ask(RECEIPT)).json;
    const head = { id, template: 'receipt', askedAt: new Date(START).toISOString() };
    expect(await look(id)).toMatchObject({
      status: 200,
      json: { ...head, status: 'queued', reason: null, receipt: null },
    });
    const claim: Claim = {
      sendId: id,
      user: 'k#ada',
      message: 'receipt',
      status: 'claimed',
      decidedAt: START,
      claimedAt: START,
    };
    claims.set(id, claim);
    expect((await look(id)).json).toMatchObject({ status: 'sending' });
    claims.set(id, { ...claim, status: 'withheld', reason: 'bounced' });
    expect((await look(id)).json).toMatchObject({ status: 'withheld', reason: 'bounced' });
    claims.set(id, { ...claim, status: 'accepted', providerId: 'p', receipt: { received: 'delivered', at: START } });
    const receipt = { outcome: 'delivered', at: new Date(START).toISOString() };
    expect((await look(id)).json).toEqual({ ...head, status: 'accepted', reason: null, receipt });
  });

  it('knows nobody else’s, no id that is none, and nothing to change', async () => {
    const { ask, look } = door();
    const { id } = (await ask(RECEIPT)).json;
    expect(await look(id, 'other')).toMatchObject({ status: 404, json: { code: 'unknown_message' } });
    expect(await look('lineage_1_0')).toMatchObject({ status: 404, json: { code: 'unknown_message' } });
    expect(await look(id, 'sk', 'PUT')).toMatchObject({ status: 404, json: { code: 'unknown_route' } });
  });
});
