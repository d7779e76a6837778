import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { awsError } from '../../local/cloud/service.ts';
import { journey, template } from '../domain/catalog/definitions.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { Publisher } from '../support/publisher.ts';

let laptop: Laptop;
let sweepIsOut = false;
let sweepsKey: string | undefined;

const mail = (subject: string, next: string) => ({
  ...{ type: 'message', send: [{ channel: 'email', template: subject }], next },
});
const written = (subject: string) => template(subject, { locales: { en: { subject, html: '<p>Hi' } } });

beforeAll(async () => {
  laptop = await Laptop.start({
    interceptors: [
      (request, next) =>
        sweepIsOut && request.caller === sweepsKey
          ? awsError(400, 'AccessDeniedException', 'Not at present')
          : next(request),
    ],
  });
  const { functions } = laptop.perennial.cloud;
  sweepsKey = [...functions.values()].find(({ logicalId }) => logicalId.startsWith('Sweep'))?.accessKeyId;
  const publisher = new Publisher(laptop);
  const value = { channel: 'email', address: 'hello@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  await publisher.definitions([
    { type: 'settings', key: 'default', body: { builtInMessages: { welcome: false, 'we-miss-you': false } } },
    ...[written('two-minutes'), written('twenty-days'), written('morning')],
    journey(
      'waits',
      {
        a: { type: 'wait', for: 'PT2M', next: 'b' },
        b: mail('two-minutes', 'c'),
        c: { type: 'wait', for: 'P20D', next: 'd' },
        d: mail('twenty-days', 'end'),
        end: { type: 'exit' },
      },
      { entries: [{ type: 'event', event: 'Began' }] },
    ),
    journey(
      'mornings',
      {
        a: { type: 'wait-until', at: '02:30', weekdays: ['sunday'], zone: 'person', next: 'b' },
        b: mail('morning', 'end'),
        end: { type: 'exit' },
      },
      { entries: [{ type: 'event', event: 'Slept' }] },
    ),
  ]);
  await laptop.perennial.advanceTo(START + 2 * MINUTE);
}, 60_000);
afterAll(() => laptop.stop());

const comes = async (userId: string, event: string, timezone?: string) => {
  const context = timezone === undefined ? {} : { context: { timezone } };
  const traits = { email: `${userId}@shop.example` };
  await laptop.post('/v1/identify', { userId, messageId: `${userId}-hello`, traits, ...context });
  await laptop.post('/v1/track', { userId, messageId: `${userId}-${event}`, event });
  return laptop.perennial.now();
};

/** Whoever works next knows nothing but what is stored. */
const restart = async () => {
  for (const { pool } of laptop.perennial.cloud.functions.values()) await pool.recycle();
};

/** What the provider got for her, and in which second. */
const got = (userId: string) =>
  laptop.perennial
    .outbox(userId)
    .map(({ subject, at }) => [subject, new Date(at).toISOString().slice(0, 19)])
    .reverse();
const second = (at: number) => new Date(at).toISOString().slice(0, 19);

describe('a wait', () => {
  it('of two minutes and of twenty days ends in its second, once, though every worker begins anew in between', async () => {
    const { perennial } = laptop;
    await perennial.advanceTo(perennial.now() + 17 * SECOND);
    const began = await comes('ada', 'Began');
    await restart();
    await perennial.advanceTo(began + 2 * MINUTE - 1);
    expect(got('ada')).toEqual([]);
    await perennial.advanceTo(began + 3 * MINUTE);
    await perennial.settle();
    const first = ['two-minutes', second(began + 2 * MINUTE)];
    expect(got('ada')).toEqual([first]);

    await perennial.advanceTo(began + 12 * DAY);
    await restart();
    await perennial.advanceTo(began + 20 * DAY + 2 * MINUTE - 1);
    expect(got('ada')).toEqual([first]);
    await restart();
    await perennial.advanceTo(began + 21 * DAY);
    await perennial.settle();
    expect(got('ada')).toEqual([first, ['twenty-days', second(began + 20 * DAY + 2 * MINUTE)]]);
  }, 120_000);

  it('that ends while the sweep is out ends at its first run', async () => {
    const { perennial } = laptop;
    const began = await comes('ben', 'Began');
    await perennial.advanceTo(began + 20 * DAY - HOUR);
    sweepIsOut = true;
    await perennial.advanceTo(began + 20 * DAY + HOUR);
    expect(got('ben')).toHaveLength(1);
    sweepIsOut = false;
    await perennial.advanceTo(began + 20 * DAY + HOUR + 2 * MINUTE);
    await perennial.settle();
    const [, late] = got('ben');
    expect(late?.[0]).toBe('twenty-days');
    expect(Date.parse(`${late?.[1]}Z`) - (began + 20 * DAY + HOUR)).toBeLessThanOrEqual(MINUTE + SECOND);
    await perennial.advanceTo(began + 21 * DAY);
    await perennial.settle();
    expect(got('ben')).toHaveLength(2);
  }, 120_000);
});

describe('a wait until half past two on Sunday on her clock', () => {
  // In UTC. In Berlin half past two comes twice that night, and the first counts.
  const NIGHTS = [
    ['Europe/Berlin', '2026-10-25T00:30:00'],
    ['Asia/Kolkata', '2026-10-24T21:00:00'],
    ['Asia/Tokyo', '2026-10-24T17:30:00'],
    ['America/New_York', '2026-10-25T06:30:00'],
    ['Pacific/Auckland', '2026-10-24T13:30:00'],
  ] as const;

  it('comes by the clock of each zone, also in the night in which Berlin turns it back', async () => {
    const { perennial } = laptop;
    await perennial.advanceTo(Date.parse('2026-10-23T12:00:00Z'));
    for (const [zone] of NIGHTS) await comes(zone.toLowerCase().replace('/', '-'), 'Slept', zone);
    await perennial.advanceTo(Date.parse('2026-10-26T12:00:00Z'));
    await perennial.settle();
    for (const [zone, at] of NIGHTS)
      expect([zone, got(zone.toLowerCase().replace('/', '-'))]).toEqual([zone, [['morning', at]]]);
  }, 120_000);
});
