import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { Interceptor } from '../../local/cloud/endpoint.ts';
import { type AwsRequest, awsError } from '../../local/cloud/service.ts';
import type { Item } from '../../local/cloud/services/dynamodb/attribute-value.ts';
import { Laptop } from '../support/laptop.ts';
import { itemsOf, type Kept, outcomeOf, QUEUES, resourceOf, TABLES, viewsOf } from './kept.ts';

/** Everybody in the scenario, as the admin API is asked for them. */
const EVERYBODY = [
  ...['ada', 'ben', 'eve', 'fay', 'gus', 'hal', 'ida', 'ivy', 'jan', 'kim', 'robot'].map(
    (userId) => `/api/profiles?userId=${userId}`,
  ),
  ...['web-1', 'web-9'].map((anonymousId) => `/api/profiles?anonymousId=${anonymousId}`),
];

const ADA = { userId: 'ada' };
const BEN = { userId: 'ben' };
const EVE = { userId: 'eve' };
const GUS = { userId: 'gus' };
const HAL = { userId: 'hal' };
const IDA = { userId: 'ida' };
const IVY = { userId: 'ivy' };
const JAN = { userId: 'jan' };
const KIM = { userId: 'kim' };

let sent = 0;
/** Ids are told, or no two runs would be the same. */
const event = (type: string, who: object, parts: object = {}) => ({
  type,
  messageId: `message-${++sent}`,
  ...who,
  ...parts,
});

/** Lives a while with the code of today, and stops with something of every kind stored and in flight. */
export async function liveAndStop(): Promise<Kept> {
  const flight = new Flight();
  const laptop = await Laptop.start({ interceptors: [flight.interceptor] });
  try {
    flight.listenTo(laptop);
    await past(laptop);
    await joinUnmarked(laptop, flight);
    const at = laptop.perennial.now();
    const tables = Object.fromEntries(TABLES.map((table) => [table, itemsOf(laptop, table)]));
    const views = await viewsOf(laptop, EVERYBODY);
    flight.begin();
    await underway(laptop);
    flight.end();
    // Long enough for most to have become somebody else.
    await laptop.perennial.advanceTo(at + 42 * DAY);
    return { at, tables, queues: flight.taken(), views, later: await outcomeOf(laptop, EVERYBODY, at) };
  } finally {
    await laptop.stop();
  }
}

/**
 * Notes what is sent to each queue from a moment on; and sinks and lake refuse once, so that something waits for them.
 * Before that, tombstones can be kept from being marked as folded.
 */
class Flight {
  readonly #bodies = new Map<string, string[]>();
  readonly #refusals = new Map<string, number>();
  #queueOf = new Map<string, string>();
  #isNoting = false;
  #isLeftUnmarked = false;

  readonly interceptor: Interceptor = (request, next) => {
    const call = `${request.service}:${request.action}`;
    const refusals = this.#refusals.get(call) ?? 0;
    if (refusals > 0) {
      this.#refusals.set(call, refusals - 1);
      return awsError(400, 'ServiceUnavailableException', 'Refused once');
    }
    if (this.#isLeftUnmarked && marksAsFolded(request)) return awsError(500, 'InternalServerError', 'Not now');
    if (this.#isNoting && request.action === 'SendMessageBatch') {
      const { QueueUrl, Entries } = request.input as { QueueUrl: string; Entries: readonly { MessageBody: string }[] };
      const queue = this.#queueOf.get(QueueUrl.split('/').at(-1) ?? '') ?? '';
      this.#bodies.set(queue, [...(this.#bodies.get(queue) ?? []), ...Entries.map(({ MessageBody }) => MessageBody)]);
    }
    return next(request);
  };

  listenTo(laptop: Laptop): void {
    this.#queueOf = new Map(
      Object.entries(QUEUES).map(([name, id]) => [
        resourceOf(laptop, 'AWS::SQS::Queue', id).ref.split('/').at(-1) ?? '',
        name,
      ]),
    );
  }

