import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { ProfileView } from '../../domain/state/profile-view.ts';
import { Laptop } from '../support/laptop.ts';

describe('somebody who is known under several ids', () => {
  let laptop: Laptop;
  beforeAll(async () => {
    laptop = await Laptop.start();
  });
  afterAll(() => laptop.stop());

  const asServer = () => ({ authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` });
  const track = (who: object, event = 'Product Viewed') => laptop.post('/v1/track', { ...who, event });
  const alias = (userId: string, previousId: string, headers = {}) =>
    laptop.post('/v1/alias', { userId, previousId }, headers);
  const pass = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);
  const byAnonymousId = async (id: string) =>
    (await (await laptop.admin(`/api/profiles?anonymousId=${id}`)).json()) as ProfileView;

  it('is one person from the moment she logs in, with what she did before', async () => {
    await track({ anonymousId: 'phone-1' });
    await pass(3 * DAY);
    await track({ anonymousId: 'phone-1' });
    expect((await byAnonymousId('phone-1')).userId).toBeNull();
    await laptop.post('/v1/identify', {
      userId: 'ada',
      anonymousId: 'phone-1',
      traits: { email: 'ada@example.com' },
    });

    const ada = await laptop.profile('ada');
    expect(ada.counts).toEqual({ 'Product Viewed': 2 });
    expect(ada.anonymousIds).toEqual(['phone-1']);
    expect(ada.activeDays).toBe(2);
    // What a device did before does not make her less new.
    expect(ada.stage).toMatchObject({ name: 'new', cause: 'activity', previous: null });
    expect(laptop.subjects('ada')).toEqual(['Welcome!']);
    expect((await byAnonymousId('phone-1')).userId).toBe('ada');
  });

  it('gets what her device sends without naming her; who logs in on it later gets only his own', async () => {
    await track({ anonymousId: 'phone-1' });
    await track({ userId: 'ben', anonymousId: 'phone-1' });
    await track({ anonymousId: 'phone-1' });
    expect((await laptop.profile('ada')).counts).toEqual({ 'Product Viewed': 4 });
    expect((await laptop.profile('ben')).counts).toEqual({ 'Product Viewed': 1 });
  });

  it('is joined with another user by a server, and by nobody else', async () => {
    // Later than ada said hers: of two addresses the last one said counts.
    await pass(HOUR);
    await laptop.post('/v1/identify', { userId: 'zoe', traits: { email: 'zoe@example.com', plan: 'pro' } });
    await alias('ada', 'zoe');
    expect((await laptop.profile('zoe')).userId).toBe('zoe');

    const merged: unknown[] = [];
    laptop.perennial.cloud.on('event', (_bus, event) => {
      if (event['detail-type'] === 'Users Merged') merged.push(event.detail);
    });
    await alias('zoe', 'ada', asServer());
    const heir = await laptop.profile('zoe');
    expect(heir).toMatchObject({ userId: 'ada', mergedUserIds: ['zoe'], traits: { plan: 'pro' } });
    expect(await laptop.profile('ada')).toEqual(heir);
    expect(merged).toMatchObject([{ userId: 'ada', mergedUserId: 'zoe' }]);
  });

  it('takes everything that still comes under the old id, however often it is said, and is found once', async () => {
    await alias('ada', 'zoe', asServer());
    await track({ userId: 'zoe' });
    expect((await laptop.profile('ada')).counts).toEqual({ 'Product Viewed': 5 });
    const found = await (await laptop.admin('/api/profiles?email=zoe%40example.com')).json();
    expect((found as { profiles: ProfileView[] }).profiles.map(({ userId }) => userId)).toEqual(['ada']);
    expect(laptop.perennial.overview().people).toBe(2);
  });

  it('falls silent once, and is missed once', async () => {
    await pass(31 * DAY);
    expect((await laptop.profile('zoe')).stage?.name).toBe('dormant');
    expect(laptop.subjects('ada').filter((subject) => subject === 'We miss you')).toHaveLength(1);
    expect(laptop.subjects('zoe').filter((subject) => subject === 'We miss you')).toHaveLength(0);
  });

  it('gets a message that was on its way to the old id', async () => {
    await laptop.post('/v1/identify', { userId: 'yan', traits: {} });
    await pass(HOUR);
    // The welcome is decided, and before anybody sends it the id has become part of another one.
    const answers = await Promise.all([
      fetch(`${laptop.url}/v1/identify`, {
        method: 'POST',
        headers: asServer(),
        body: JSON.stringify({ userId: 'yan', traits: { email: 'yan@example.com' } }),
      }),
      fetch(`${laptop.url}/v1/alias`, {
        method: 'POST',
        headers: asServer(),
        body: JSON.stringify({ userId: 'bea', previousId: 'yan' }),
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await laptop.perennial.settle();
    await pass(10 * MINUTE);
    expect((await laptop.profile('yan')).userId).toBe('bea');
    expect(laptop.perennial.cloud.outbox.list().filter(({ to }) => to[0] === 'yan@example.com')).toHaveLength(1);
  });
});
