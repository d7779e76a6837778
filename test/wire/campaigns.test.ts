import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { Publisher } from '../support/publisher.ts';

const NAMES = Array.from({ length: 120 }, (_, i) => `u${i}`);
/** Everybody with 20 points or more. */
const MEANT = NAMES.slice(20);
const NINE = Math.ceil(START / HOUR) * HOUR + 2 * HOUR;

const template = {
  ...{ name: 'Sale', channel: 'email', sender: 'news', fallback: 'en' },
  locales: {
    en: {
      subject: 'Sale',
      html: '<p>Sale <a href="{{ unsubscribe_url }}">no more</a>',
      text: 'Sale {{ unsubscribe_url }}',
    },
  },
};

let laptop: Laptop;
let publisher: Publisher;

beforeAll(async () => {
  laptop = await Laptop.start();
  publisher = new Publisher(laptop);
  const batch = NAMES.flatMap((userId, points) => [
    { type: 'identify', userId, traits: { points, email: `${userId}@example.com`, consent: { email: true } } },
  ]);
  for (let i = 0; i < batch.length; i += 100) await laptop.post('/v1/batch', { batch: batch.slice(i, i + 100) });
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', {
    value: { channel: 'email', address: 'news@shop.example', name: 'Shop' },
  });
}, 120_000);
afterAll(() => laptop.stop());

const to = (time: number) => laptop.perennial.advanceTo(time);
const sales = () => laptop.perennial.outbox().filter(({ subject }) => subject === 'Sale');

describe('a campaign', () => {
  it('goes to all it is for when its time has come, once', async () => {
    const at = new Date(NINE).toISOString();
    const definition = {
      ...{ name: 'Sale', who: { trait: 'points', gte: 20 } },
      once: { day: at.slice(0, 10), at: at.slice(11, 16) },
      message: { send: [{ channel: 'email', template: 'sale' }] },
    };
    expect(await publisher.send('POST', '/api/campaigns/sale/review', { definition, exact: true })).toMatchObject({
      ...{ version: 'given', next: at, people: { count: MEANT.length, exact: true }, cost: { ses: 0.01 } },
      sending: { perSecond: 1_000, seconds: 1 },
    });
    await publisher.definitions([
      { type: 'template', key: 'sale', body: template },
      { type: 'campaign', key: 'sale', body: definition },
    ]);
    await to(NINE - 5 * SECOND);
    expect(sales()).toEqual([]);
    await to(NINE + 5 * MINUTE);
    expect(sales()).toHaveLength(MEANT.length);
    await to(NINE + HOUR);
    expect(sales()).toHaveLength(MEANT.length);
  });
});
