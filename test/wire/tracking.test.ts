import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';
import { Refusals } from '../support/refusals.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const HTML =
  '<p><a href="https://shop.example/new?a=1&amp;b=2#top">New</a> <a href="https://friend.example/">A friend</a> ' +
  '<a href="https://shop.example/plain" data-track="no">Plain</a> <a href="mailto:hello@shop.example">Write</a> ' +
  '<a href="{{ unsubscribe_url }}">Leave</a></p>';

const refusals = new Refusals();
let laptop: Laptop;
let publisher: Publisher;

beforeAll(async () => {
  laptop = await Laptop.start({ interceptors: [refusals.interceptor] });
  publisher = new Publisher(laptop);
  const value = { channel: 'email', address: 'news@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  const footer = { en: { address: 'Shop Ltd', unsubscribe: 'Unsubscribe' } };
  const senders = { marketing: { sender: 'news' } };
  const template = (key: string, more: object = {}) => ({
    type: 'template' as const,
    key,
    body: { name: key, channel: 'email', ...more, locales: { en: { subject: key, html: HTML } } },
  });
  await publisher.definitions([
    { type: 'brand', key: 'default', body: { name: 'Shop', website: 'https://www.shop.example', senders, footer } },
    template('welcome'),
    template('receipt', { class: 'transactional' }),
  ]);
  await later(MINUTE);
}, 60_000);
afterAll(() => laptop.stop());

const later = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);
const settings = async (tracking: object) => {
  await publisher.definitions([{ type: 'settings', key: 'default', body: { tracking } }]);
  await later(MINUTE);
};

/** What somebody gets who signs up: its links and pictures, as her mail program reads them. */
async function welcome(userId: string) {
  await laptop.post('/v1/identify', { userId, traits: { email: `${userId}@shop.example` } });
  return received(userId);
}
function received(userId: string) {
  const [message] = laptop.perennial.outbox(userId);
  const read = (pattern: RegExp) =>
    [...(message?.html ?? '').matchAll(pattern)].map(([, url = '']) => url.replaceAll('&amp;', '&'));
  const { sendId = '' } = message?.tags ?? {};
  return { sendId, links: read(/<a href="([^"]*)"/g), pictures: read(/<img src="([^"]*)"/g), text: message?.text };
}

async function follow(url = '', method = 'GET', agent = FIREFOX) {
  const answer = await fetch(url, { method, redirect: 'manual', headers: { 'user-agent': agent } });
  await answer.arrayBuffer();
  await laptop.perennial.settle();
  return { status: answer.status, location: answer.headers.get('location'), headers: answer.headers };
}

/** What the lake has of looks at a message. */
function looks(sendId: string): Record<string, unknown>[] {
  const { resources, services } = laptop.perennial.cloud;
  const bucket = resources.find(({ type, logicalId }) => type === 'AWS::S3::Bucket' && /^Lake/.test(logicalId));
  return [...services.objects.list(bucket?.ref ?? '', 'receipts/')]
    .flatMap(({ body }) => gunzipSync(body).toString().trim().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.sendId === sendId && line.kind !== 'delivered');
}
function counts(): Record<string, unknown>[] {
  const { resources, services } = laptop.perennial.cloud;
  const ledger = resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::GlobalTable' && /^Ledger/.test(logicalId),
  );
  return [...services.dynamodb.scan(ledger?.ref ?? '')].filter(({ kind }) => kind?.S === 'receipt-counts');
}

const UTM = 'utm_source=perennial&utm_medium=email&utm_campaign=welcome';

