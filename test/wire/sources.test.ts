import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../domain/calendar.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => laptop.stop());

let made = 0;

/** Binds a client source with rules and returns how to post with its key. */
async function given(rules: Partial<Source>) {
  const key = `wk_${made++}`;
  await laptop.perennial.bindSource({ ...openSource(`source-${made}`, 'client'), ...rules }, key);
  const authorization = `Basic ${btoa(`${key}:`)}`;
  return (path: string, body: unknown, headers: Record<string, string> = {}) =>
    laptop.post(path, body, { authorization, ...headers });
}

describe('a signed source', () => {
  const secret = 'a secret of the project';
  const token = (userId: string) => createHmac('sha256', secret).update(userId).digest('hex');

  it('takes what is said about a known user with her token only, and about a device without', async () => {
    const post = await given({ identity: 'signed', identitySecrets: [{ secret }] });
    const event = { type: 'track', event: 'Seen', userId: 'ada' };
    const answer = await post('/v1/batch', {
      batch: [
        { ...event, messageId: 's1' },
        { ...event, messageId: 's2', context: { userToken: token('ada'), locale: 'de' } },
        { ...event, messageId: 's3', context: { userToken: token('ben') } },
        { type: 'track', event: 'Seen', anonymousId: 'device', messageId: 's4' },
      ],
    });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        rejected: [
          { index: 0, messageId: 's1', code: 'user_token_required' },
          { index: 2, messageId: 's3', code: 'user_token_invalid' },
        ],
      },
    });
    expect((await laptop.profile('ada')).counts).toEqual({ Seen: 1 });
    const kept = laptop.rawEvents().filter(({ messageId }) => messageId.startsWith('s'));
    expect(kept.map(({ messageId }) => messageId)).toEqual(['s2', 's4']);
    expect(JSON.stringify(kept)).not.toContain(token('ada'));
  });

  it('takes the token from the context of a batch', async () => {
    const post = await given({ identity: 'signed', identitySecrets: [{ secret }] });
    const batch = [{ type: 'track', event: 'Seen', userId: 'cleo' }];
    expect(await post('/v1/b', { batch, context: { userToken: token('cleo') } })).toMatchObject({
      json: { success: true },
    });
    expect((await laptop.profile('cleo')).counts).toEqual({ Seen: 1 });
  });
});

describe('a source with origins', () => {
  it('is used from no other web site', async () => {
    const post = await given({ origins: ['https://*.shop.example'] });
    const event = { event: 'A', userId: 'dora' };
    for (const origin of ['https://evil.example', 'https://evilshop.example', 'null'])
      expect(await post('/v1/track', event, { origin })).toMatchObject({
        status: 400,
        json: { code: 'origin_not_allowed' },
      });
    expect(await post('/v1/track', event, { origin: 'https://www.shop.example' })).toMatchObject({ status: 200 });
    expect(await post('/v1/track', event)).toMatchObject({ status: 200 });
  });
});

describe('a source with limits', () => {
  it('that sends too fast waits, in whole seconds, and then may go on', async () => {
    const post = await given({ eventsPerSecond: 1 });
    const batch = Array.from({ length: 30 }, () => ({ type: 'track', event: 'A', userId: 'eva' }));
    expect((await post('/v1/batch', { batch })).status).toBe(200);
    const refused = await fetch(`${laptop.url}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`wk_${made - 1}:`)}`, origin: 'https://shop.example' },
      body: JSON.stringify({ event: 'A', userId: 'eva' }),
    });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ success: false, code: 'rate_limited' });
    const seconds = refused.headers.get('retry-after') ?? '';
    expect(seconds).toMatch(/^\d+$/);
    expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after');

    await laptop.perennial.advanceTo(laptop.perennial.now() + Number(seconds) * SECOND);
    expect((await post('/v1/track', { event: 'A', userId: 'eva' })).status).toBe(200);
  });

  it('has sent enough for a day: it waits, longest five minutes at a time', async () => {
    const post = await given({ eventsPerDay: 3 });
    for (let i = 0; i < 3; i++) expect((await post('/v1/track', { event: 'A', userId: 'fay' })).status).toBe(200);
    expect((await post('/v1/track', { event: 'A', userId: 'fay' })).status).toBe(429);
    const tomorrow = Math.floor(laptop.perennial.now() / 86_400_000 + 1) * 86_400_000;
    await laptop.perennial.advanceTo(tomorrow + SECOND);
    expect((await post('/v1/track', { event: 'A', userId: 'fay' })).status).toBe(200);
  });
});

