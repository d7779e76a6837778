import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';
import { Refusals } from '../support/refusals.ts';

const refusals = new Refusals();
let laptop: Laptop;

beforeAll(async () => {
  laptop = await Laptop.start({ interceptors: [refusals.interceptor] });
  const publisher = new Publisher(laptop);
  const value = { channel: 'email', address: 'news@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  await publisher.definitions([
    { type: 'topic', key: 'news', body: { name: 'News', description: 'Once a month', channels: ['email'] } },
    { type: 'topic', key: 'inner', body: { name: 'Inner <circle>', channels: ['email'], doubleOptIn: true } },
    { type: 'topic', key: 'club', body: { name: 'Club', channels: ['email'], consent: { email: 'required' } } },
    {
      type: 'template',
      key: 'welcome',
      body: {
        ...{ name: 'Welcome', channel: 'email', topic: 'news', sender: 'news' },
        locales: { en: { subject: 'Welcome', html: '<p>Hello</p><a href="{{ unsubscribe_url }}">Unsubscribe</a>' } },
      },
    },
  ]);
  await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
}, 60_000);
afterAll(() => laptop.stop());

const signsUp = async (userId: string, email = `${userId}@shop.example`) => {
  await laptop.post('/v1/identify', { userId, traits: { email }, messageId: `hello-${userId}` });
  return laptop.perennial.outbox(userId)[0];
};
/** Her link, as mail programs find it. */
const linkOf = async (userId: string, email?: string): Promise<string> => {
  const message = await signsUp(userId, email);
  expect(message?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
  const [, url = ''] = /^<(.*)>$/.exec(message?.headers['List-Unsubscribe'] ?? '') ?? [];
  expect(message?.html).toContain(`href="${url}"`);
  return url;
};
const post = async (url: string, body: string | FormData) => {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    ...(typeof body === 'string' && { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  });
  const html = await answer.text();
  await laptop.perennial.settle();
  return { status: answer.status, html };
};
const consentOf = async (userId: string) => (await laptop.profile(userId)).consent;
const ticked = (html: string) =>
  [...html.matchAll(/name="topic" value="([^"]+)"[^>]* checked/g)].map(([, topic]) => topic);

describe('a link to unsubscribe', () => {
  it('changes nothing when somebody, or something, only looks', async () => {
    const url = await linkOf('ada');
    const before = await laptop.profile('ada');
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await fetch(url, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' },
      });
      const html = await answer.text();
      expect(html).not.toContain('ada@shop.example');
      expect(method === 'HEAD' ? ['news'] : ticked(html)).toEqual(['news']);
    }
    await laptop.perennial.settle();
    expect(await laptop.profile('ada')).toEqual(before);
  });

  it('unsubscribes by one request of a mail program, of either form', async () => {
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    for (const [userId, body] of [
      ['bea', 'List-Unsubscribe=One-Click'],
      ['ben', multipart],
    ] as const) {
      const url = await linkOf(userId);
      // Mail programs may say it twice.
      for (let i = 0; i < 2; i++) expect((await post(url, body)).status).toBe(200);
      expect(await consentOf(userId)).toMatchObject({ 'email/news': { granted: false, source: 'one-click' } });
      expect(ticked(await (await fetch(url)).text())).toEqual([]);
    }
  });

  it('lets her choose, leave everything, and come back to what she had', async () => {
    const url = await linkOf('cleo');
    const chosen = await post(url, 'wish=choose&shown=news&shown=club&topic=club');
    expect([ticked(chosen.html), chosen.html.includes('Saved. You get: Club.')]).toEqual([['club'], true]);
    expect(ticked((await post(url, 'wish=leave')).html)).toEqual([]);
    expect(await consentOf('cleo')).toMatchObject({ email: { granted: false } });
    expect(ticked((await post(url, 'wish=return')).html)).toEqual(['club']);
    expect(ticked(await (await fetch(url)).text())).toEqual(['club']);
    expect(await consentOf('cleo')).toMatchObject({
      'email/club': { granted: true, source: 'preference-page', wording: 'preference-page-1' },
      'email/news': { granted: false },
    });
  });

  it('takes what she left as it was for no answer', async () => {
    const url = await linkOf('dan');
    await post(url, 'wish=choose&shown=news&shown=club&topic=news');
    expect(await consentOf('dan')).toEqual({});
  });

  it('keeps away what was decided and has not left, and what comes to anybody at her address', async () => {
    const url = await linkOf('eve', 'home@shop.example');
    // Each address gets the same message once a day. Then SES takes nothing for a while.
    await laptop.perennial.advanceTo(laptop.perennial.now() + 25 * HOUR);
    await refusals.during({ service: 'ses', type: 'TooManyRequestsException' }, () =>
      signsUp('eva', 'home@shop.example'),
    );
    expect(laptop.subjects('eva')).toEqual([]);
    await post(url, 'List-Unsubscribe=One-Click');
    await laptop.perennial.advanceTo(laptop.perennial.now() + 20 * MINUTE);
    expect(laptop.subjects('eva')).toEqual([]);
    expect(await (await laptop.admin('/api/trace/hello-eva')).json()).toMatchObject({
      effects: expect.arrayContaining([
        expect.objectContaining({ send: expect.objectContaining({ status: 'withheld', reason: 'consent withdrawn' }) }),
      ]),
    });
  });

  it('holds when nobody can tell her profile', async () => {
    const url = await linkOf('fay');
    const untold = await refusals.during({ service: 'sqs', type: 'ServiceUnavailable' }, () =>
      post(url, 'List-Unsubscribe=One-Click'),
    );
    expect(untold.status).toBe(200);
    expect(await consentOf('fay')).toEqual({});
    expect(ticked(await (await fetch(url)).text())).toEqual([]);
    // A yes stands in her profile only: she is told that it does not.
    const yes = await refusals.during({ service: 'sqs', type: 'ServiceUnavailable' }, () =>
      post(url, 'wish=return-topic&topic=news'),
    );
    expect(yes.status).toBe(503);
  });

  it('that is cut off or made up leads to a friendly page, which tells nothing', async () => {
    const url = await linkOf('gus');
    for (const wrong of [url.slice(0, -1), `${url}x`, `${laptop.url}/u/hello`, `${laptop.url}/u/%00`]) {
      const answer = await fetch(wrong);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('This link does not work');
      expect((await post(wrong, 'List-Unsubscribe=One-Click')).status).toBe(404);
    }
    const nothing = ['wish=leave-topic&topic=nothing', 'wish=choose&shown=nothing&topic=nothing'];
    for (const body of ['', 'wish=everything', ...nothing, 'x'.repeat(100_000)]) {
      const { status, html } = await post(url, body);
      expect([status, html.includes('Nothing was changed')]).toEqual([400, true]);
    }
    const { html } = await post(url, 'wish=return');
    expect([html.includes('Saved. You get: News.'), html.includes('subscribed again')]).toEqual([true, false]);
    expect(await consentOf('gus')).toEqual({});
  });

  it('is good for who has become somebody else', async () => {
    const url = await linkOf('old');
    await laptop.post(
      '/v1/alias',
      { userId: 'new', previousId: 'old' },
      { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
    );
    await post(url, 'wish=leave');
    expect(await consentOf('new')).toMatchObject({ email: { granted: false } });
  });
});

