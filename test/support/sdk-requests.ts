import { gzipSync } from 'node:zlib';
import type { CustomerEvent } from '../../domain/events/event.ts';
import type { RawRequest } from './raw-http.ts';

/** A request as an SDK makes it that cannot run here, with what it tells us. */
export interface SdkRequest {
  readonly sdk: string;
  readonly key: 'client' | 'server';
  /** The request for a user whose ids nobody else has. */
  readonly request: (user: string, writeKey: string) => RawRequest;
  /** Fields of the raw events it becomes, in the order of the batch. */
  readonly events: (user: string) => readonly Partial<CustomerEvent>[];
}

const OCCURRED = '2026-03-02T11:58:20.500Z';
const SENT = '2026-03-02T11:59:50.000Z';
/** When it happened by our clock, which reads 12:00: the client's is 10 s slow. */
const TIME = Date.parse('2026-03-02T11:58:30.500Z');

export const basicOf = (writeKey: string): string => `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
const whole = (body: object): Buffer[] => [Buffer.from(JSON.stringify(body))];

const uuid = (user: string, tail: number) =>
  `5f0c1c9e-0000-4000-8000-${user.slice(-8)}${String(tail).padStart(4, '0')}`;

const phone = (library: { name: string; version: string }, os: string) => ({
  app: { name: 'Shop', version: '4.2.0', build: '420', namespace: 'example.shop' },
  device: { id: 'device-model-1', manufacturer: 'Example', model: 'One', name: 'One', type: os.toLowerCase() },
  library,
  locale: 'de-DE',
  network: { wifi: true, cellular: false },
  os: { name: os, version: '17.2' },
  screen: { width: 390, height: 844 },
  timezone: 'Europe/Berlin',
  instanceId: 'instance-1',
});

/** Identify, track and screen as the mobile SDKs of Segment write them. */
const mobileBatch = (user: string, library: { name: string; version: string }, os: string) => {
  const common = (tail: number) => ({
    anonymousId: `device of ${user}`,
    messageId: uuid(user, tail),
    timestamp: OCCURRED,
    context: phone(library, os),
    integrations: {},
    _metadata: { bundled: [], unbundled: [], bundledIds: [] },
  });
  return [
    { type: 'identify', userId: user, traits: { firstName: 'Ada', plan: 'pro' }, ...common(1) },
    {
      type: 'track',
      event: 'Product Viewed',
      userId: user,
      properties: { product_id: 'p1', price: 12.5 },
      ...common(2),
    },
    { type: 'screen', name: 'Basket', userId: user, properties: {}, ...common(3) },
  ];
};

const mobileEvents = (user: string): Partial<CustomerEvent>[] => [
  {
    type: 'identify',
    userId: user,
    anonymousId: `device of ${user}`,
    traits: { firstName: 'Ada', plan: 'pro' },
    time: TIME,
  },
  { type: 'track', name: 'Product Viewed', userId: user, properties: { product_id: 'p1', price: 12.5 }, time: TIME },
  { type: 'screen', name: 'Basket', userId: user, time: TIME },
];

const order = (user: string, fields: object = {}) => ({
  type: 'track',
  event: 'Order Completed',
  userId: user,
  properties: { order_id: `o-${user}`, revenue: 42, currency: 'EUR' },
  messageId: uuid(user, 7),
  timestamp: OCCURRED,
  context: {},
  integrations: {},
  ...fields,
});

const orderEvents = (user: string): Partial<CustomerEvent>[] => [
  {
    type: 'track',
    name: 'Order Completed',
    userId: user,
    messageId: uuid(user, 7),
    properties: { revenue: 42 },
    time: TIME,
  },
];

const rudderMobile = (sdk: string, agent: string, wrap: (body: object) => Buffer[] = whole): SdkRequest => ({
  sdk,
  key: 'client',
  request: (user, writeKey) => ({
    path: '/v1/batch',
    headers: {
      'content-type': 'application/json',
      authorization: basicOf(writeKey),
      anonymousid: Buffer.from(`device of ${user}`).toString('base64'),
      'user-agent': agent,
    },
    body: wrap({
      batch: [
        {
          type: 'track',
          event: 'Product Viewed',
          userId: user,
          anonymousId: `device of ${user}`,
          channel: 'mobile',
          messageId: uuid(user, 1),
          originalTimestamp: OCCURRED,
          sentAt: SENT,
          properties: { product_id: 'p1' },
          context: {
            ...phone({ name: sdk, version: '1.2.0' }, 'Android'),
            traits: { plan: 'pro' },
            sessionId: 1772452000,
          },
          integrations: { All: true },
        },
      ],
      sentAt: SENT,
    }),
  }),
  events: (user) => [
    { type: 'track', name: 'Product Viewed', userId: user, anonymousId: `device of ${user}`, time: TIME },
  ],
});

const server = (
  sdk: string,
  path: string,
  headers: (writeKey: string) => Record<string, string>,
  body: (user: string, writeKey: string) => Buffer[],
): SdkRequest => ({
  sdk,
  key: 'server',
  request: (user, writeKey) => ({ path, headers: headers(writeKey), body: body(user, writeKey) }),
  events: orderEvents,
});

export const SDK_REQUESTS: readonly SdkRequest[] = [
  {
    sdk: 'Segment React Native',
    key: 'client',
    request: (user, writeKey) => ({
      path: '/v1/b',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: whole({
        batch: mobileBatch(user, { name: '@segment/analytics-react-native', version: '2.21.0' }, 'iOS'),
        sentAt: SENT,
        writeKey,
      }),
    }),
    events: mobileEvents,
  },
  {
    // Its file of a batch is JSON with sentAt and the key at its end; what goes out is the file.
    sdk: 'Segment Swift',
    key: 'client',
    request: (user, writeKey) => ({
      path: '/v1/b',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'analytics-ios/1.6.0' },
      body: whole({
        batch: mobileBatch(user, { name: 'analytics-swift', version: '1.6.0' }, 'iOS'),
        sentAt: SENT,
        writeKey,
      }),
    }),
    events: mobileEvents,
  },
  {
    sdk: 'Segment Kotlin with a proxy that unpacks gzip',
    key: 'client',
    request: (user, writeKey) => ({
      path: '/v1/b',
      headers: { 'content-type': 'text/plain', 'user-agent': 'analytics-kotlin/1.16.0' },
      body: whole({
        batch: mobileBatch(user, { name: 'analytics-kotlin', version: '1.16.0' }, 'Android'),
        sentAt: SENT,
        writeKey,
      }),
    }),
    events: mobileEvents,
  },
  server(
    'Segment Java',
    '/v1/import/',
    (key) => ({
      'content-type': 'application/json; charset=UTF-8',
      authorization: basicOf(key),
      'user-agent': 'analytics-java/3.5.0',
    }),
    (user) =>
      whole({
        batch: [order(user)],
        sentAt: SENT,
        context: { library: { name: 'analytics-java', version: '3.5.0' } },
        sequence: 1,
      }),
  ),
  server(
    'Segment Ruby',
    '/v1/import',
    (key) => ({
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: basicOf(key),
      'user-agent': 'analytics-ruby/2.5.0',
    }),
    (user) =>
      whole({
        sentAt: SENT,
        batch: [order(user, { context: { library: { name: 'analytics-ruby', version: '2.5.0' } } })],
      }),
  ),
  server(
    'Segment Python',
    '/v1/batch',
    () => ({ 'content-type': 'application/json', 'user-agent': 'analytics-python/2.3.3' }),
    (user, writeKey) =>
      // Python writes microseconds, an offset, and a space after each colon.
      [
        Buffer.from(
          `{"batch": [${JSON.stringify(order(user, { timestamp: '2026-03-02T11:58:20.500123+00:00' }))}], "sentAt": "2026-03-02T11:59:50.000000+00:00", "writeKey": "${writeKey}"}`,
        ),
      ],
  ),
  server(
    'Segment Go',
    '/v1/batch',
    (key) => ({
      'content-type': 'application/json',
      authorization: basicOf(key),
      'user-agent': 'analytics-go (version: 3.0.0)',
    }),
    (user) =>
      whole({
        batch: [
          order(user, { timestamp: '2026-03-02T11:58:20.500000000Z', context: undefined, integrations: undefined }),
        ],
        sentAt: '2026-03-02T11:59:50Z',
        context: { library: { name: 'analytics-go', version: '3.0.0' } },
      }),
  ),
  server(
    'Segment PHP',
    '/v1/batch',
    (key) => ({ 'content-type': 'application/json', authorization: basicOf(key), 'user-agent': 'analytics-php/3.8.0' }),
    // An empty array is how PHP writes an object without members.
    (user) => whole({ batch: [order(user, { context: [], integrations: [] })], sentAt: SENT }),
  ),
  server(
    'Segment C#',
    '/v1/b',
    () => ({ 'content-type': 'text/plain' }),
    (user, writeKey) => whole({ batch: [order(user)], sentAt: SENT, writeKey }),
  ),
  rudderMobile('Rudder Kotlin', 'RudderStack/Android'),
  rudderMobile('Rudder Swift', 'RudderStack/iOS'),
  {
    sdk: 'Rudder in a page that closes (beacon)',
    key: 'client',
    request: (user, writeKey) => ({
      path: `/beacon/v1/batch?writeKey=${encodeURIComponent(writeKey)}`,
      headers: {
        'content-type': 'text/plain;charset=UTF-8',
        origin: 'https://shop.example',
        'sec-fetch-mode': 'no-cors',
      },
      body: whole({
        batch: [{ ...order(user, { timestamp: undefined }), originalTimestamp: OCCURRED, sentAt: SENT }],
        sentAt: SENT,
      }),
    }),
    events: orderEvents,
  },
  {
    sdk: 'Rudder in a browser, identify with traits only in the context',
    key: 'client',
    request: (user, writeKey) => ({
      path: '/v1/identify',
      headers: {
        'content-type': 'application/json;charset=UTF-8',
        authorization: basicOf(writeKey),
        anonymousid: Buffer.from(`device of ${user}`).toString('base64'),
        sentat: SENT,
        origin: 'https://shop.example',
      },
      body: whole({
        userId: user,
        type: 'identify',
        channel: 'web',
        context: {
          traits: { firstName: 'Ada', plan: 'pro' },
          sessionId: 1795302634629,
          timezone: 'GMT+0000',
          locale: 'en-US',
        },
        originalTimestamp: OCCURRED,
        messageId: uuid(user, 1),
        anonymousId: `device of ${user}`,
        integrations: { All: true },
        sentAt: SENT,
      }),
    }),
    events: (user) => [{ type: 'identify', userId: user, traits: { firstName: 'Ada', plan: 'pro' }, time: TIME }],
  },
  {
    sdk: 'Segment in a browser, one event a request',
    key: 'client',
    request: (user, writeKey) => ({
      path: '/v1/t',
      headers: { 'content-type': 'text/plain', authorization: basicOf(writeKey), origin: 'https://shop.example' },
      body: whole({
        timestamp: OCCURRED,
        integrations: { 'Segment.io': true },
        event: 'Product Viewed',
        type: 'track',
        properties: { product_id: 'p1', price: 12.5 },
        context: { page: { path: '/tea', url: 'https://shop.example/tea' }, locale: 'en-US', timezone: 'UTC' },
        messageId: `ajs-next-1772452700500-${uuid(user, 1)}`,
        userId: null,
        anonymousId: user,
        writeKey,
        sentAt: SENT,
        _metadata: { bundled: ['Segment.io'], unbundled: [], bundledIds: [] },
      }),
    }),
    events: (user) => [{ type: 'track', name: 'Product Viewed', anonymousId: user, time: TIME }],
  },
];

/** SDKs that compress under a content type which API Gateway takes for text, as they would send to it. */
export const COMPRESSED_UNDER_TEXT: readonly SdkRequest[] = [
  compressed('Segment Kotlin', 'text/plain', '/v1/b'),
  compressed('Segment Python with gzip', 'application/json', '/v1/batch'),
  compressed('Rudder Kotlin with gzip', 'application/json', '/v1/batch'),
];

function compressed(sdk: string, contentType: string, path: string): SdkRequest {
  return {
    sdk,
    key: 'client',
    request: (user, writeKey) => {
      const bytes = gzipSync(
        JSON.stringify({ batch: mobileBatch(user, { name: sdk, version: '1' }, 'Android'), sentAt: SENT, writeKey }),
      );
      return {
        path,
        headers: { 'content-type': contentType, 'content-encoding': 'gzip' },
        // Chunked: the SDK compresses while it sends.
        body: [bytes.subarray(0, 10), bytes.subarray(10)],
      };
    },
    events: mobileEvents,
  };
}