describe('links of a message', () => {
  it('are ours where they lead on: by them it is seen that somebody followed them, and by whom or what', async () => {
    const { sendId, links, pictures, text } = await welcome('ada');
    const ours = /^http.*\/l\/A[\w-]+$/;
    expect(links).toEqual([
      expect.stringMatching(ours),
      expect.stringMatching(ours),
      'https://shop.example/plain',
      'mailto:hello@shop.example',
      expect.stringContaining('/u/'),
    ]);
    expect(pictures).toEqual([]);
    expect(text).toContain('https://shop.example/new?a=1&b=2#top');

    const before = await laptop.profile('ada');
    expect(await follow(links[0], 'GET', 'Barracuda Link Check')).toMatchObject({ status: 302 });
    await later(HOUR);
    expect((await follow(links[0], 'HEAD')).status).toBe(302);
    const { status, location, headers } = await follow(links[0]);
    expect({ status, location }).toEqual({ status: 302, location: `https://shop.example/new?a=1&b=2&${UTM}#top` });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect((await follow(links[1])).location).toBe('https://friend.example/');
    await later(5 * MINUTE);
    expect(looks(sendId)).toMatchObject([
      { kind: 'clicked', message: 'welcome', machine: 'scanner', event: { to: { n: 1 } } },
      {
        kind: 'clicked',
        event: { userAgent: FIREFOX, to: { n: 1, url: `https://shop.example/new?a=1&b=2&${UTM}#top` } },
      },
      { kind: 'clicked', event: { to: { n: 2, url: 'https://friend.example/' } } },
    ]);
    expect(looks(sendId).map(({ machine }) => machine)).toEqual(['scanner', undefined, undefined]);
    // A look changes nothing of her.
    expect({ ...(await laptop.profile('ada')), asOf: before.asOf }).toEqual(before);
    expect(counts()).toMatchObject([{ 'clicked-by-machine': { N: '1' }, clicked: { N: '2' } }]);
    const shown = async (query: string) =>
      (await (await laptop.admin(`/api/delivery/counts?${query}`)).json()) as object;
    const expected = {
      day: '2026-03-02',
      message: 'welcome',
      counts: { delivered: 1, clicked: 2, 'clicked-by-machine': 1 },
    };
    expect(await shown('from=2026-03-01&to=2026-03-02')).toEqual({ counts: [expected] });
    expect(await shown('from=2026-03-02&to=2026-03-02&message=welcome')).toEqual({ counts: [expected] });
    for (const nothing of [
      'from=2026-03-03&to=2026-03-09',
      'from=2026-03-02&to=2026-03-01',
      'from=2026-03-02&to=2026-03-02&message=x',
    ])
      expect(await shown(nothing)).toEqual({ counts: [] });
  });

  it('lead on when nothing can be counted, and nowhere when they were made by somebody else', async () => {
    const { sendId, links } = await welcome('bea');
    await refusals.during({ service: 'sqs' }, async () => {
      expect(await follow(links[0])).toMatchObject({ status: 302 });
    });
    await later(5 * MINUTE);
    expect(looks(sendId)).toEqual([]);
    const host = new URL(links[0] ?? '').origin;
    for (const token of ['https%3A%2F%2Fevil.example', 'A', `${links[0]?.split('/l/')[1]}x`, '%00'])
      expect(await follow(`${host}/l/${token}`)).toMatchObject({ status: 404, location: null });
  });

  it('stay as they were written in what she asked for', async () => {
    await laptop.post('/v1/identify', { userId: 'cleo', traits: { email: 'cleo@shop.example' } });
    const answer = await fetch(`${laptop.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
      body: JSON.stringify({ template: 'receipt', to: { userId: 'cleo' }, idempotencyKey: 'cleo-1' }),
    });
    expect(answer.status).toBe(202);
    await laptop.perennial.settle();
    expect(received('cleo').links[0]).toBe('https://shop.example/new?a=1&b=2#top');
  });
});

describe('what a project measures', () => {
  const asWritten = 'https://shop.example/new?a=1&b=2#top';

  it('is asked of each where it says so', async () => {
    await settings({ consent: 'required', opens: true });
    const { links, pictures } = await welcome('dora');
    expect([links[0], pictures]).toEqual([asWritten, []]);

    const yes = { userId: 'emil', event: 'Consent Granted', properties: { channel: 'tracking' } };
    await laptop.post('/v1/track', yes, { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` });
    const emil = await welcome('emil');
    expect(emil.links[0]).toContain('/l/');
    const answer = await follow(emil.pictures[0]);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
    await later(5 * MINUTE);
    expect(looks(emil.sendId)).toMatchObject([{ kind: 'opened', machine: 'too-soon' }]);
  });

  it('is nothing of who refuses, and no more than it says', async () => {
    await settings({ opens: true });
    const no = { userId: 'fay', event: 'Consent Withdrawn', properties: { channel: 'tracking' } };
    await laptop.post('/v1/track', no);
    const fay = await welcome('fay');
    expect([fay.links[0], fay.pictures]).toEqual([asWritten, []]);

    await settings({ clicks: false, utm: { source: 'shop', campaign: 'spring' } });
    const { links } = await welcome('gus');
    expect(links[0]).toBe('https://shop.example/new?a=1&b=2&utm_source=shop&utm_medium=email&utm_campaign=spring#top');
    expect(links[1]).toBe('https://friend.example/');
  });
});