describe('a client key', () => {
  it('withdraws consent and never grants it: whoever has the key could do so in anybody’s name', async () => {
    const authorization = `Basic ${btoa(`${laptop.perennial.serverKey}:`)}`;
    const consent = (event: string) => ({ event, userId: 'nell', properties: { channel: 'email' } });
    const granted = async () => (await laptop.profile('nell')).consent.email?.granted;
    expect((await laptop.post('/v1/track', consent('Consent Granted'), { authorization })).status).toBe(200);
    expect(await granted()).toBe(true);
    await laptop.perennial.advanceTo(laptop.perennial.now() + SECOND);
    expect((await laptop.post('/v1/track', consent('Consent Withdrawn'))).status).toBe(200);
    expect(await granted()).toBe(false);
    await laptop.perennial.advanceTo(laptop.perennial.now() + SECOND);
    expect(await laptop.post('/v1/track', consent('Consent Granted'))).toMatchObject({
      json: { code: 'server_only_event' },
    });
    expect(await granted()).toBe(false);
  });

  it('sends no receipts and no consent; a server key does', async () => {
    const event = { event: 'Email Bounced', userId: 'gil' };
    expect(await laptop.post('/v1/track', event)).toMatchObject({ status: 400, json: { code: 'server_only_event' } });
    const authorization = `Basic ${btoa(`${laptop.perennial.serverKey}:`)}`;
    expect((await laptop.post('/v1/track', event, { authorization })).status).toBe(200);
  });

  it('makes no two known users one: the alias is answered and not applied', async () => {
    for (const userId of ['hal', 'ida']) await laptop.post('/v1/track', { event: 'A', userId });
    const alias = await laptop.post('/v1/alias', { userId: 'hal', previousId: 'ida', messageId: 'join' });
    expect(alias).toEqual({ status: 200, json: { success: true } });
    await laptop.post('/v1/alias', { userId: 'hal', previousId: 'device-of-hal', messageId: 'rename' });
    await laptop.post('/v1/alias', { userId: 'hal', previousId: 'hal', messageId: 'self' });
    expect((await laptop.profile('hal')).anonymousIds).toEqual(['device-of-hal']);
    const aliases = laptop.rawEvents().filter(({ type }) => type === 'alias');
    // Objects of the lake have no order.
    expect(aliases.map(({ messageId }) => messageId).sort()).toEqual(['rename', 'self']);
  });
});

describe('a server that passes on what people do', () => {
  const from = (key: string) => ({ authorization: `Basic ${btoa(`${key}:`)}` });

  it('has them active, as an app has; any other server’s reports leave them as they are', async () => {
    const backend = { id: 'backend', kind: 'server', key: 'sk_backend', activity: true };
    expect(await laptop.control('/local/sources', backend)).toEqual({ status: 200, json: { bound: 'backend' } });
    await laptop.post('/v1/track', { userId: 'kim', event: 'Level Reached' }, from('sk_backend'));
    await laptop.post('/v1/track', { userId: 'lou', event: 'Level Reached' }, from(laptop.perennial.serverKey));
    const [kim, lou] = [await laptop.profile('kim'), await laptop.profile('lou')];
    expect([kim.counts, lou.counts]).toEqual([{ 'Level Reached': 1 }, { 'Level Reached': 1 }]);
    expect([kim.activeDays, lou.activeDays]).toEqual([1, 0]);
    expect(kim.stage).toMatchObject({ name: 'new', cause: 'activity' });
  });

  it('still does nothing by what was done to people', async () => {
    for (const event of ['Email Opened', 'SMS Delivered', 'WhatsApp Read', 'Push Notification Bounced'])
      await laptop.post('/v1/track', { userId: 'mia', event }, from('sk_backend'));
    await laptop.post('/v1/group', { userId: 'mia', groupId: 'team' }, from('sk_backend'));
    expect((await laptop.profile('mia')).activeDays).toBe(0);
  });

  it('is shown as one', async () => {
    const { sources } = (await (await laptop.admin('/api/sources')).json()) as {
      sources: { id: string; activity: boolean }[];
    };
    const activity = Object.fromEntries(sources.map((source) => [source.id, source.activity]));
    expect(activity).toMatchObject({ backend: true, 'local-server': false, 'local-app': true });
  });
});

describe('trying rules on a laptop', () => {
  it('binds a source that is sound, and says what is wrong with one that is not', async () => {
    const source = { id: 'web', kind: 'client', key: 'wk_web', origins: ['https://shop.example'] };
    expect(await laptop.control('/local/sources', source)).toEqual({ status: 200, json: { bound: 'web' } });
    const headers = { authorization: `Basic ${btoa('wk_web:')}`, origin: 'https://shop.example' };
    expect((await laptop.post('/v1/track', { event: 'A', userId: 'jo' }, headers)).status).toBe(200);
    for (const wrong of [
      { id: 'a b' },
      { kind: 'both' },
      { key: '' },
      { origins: 'shop' },
      { origins: ['shop'] },
      { perDay: 3 },
      { identity: 'signed' },
      { activity: true },
      { kind: 'server', activity: 'yes' },
    ])
      expect(await laptop.control('/local/sources', { ...source, ...wrong })).toMatchObject({ status: 400 });
  });
});
