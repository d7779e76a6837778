import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../domain/calendar.ts';
import type { ProfileView } from '../../domain/state/profile-view.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => laptop.stop());

const identify = (userId: string, traits: object) => laptop.post('/v1/identify', { userId, traits });

/** Indexes follow their table within seconds. */
const letIndexesFollow = () => laptop.perennial.advanceTo(laptop.perennial.now() + 10 * SECOND);

/** Posts and lets happen what happens at once; indexes are left behind. */
async function identifyNow(userId: string, traits: object) {
  const { url, writeKey } = laptop.perennial;
  await fetch(`${url}/v1/identify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ userId, traits }),
  });
  await laptop.perennial.advanceTo(laptop.perennial.now());
}

async function find(query: string) {
  const answer = await laptop.admin(`/api/profiles?${query}`);
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

async function idsBy(query: string): Promise<unknown[]> {
  const { status, json } = await find(query);
  expect([status, json.more]).toEqual([200, false]);
  return (json.profiles as ProfileView[]).map(({ userId }) => userId).sort();
}

const encoded = encodeURIComponent;

describe('somebody is found', () => {
  it('by her address, however it is written', async () => {
    await identify('ada', { email: 'Ada+News@Example.com' });
    await letIndexesFollow();
    expect(await idsBy(`email=${encoded('ADA+news@example.COM')}`)).toEqual(['ada']);
  });

  it('by an address she shares, with all who do', async () => {
    for (const userId of ['ben', 'cleo']) await identify(userId, { email: 'family@example.com' });
    await letIndexesFollow();
    expect(await idsBy('email=family@example.com')).toEqual(['ben', 'cleo']);
  });

  it('by the address she has now, and by the one before from that moment on no more', async () => {
    await identify('dora', { email: 'old@example.com' });
    await letIndexesFollow();
    await identify('dora', { email: 'new@example.com' });
    expect(await idsBy('email=old@example.com')).toEqual([]);
    await letIndexesFollow();
    expect(await idsBy('email=new@example.com')).toEqual(['dora']);
    await identify('dora', { email: null });
    await letIndexesFollow();
    expect(await idsBy('email=new@example.com')).toEqual([]);
  });

  it('as soon as the index has followed; until then not at all, and nobody by an address of before', async () => {
    await identify('flo', { email: 'before@example.com' });
    await letIndexesFollow();
    await identifyNow('flo', { email: 'after@example.com' });
    expect((await laptop.profile('flo')).traits).toMatchObject({ email: 'after@example.com' });
    expect(await idsBy('email=after@example.com')).toEqual([]);
    expect(await idsBy('email=before@example.com')).toEqual([]);
    await letIndexesFollow();
    expect(await idsBy('email=after@example.com')).toEqual(['flo']);
  });

  it('by her number, with spaces and brackets or without, and with a + that nobody encoded', async () => {
    await identify('eva', { phone: '+49 (30) 90 18-20' });
    await letIndexesFollow();
    for (const written of [encoded('+4930901820'), encoded('+49 30 90 18 20'), '+4930901820', '%2B49+30+901820'])
      expect(await idsBy(`phone=${written}`)).toEqual(['eva']);
  });

  it('by an id with anything in it', async () => {
    for (const userId of ['who?', 'a/b', 'x&y=z', '50%'])
      expect(await (await laptop.post('/v1/track', { userId, event: 'A' })).status).toBe(200);
    for (const userId of ['who?', 'a/b', 'x&y=z', '50%'])
      expect(await find(`userId=${encoded(userId)}`)).toMatchObject({ status: 200, json: { userId } });
  });

  it('by the id of a device nobody has logged in on', async () => {
    await laptop.post('/v1/page', { anonymousId: 'device/1', name: 'Home' });
    expect(await find(`anonymousId=${encoded('device/1')}`)).toMatchObject({
      status: 200,
      json: { userId: null, anonymousIds: ['device/1'], counts: { 'Page Viewed': 1 }, stage: null },
    });
  });

  it('by every id that turned out to be hers', async () => {
    await laptop.post('/v1/page', { anonymousId: 'device-of-fay', name: 'Home' });
    await laptop.post('/v1/identify', { userId: 'fay', anonymousId: 'device-of-fay' });
    await laptop.post('/v1/track', { userId: 'fay@old-shop', event: 'A' });
    const authorization = `Basic ${btoa(`${laptop.perennial.serverKey}:`)}`;
    await laptop.post('/v1/alias', { userId: 'fay', previousId: 'fay@old-shop' }, { authorization });
    for (const query of ['userId=fay', 'userId=fay%40old-shop', 'anonymousId=device-of-fay'])
      expect(await find(query)).toMatchObject({
        status: 200,
        json: { userId: 'fay', mergedUserIds: ['fay@old-shop'], counts: { 'Page Viewed': 1, A: 1 } },
      });
  });

  it('a month later, too', async () => {
    await laptop.perennial.advanceTo(laptop.perennial.now() + 31 * DAY);
    expect(await idsBy('email=family@example.com')).toEqual(['ben', 'cleo']);
  });
});

describe('nobody is found', () => {
  it('by what nobody has', async () => {
    expect(await idsBy('email=nobody@example.com')).toEqual([]);
    expect(await idsBy(`phone=${encoded('+4940000000')}`)).toEqual([]);
    expect(await find('userId=nobody')).toMatchObject({ status: 404, json: { code: 'unknown_user' } });
    expect(await find('anonymousId=nothing')).toMatchObject({ status: 404, json: { code: 'unknown_user' } });
  });

  it.each([
    ['email=nonsense', 'invalid_email'],
    ['email=ada+news@example.com', 'invalid_email'],
    ['phone=030901820', 'invalid_phone'],
    ['', 'invalid_query'],
    ['userId=', 'invalid_query'],
    ['userId=ada&anonymousId=x', 'invalid_query'],
  ])('by %s, and is told why', async (query, code) => {
    const { status, json } = await find(query);
    expect([status, json.code]).toEqual([400, code]);
    expect(json.detail).toMatch(/\.$/);
  });

  it('without a token', async () => {
    expect((await laptop.admin('/api/profiles?email=ada@example.com', null)).status).toBe(401);
  });
});
