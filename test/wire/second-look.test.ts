import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import type { Interceptor } from '../../local/cloud/endpoint.ts';
import { asThrottled } from '../../local/cloud/faults/throttling.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

/** While SES takes nothing, what was decided comes back and is looked at again each time. */
let isHeldUp = false;
const heldUp: Interceptor = (request, next) =>
  isHeldUp && request.service === 'ses' && request.action === 'SendEmail' ? asThrottled(request) : next(request);

let laptop: Laptop;
let publisher: Publisher;

beforeAll(async () => {
  laptop = await Laptop.start({ interceptors: [heldUp] });
  publisher = new Publisher(laptop);
  await publisher.definitions([
    { type: 'settings', key: 'default', body: { quietHours: [{ from: '22:00', to: '08:00' }] } },
    { type: 'topic', key: 'news', body: { name: 'News', channels: ['email'], consent: { email: 'required' } } },
  ]);
  await goesOn(MINUTE);
}, 60_000);

afterAll(() => laptop.stop());

async function goesOn(milliseconds: number): Promise<void> {
  await until(laptop.perennial.now() + milliseconds);
}

async function until(time: number): Promise<void> {
  await laptop.perennial.advanceTo(time);
  await laptop.perennial.settle();
}

const identify = (userId: string, email = `${userId}@shop.example`) =>
  laptop.post('/v1/identify', { messageId: `hello-${userId}`, userId, traits: { email } });

/** What became of what her first event brought. */
async function traced(userId: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await laptop.admin(`/api/trace/hello-${userId}`);
  const { effects } = (await answer.json()) as { effects: Record<string, unknown>[] };
  return effects.filter(({ kind }) => kind !== 'transition');
}

/** A moment of the day on which the tests begin, and `days` after. */
const at = (time: string, days = 0) => Date.parse(`2026-03-02T${time}:00Z`) + days * DAY;

describe('what is held up between the decision and the provider', () => {
  it('when quiet hours have begun meanwhile waits for the morning, and leaves once', async () => {
    await until(at('21:50'));
    isHeldUp = true;
    await identify('ada');
    await until(at('22:10'));
    isHeldUp = false;
    expect(laptop.subjects('ada')).toEqual([]);
    expect(await laptop.profile('ada')).toMatchObject({
      waiting: [{ message: 'welcome', until: '2026-03-03T08:00:00.000Z', reason: 'quiet hours' }],
    });
    await until(at('08:00', 1) - SECOND);
    expect(laptop.subjects('ada')).toEqual([]);
    await goesOn(HOUR);
    expect(laptop.subjects('ada')).toEqual(['Welcome!']);
    expect(await traced('ada')).toMatchObject([
      { kind: 'message', send: { status: 'deferred', reason: 'quiet hours', receipt: null } },
      { kind: 'withheld', reason: 'quiet hours', until: '2026-03-03T08:00:00.000Z', by: 'hello-ada' },
      { kind: 'message', at: '2026-03-03T08:00:00.000Z', by: 'hello-ada', send: { status: 'accepted' } },
    ]);
  });

  it('when she has left meanwhile is not sent', async () => {
    isHeldUp = true;
    await identify('bea');
    await laptop.post('/v1/track', {
      ...{ userId: 'bea', event: 'Consent Withdrawn', properties: { channel: 'email' }, messageId: 'no' },
    });
    isHeldUp = false;
    await goesOn(10 * MINUTE);
    expect(laptop.subjects('bea')).toEqual([]);
    expect(await traced('bea')).toMatchObject([{ send: { status: 'withheld', reason: 'consent withdrawn' } }]);
  });
});

it('of two who have one address, one gets it', async () => {
  await identify('cleo', 'us@shop.example');
  await identify('dan', 'us@shop.example');
  expect(laptop.perennial.outbox().filter(({ to }) => to.includes('us@shop.example'))).toHaveLength(1);
  expect(await traced('dan')).toMatchObject([
    { send: { status: 'withheld', reason: 'the address had it in the last 24 hours' } },
  ]);
});

it('what the template says counts: its topic, to which she never said yes', async () => {
  const value = { channel: 'email', address: 'news@shop.example', name: 'Shop' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  await publisher.definitions([
    {
      type: 'template',
      key: 'welcome',
      body: {
        ...{ name: 'Welcome', channel: 'email', sender: 'news', topic: 'news' },
        locales: { en: { subject: 'News for you', html: '<p>Hi. <a href="{{ unsubscribe_url }}">No more</a></p>' } },
      },
    },
  ]);
  await goesOn(MINUTE);
  await identify('eve');
  expect(laptop.subjects('eve')).toEqual([]);
  expect(await traced('eve')).toMatchObject([{ send: { status: 'withheld', reason: 'no consent' } }]);
});