  leaveUnmarked(): void {
    this.#isLeftUnmarked = true;
  }

  begin(): void {
    this.#isLeftUnmarked = false;
    this.#isNoting = true;
    // The lake is asked twice before what it refuses waits.
    this.#refusals.set('firehose:PutRecord', 2).set('events:PutEvents', 1).set('dynamodb:BatchWriteItem', 1);
  }

  end(): void {
    this.#isNoting = false;
  }

  taken(): Record<string, string[]> {
    return Object.fromEntries(Object.keys(QUEUES).map((name) => [name, this.#bodies.get(name) ?? []]));
  }
}

/** The third write of a merge (lambdas/state/join.ts) takes the state out of the tombstone. */
function marksAsFolded({ action, input }: AwsRequest): boolean {
  if (action !== 'PutItem') return false;
  const { Item } = input as { Item: Item };
  return 'heir' in Item && !('profile' in Item);
}

async function send(laptop: Laptop, key: string, ...events: object[]): Promise<void> {
  const { status } = await laptop.post('/v1/batch', { batch: events }, { authorization: `Basic ${btoa(`${key}:`)}` });
  if (status !== 200) throw new Error(`The events were answered ${status}`);
}

async function change(laptop: Laptop, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${laptop.perennial.adminToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${laptop.url}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}

/** People with all there can be about them: merged, asleep, in quarantine, refunded, without a name, with a message that waits. */
async function past(laptop: Laptop): Promise<void> {
  const { writeKey, serverKey } = laptop.perennial;
  const pass = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);
  await change(laptop, 'PUT', '/api/schema/settings', { knownEvents: ['Tick'], personal: ['nickname'] });
  await publish(laptop);
  // Gets nothing more.
  laptop.perennial.cloud.services.ses.tell('hal@shop.example', { complains: true });

  await send(laptop, writeKey, event('page', { anonymousId: 'web-1' }), event('page', { anonymousId: 'web-9' }));
  await send(laptop, writeKey, event('identify', EVE, { traits: { email: 'eve@shop.example' } }));
  await pass(44 * DAY + MINUTE);
  // Whose first week ends when all else is in flight.
  await send(laptop, writeKey, event('identify', HAL, { traits: { email: 'hal@shop.example' } }));
  await pass(6 * DAY - MINUTE);
  const device = { device: { id: 'phone', token: 'token-1', type: 'ios' }, timezone: 'Europe/Zurich', locale: 'de_CH' };
  await send(
    laptop,
    writeKey,
    event(
      'identify',
      { ...ADA, anonymousId: 'web-1' },
      { traits: { email: 'ada@shop.example', phone: '+41 44 668 18 00' }, context: device },
    ),
    event('track', ADA, { event: 'Order Completed', properties: { revenue: 19.5, currency: 'CHF' } }),
    event('track', ADA, { event: 'Consent Granted', properties: { channel: 'email', topic: 'news', wording: 'v2' } }),
    event('track', ADA, { event: 'Order Refunded', properties: { revenue: -3, currency: 'CHF' } }),
    event('group', ADA, { groupId: 'acme', traits: { seats: 7 } }),
  );
  await pass(HOUR);
  await send(laptop, serverKey, event('identify', BEN, { traits: { email: 'ben@shop.example' } }));
  await send(laptop, serverKey, event('alias', ADA, { previousId: 'ben' }));
  await send(laptop, writeKey, event('track', GUS, { event: 'Application Opened' }));
  for (let i = 0; i < 6; i++)
    await send(
      laptop,
      writeKey,
      ...Array.from({ length: 1_000 }, () => event('track', { userId: 'robot' }, { event: 'Tick' })),
    );
  await pass(DAY - HOUR);
  // At noon here it is quiet where she is: her welcome waits, and others' do not.
  await send(
    laptop,
    writeKey,
    event('identify', JAN, { traits: { email: 'jan@shop.example' }, context: { timezone: 'Pacific/Auckland' } }),
  );
  // Is in the middle of a journey when all else is in flight.
  await send(
    laptop,
    writeKey,
    event('identify', KIM, { traits: { email: 'kim@shop.example' } }),
    event('track', KIM, { event: 'Product Added', properties: { name: 'Straw hat' } }),
  );
}

/** The project's own words, in its own name, and not at night. */
const PUBLISHED = [
  { type: 'settings', key: 'default', body: { quietHours: [{ from: '22:00', to: '06:00' }] } },
  {
    type: 'brand',
    key: 'default',
    body: {
      name: 'Shop',
      senders: { marketing: { sender: 'news' } },
      footer: { en: { address: 'Shop Ltd', unsubscribe: 'Unsubscribe' } },
    },
  },
  {
    type: 'template',
    key: 'welcome',
    body: {
      ...{ name: 'Welcome', channel: 'email' },
      locales: { en: { subject: 'Welcome to the shop', html: '<p>Hello {{ person.id }}</p>' } },
    },
  },
  {
    type: 'template',
    key: 'cart-reminder',
    body: {
      ...{ name: 'Reminder', channel: 'email' },
      locales: { en: { subject: 'Your {{ event.name }} is waiting', html: '<p>Hello {{ person.id }}</p>' } },
    },
  },
  {
    type: 'journey',
    key: 'cart',
    body: {
      ...{ name: 'Cart', entries: [{ type: 'event', event: 'Product Added' }], start: 'two-days' },
      steps: {
        'two-days': { type: 'wait', for: 'P2D', next: 'remind' },
        remind: { type: 'message', send: [{ channel: 'email', template: 'cart-reminder' }], next: 'end' },
        end: { type: 'exit' },
      },
    },
  },
];

async function publish(laptop: Laptop): Promise<void> {
  const sender = { channel: 'email', address: 'news@shop.example', name: 'Shop' };
  await change(laptop, 'PUT', '/api/catalog/bindings/sender/news', { value: sender });
  for (const { type, key, body } of PUBLISHED)
    await change(laptop, 'PUT', `/api/catalog/drafts/${type}/${key}`, { revision: 0, body });
  const items = PUBLISHED.map(({ type, key }) => ({ type, key }));
  await change(laptop, 'POST', '/api/catalog/publish', { expect: 0, items });
}

/** Somebody with much behind her is another one: her tombstone holds all of it, since nobody comes to empty it. */
async function joinUnmarked(laptop: Laptop, flight: Flight): Promise<void> {
  const { writeKey, serverKey } = laptop.perennial;
  const seen = Array.from({ length: 60 }, (_, n) => event('track', IVY, { event: `Page ${n} Viewed` }));
  await send(laptop, writeKey, ...seen);
  await laptop.perennial.settle();
  flight.leaveUnmarked();
  await send(laptop, serverKey, event('alias', IDA, { previousId: 'ivy' }));
  await laptop.perennial.settle();
}

/** Something on every queue: events, a due time, a release from quarantine, emails, refused hand-offs and raw inputs. */
async function underway(laptop: Laptop): Promise<void> {
  const { writeKey } = laptop.perennial;
  await send(
    laptop,
    writeKey,
    event('identify', { userId: 'fay' }, { traits: { email: 'fay@shop.example' } }),
    event(
      'track',
      { ...ADA, anonymousId: 'web-1' },
      { event: 'Order Completed', properties: { revenue: 5, currency: 'EUR' } },
    ),
    event('track', GUS, { event: 'Application Uninstalled' }),
    event('track', BEN, { event: 'Product Viewed' }),
    event('track', IVY, { event: 'Product Viewed' }),
    event('track', { anonymousId: 'web-9' }, { event: 'Product Viewed' }),
  );
  await change(laptop, 'POST', '/api/quarantine/release', { userId: 'robot' });
  await laptop.perennial.advanceTo(laptop.perennial.now() + 3 * MINUTE);
  await laptop.perennial.settle();
}