it('leads to the host that the stage has for links', async () => {
  const publisher = new Publisher(laptop);
  await publisher.send('PUT', '/api/catalog/bindings/host/links', { value: { url: 'https://mail.shop.example/' } });
  await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
  const url = await linkOf('hal');
  expect(url).toMatch(/^https:\/\/mail\.shop\.example\/u\/A[\w-]+$/);
  await publisher.send('POST', '/api/catalog/bindings/host/links/remove', {});
  await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
  // It is the path that counts.
  expect((await fetch(url.replace('https://mail.shop.example', laptop.url))).status).toBe(200);
});

describe('a yes that has to be confirmed', () => {
  const saysYes = async (userId: string) => {
    await signsUp(userId);
    await laptop.post(
      '/v1/track',
      { userId, event: 'Consent Granted', properties: { channel: 'email', topic: 'inner', wording: 'v1' } },
      { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
    );
    const message = laptop.perennial.outbox(userId)[0];
    expect(message).toMatchObject({ subject: 'Please confirm: Inner <circle>', headers: {} });
    const [, url = ''] = /^Confirm: (\S+)$/m.exec(message?.text ?? '') ?? [];
    return url;
  };

  it('counts when she presses the button, and not when the link is only followed', async () => {
    const url = await saysYes('ida');
    expect(url).toContain('/c/');
    const confirmed = async () => (await laptop.profile('ida')).consent['email/inner']?.source === 'confirmation-link';
    for (const method of ['GET', 'HEAD']) expect((await fetch(url, { method })).status).toBe(200);
    expect((await post(url, 'List-Unsubscribe=One-Click')).status).toBe(400);
    expect(await confirmed()).toBe(false);
    expect((await consentOf('ida'))['email/inner']).toMatchObject({ granted: true, confirmed: false });
    for (let i = 0; i < 2; i++) {
      const { status, html } = await post(url, 'wish=confirm');
      expect([status, html.includes('You are subscribed to “Inner &lt;circle&gt;”')]).toEqual([200, true]);
    }
    expect(await confirmed()).toBe(true);
    expect((await consentOf('ida'))['email/inner']).toMatchObject({ granted: true, confirmed: true, wording: 'v1' });
    expect(await (await fetch(url)).text()).toContain('You are subscribed to “Inner &lt;circle&gt;”');
    // A link for one purpose is none for another.
    expect((await fetch(url.replace('/c/', '/u/'))).status).toBe(404);
  });

  it('can be given for seven days', async () => {
    const url = await saysYes('jan');
    await laptop.perennial.advanceTo(laptop.perennial.now() + 7 * DAY + MINUTE);
    const { status, html } = await post(url, 'wish=confirm');
    expect([status, html.includes('This link is too old')]).toEqual([410, true]);
    expect((await laptop.profile('jan')).consent['email/inner']?.source).not.toBe('confirmation-link');
  });
});
