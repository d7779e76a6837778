import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineOf } from '../../domain/delivery/receipts/machine.ts';
import { understandOwnLook } from '../../domain/delivery/receipts/own-look.ts';
import type { LookedAt } from '../../domain/delivery/receipts/receipt.ts';
import { packLook } from '../../domain/delivery/tracking/look-link.ts';
import { sealedTokens, type TokenPurpose } from '../../lambdas/delivery/sealed-tokens.ts';
import { trackedEmail } from '../../lambdas/delivery/tracked-email.ts';
import { tracking } from '../../lambdas/delivery/tracking.handler.ts';
import { identify, Person, START } from '../support/people.ts';
import { FakeQueue, fakeLog } from './fakes.ts';
import { httpEvent } from './ingest-request.ts';

const tokens = sealedTokens(new Uint8Array(32).fill(7));
const LOOK = { sendId: 'lineage_7_1', message: 'welcome', sentAt: START - 60_000 };
const URL_SENT = 'https://shop.example/new?a=1#b';
const LINK = tokens.seal('click', packLook({ ...LOOK, to: { url: URL_SENT, n: 2 } }));
const PICTURE = tokens.seal('open', packLook(LOOK));
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

function door() {
  const receipts = new FakeQueue();
  const log = fakeLog();
  const dependencies = { opener: async () => tokens, receipts, log };
  const follow = (path: string, { method = 'GET', agent = FIREFOX } = {}) => {
    const token = path.slice(3);
    const event = httpEvent({ method, path, headers: { 'user-agent': agent } });
    return tracking(dependencies, { ...event, pathParameters: { token } });
  };
  const seen = () => receipts.messages.map(({ body }) => understandOwnLook(JSON.parse(body)));
  return { follow, seen, receipts, log, dependencies };
}

