import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { Publisher } from '../support/publisher.ts';

let laptop: Laptop;

beforeAll(async () => {
  laptop = await Laptop.start();
  await new Publisher(laptop).definitions([
    { type: 'settings', key: 'default', body: { quietHours: [{ from: '22:00', to: '08:00' }] } },
  ]);
  // Every worker has seen it by then.
  await laptop.perennial.advanceTo(START + MINUTE);
}, 60_000);

afterAll(() => laptop.stop());

const identify = (userId: string, timezone: string) =>
  laptop.post('/v1/identify', {
    ...{ messageId: `hello-${userId}`, userId, traits: { email: `${userId}@shop.example` }, context: { timezone } },
  });

it('a message decided at 23:00 leaves at 08:00 on her clock', async () => {
  const { perennial } = laptop;
  // 17:30 in UTC is 23:00 in Kolkata, where 08:00 is 02:30.
  await perennial.advanceTo(START + 5.5 * HOUR);
  await identify('ada', 'Asia/Kolkata');
  await identify('ben', 'Europe/Berlin');
  expect(laptop.subjects('ben')).toEqual(['Welcome!']);
  expect(laptop.subjects('ada')).toEqual([]);
  expect(await laptop.profile('ada')).toMatchObject({
    waiting: [{ message: 'welcome', channel: 'email', until: '2026-03-03T02:30:00.000Z', reason: 'quiet hours' }],
  });

  await perennial.advanceTo(Date.parse('2026-03-03T02:30:00Z') - SECOND);
  await perennial.settle();
  expect(laptop.subjects('ada')).toEqual([]);
  await perennial.advanceTo(Date.parse('2026-03-03T02:30:00Z') + 5 * SECOND);
  await perennial.settle();
  expect(laptop.subjects('ada')).toEqual(['Welcome!']);

  const answer = await laptop.admin('/api/trace/hello-ada');
  expect(await answer.json()).toMatchObject({
    effects: [
      { kind: 'transition', to: 'new' },
      { kind: 'withheld', message: 'welcome', reason: 'quiet hours', until: '2026-03-03T02:30:00.000Z' },
      { kind: 'message', message: 'welcome', at: '2026-03-03T02:30:00.000Z', send: { status: 'accepted' } },
    ],
  });
});

it('who has left email is not written to, and her timeline says why', async () => {
  await laptop.post('/v1/track', {
    ...{ userId: 'cy', event: 'Consent Withdrawn', properties: { channel: 'email' }, messageId: 'no' },
  });
  await identify('cy', 'Asia/Kolkata');
  expect(laptop.subjects('cy')).toEqual([]);
  const answer = await laptop.admin('/api/trace/hello-cy');
  expect(await answer.json()).toMatchObject({
    effects: [{ kind: 'withheld', message: 'welcome', reason: 'consent withdrawn', until: null, by: 'hello-cy' }],
  });
});
