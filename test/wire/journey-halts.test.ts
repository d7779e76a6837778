import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import { journey, template } from '../domain/catalog/definitions.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

let laptop: Laptop;
let publisher: Publisher;

const cart = (wait: string, subject: string) => [
  template(subject, { locales: { en: { subject, text: 'Hi', html: '<p>Hi' } } }),
  journey(
    'cart',
    {
      a: { type: 'wait', for: wait, next: 'b' },
      b: { type: 'message', send: [{ channel: 'email', template: subject }], next: 'end' },
      end: { type: 'exit' },
    },
    { entries: [{ type: 'event', event: 'Product Added' }] },
  ),
];

beforeAll(async () => {
  laptop = await Laptop.start();
  publisher = new Publisher(laptop);
  const value = { channel: 'email', address: 'hello@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  const body = { builtInMessages: { welcome: false, 'we-miss-you': false } };
  await publisher.definitions([{ type: 'settings', key: 'default', body }, ...cart('PT1H', 'first')]);
  await later(2 * MINUTE);
}, 60_000);
afterAll(() => laptop.stop());

async function later(ms: number): Promise<void> {
  await laptop.perennial.advanceTo(laptop.perennial.now() + ms);
  await laptop.perennial.settle();
}

async function comes(userId: string): Promise<void> {
  await laptop.post('/v1/identify', {
    userId,
    messageId: `${userId}-hello`,
    traits: { email: `${userId}@shop.example` },
  });
  await laptop.post('/v1/track', { userId, messageId: `${userId}-adds`, event: 'Product Added' });
}

const change = (how: string, body: object) =>
  publisher.send<{ readonly number: number }>('POST', `/api/journeys/cart/${how}`, body);

it('who is inside when another version is published goes on by hers', async () => {
  await comes('ada');
  await publisher.definitions(cart('PT3H', 'second'));
  await later(2 * MINUTE);
  await comes('ben');
  await later(HOUR);
  expect([laptop.subjects('ada'), laptop.subjects('ben')]).toEqual([['first'], []]);
  await later(2 * HOUR);
  expect([laptop.subjects('ada'), laptop.subjects('ben')]).toEqual([['first'], ['second']]);
});

it('who is inside is moved if the publish says so: what is over by the new wait is over now', async () => {
  await comes('cleo');
  await later(HOUR);
  for (const { type, key, body } of cart('PT30M', 'third'))
    await publisher.send('PUT', `/api/catalog/drafts/${type}/${key}`, { body, revision: 0 });
  const items = cart('PT30M', 'third').map(({ type, key }) => ({ type, key }));
  const published = await publisher.send('POST', '/api/catalog/publish', { items, expect: 2, moves: { cart: {} } });
  expect(published).toMatchObject({ number: 3, journeys: [{ journey: 'cart', version: 3, moves: true, inside: 1 }] });
  await later(5 * MINUTE);
  expect(laptop.subjects('cleo')).toEqual(['third']);
});

it('who is inside a paused journey stays there, and goes on when it does', async () => {
  await comes('dee');
  expect(await change('halt', { how: 'paused', expect: 3 })).toMatchObject({ number: 4, inside: 1 });
  await later(2 * MINUTE);
  await comes('eve');
  await later(5 * HOUR);
  expect([laptop.subjects('dee'), laptop.subjects('eve')]).toEqual([[], []]);
  await change('resume', { expect: 4 });
  await later(5 * MINUTE);
  expect([laptop.subjects('dee'), laptop.subjects('eve')]).toEqual([['third'], []]);
});

it('who is inside a stopped journey leaves it', async () => {
  await comes('fay');
  await later(MINUTE);
  await change('halt', { how: 'stopped', expect: 5 });
  await later(5 * MINUTE);
  await change('resume', { expect: 6 });
  await later(5 * HOUR);
  expect(laptop.subjects('fay')).toEqual([]);
  const counts = await (await laptop.admin('/api/journeys/cart/counts?version=3')).json();
  expect(counts).toMatchObject({ versions: [{ people: { inside: 0, left: { finished: 2, stopped: 1 } } }] });
});