describe('a link of a message', () => {
  it('is ours where the template names its host, and stays where a person could have written it', async () => {
    const track = trackedEmail({
      ...{ tracking: async () => undefined, tokens: async () => tokens },
      ...{ host: async () => 'https://l.shop.example', now: () => START },
    });
    const { profile } = new Person().receives(identify({ site: 'https://evil.example/' }, START));
    if (profile === undefined) throw new Error('Nobody is there');
    const texts = { subject: '', preheader: '', text: '' };
    const html = '<a href="https://shop.example/"></a><a href="{{ person.traits.site }}"></a>';
    const template = { form: 1, class: 'marketing', locales: { en: { ...texts, html } } } as const;
    const printed = html.replace('{{ person.traits.site }}', 'https://evil.example/');
    const tracked = await track({ sendId: 's', message: 'm', isOfJourney: false }, profile, printed, {
      template,
      brand: undefined,
    });
    expect(tracked).toMatch(
      /^<a href="https:\/\/l\.shop\.example\/l\/[\w-]+"><\/a><a href="https:\/\/evil\.example\/"><\/a>$/,
    );
  });

  it('leads on to what stood there, and is counted', async () => {
    const { follow, seen } = door();
    expect(await follow(`/l/${LINK}`)).toEqual({
      statusCode: 302,
      headers: {
        ...{ location: URL_SENT, 'cache-control': 'no-store' },
        ...{ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' },
      },
      body: '',
    });
    const receipt = { kind: 'clicked', ...LOOK, at: START, userAgent: FIREFOX, link: URL_SENT };
    expect(seen()).toEqual([{ outcome: 'receipt', receipt }]);
  });

  it('is not counted by who only asks whether it is there', async () => {
    const { follow, seen } = door();
    expect(await follow(`/l/${LINK}`, { method: 'HEAD' })).toMatchObject({ statusCode: 302 });
    expect(seen()).toEqual([]);
  });

  it.each([
    ['a robot', 60_000, 'Googlebot/2.1 (+http://www.google.com/bot.html)', 'scanner'],
    ['who follows it before it can have arrived', 1_000, FIREFOX, 'too-soon'],
    ['a person', 60_000, FIREFOX, undefined],
  ])('tells %s', async (_who, after, agent, machine) => {
    const { follow, seen } = door();
    const soon = tokens.seal('click', packLook({ ...LOOK, sentAt: START - after, to: { url: URL_SENT, n: 1 } }));
    await follow(`/l/${soon}`, { agent });
    const [told] = seen();
    const receipt = (told?.outcome === 'receipt' ? told.receipt : undefined) as LookedAt;
    expect(machineOf(receipt, receipt.at - receipt.sentAt)).toBe(machine);
  });

  it('keeps nothing of where she looked from', async () => {
    const { follow, receipts } = door();
    await follow(`/l/${LINK}`);
    expect(Object.keys(JSON.parse(receipts.messages[0]?.body ?? '')).sort()).toEqual([
      ...['at', 'kind', 'look', 'message', 'sendId', 'sentAt', 'to', 'userAgent'],
    ]);
  });

  it.each(['fails', 'refuses'] as const)('leads on when the queue %s', async (how) => {
    const { follow, receipts, log } = door();
    if (how === 'fails') receipts.fails = true;
    else receipts.refuses = () => true;
    expect(await follow(`/l/${LINK}`)).toMatchObject({ statusCode: 302 });
    expect(log.codes).toEqual(['look-uncounted']);
  });

  it('asks to try again when nobody can read it', async () => {
    const { dependencies, log } = door();
    const broken = { ...dependencies, opener: async () => Promise.reject(new Error('down')) };
    const event = { ...httpEvent({ method: 'GET', path: `/l/${LINK}` }), pathParameters: { token: LINK } };
    const { statusCode, headers } = await tracking(broken, event);
    expect([statusCode, headers?.location, log.codes]).toEqual([503, undefined, ['tracking-failed']]);
  });
});

describe('no token but ours', () => {
  async function leadsNowhere(path: string, method = 'GET') {
    const { follow, seen } = door();
    const { statusCode, headers, body } = await follow(path, { method });
    expect([statusCode, headers?.location, seen()]).toEqual([404, undefined, []]);
    expect(body).toContain('This link does not work');
  }

  it('leads anywhere, changed in any bit', async () => {
    const bits = fc.integer({ min: 0, max: LINK.length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const bytes = Buffer.from(LINK);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await leadsNowhere(`/l/${bytes.toString('latin1')}`);
      }),
      { numRuns: 300 },
    );
  });

  it('leads anywhere, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), (text) => leadsNowhere(`/l/${text}`)),
      { numRuns: 200 },
    );
    for (const text of ['', 'https://evil.example', `${LINK}A`, LINK.slice(0, -1), `A${'A'.repeat(5_000)}`])
      await leadsNowhere(`/l/${text}`);
  });

  it.each<[string, TokenPurpose, object]>([
    ['of another purpose', 'preferences', packLook({ ...LOOK, to: { url: URL_SENT, n: 1 } })],
    ['of a picture', 'open', packLook(LOOK)],
    ['without where to', 'click', packLook(LOOK)],
    ['to a script', 'click', packLook({ ...LOOK, to: { url: 'javascript:alert(1)', n: 1 } })],
    ['to no address', 'click', packLook({ ...LOOK, to: { url: 'https://', n: 1 } })],
    ['of no message', 'click', { t: URL_SENT, n: 1 }],
    ['of a list', 'click', [URL_SENT]],
  ])('leads anywhere: %s', async (_what, purpose, content) => {
    await leadsNowhere(`/l/${tokens.seal(purpose, content)}`);
  });

  it('leads anywhere by another method', () => leadsNowhere(`/l/${LINK}`, 'POST'));

  it('puts another line into a header', async () => {
    const { follow } = door();
    const odd = tokens.seal(
      'click',
      packLook({ ...LOOK, to: { url: 'https://shop.example/\r\nset-cookie: a=b\u00e4', n: 1 } }),
    );
    const { headers } = await follow(`/l/${odd}`);
    expect(headers?.location).toMatch(/^https:\/\/shop\.example\/[!-~]*$/);
  });
});

describe('the picture of a message', () => {
  it('is one dot, which nobody keeps', async () => {
    const { follow, seen } = door();
    const { statusCode, headers, body, isBase64Encoded } = await follow(`/o/${PICTURE}`);
    expect({ statusCode, isBase64Encoded }).toEqual({ statusCode: 200, isBase64Encoded: true });
    expect(headers).toMatchObject({ 'content-type': 'image/gif', 'cache-control': 'no-store' });
    const gif = Buffer.from(body ?? '', 'base64');
    expect([gif.length, gif.subarray(0, 6).toString()]).toEqual([43, 'GIF89a']);
    expect(seen()).toEqual([
      { outcome: 'receipt', receipt: { kind: 'opened', ...LOOK, at: START, userAgent: FIREFOX } },
    ]);
  });

  it('is none by a link’s token', async () => {
    const { follow, seen } = door();
    expect(await follow(`/o/${LINK}`)).toMatchObject({ statusCode: 404 });
    expect(seen()).toEqual([]);
  });
});
