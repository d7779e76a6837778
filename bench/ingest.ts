import { OPEN_PLAN } from '../domain/events/plan-settings.ts';
import { openSource } from '../domain/events/source.ts';
import type { OutgoingMessage } from '../lambdas/adapters/queue.ts';
import { type IngestDependencies, ingest } from '../lambdas/events/ingest.handler.ts';
import { observing } from '../lambdas/events/observing/observing.ts';
import type { HttpEvent } from '../lambdas/runtime/http.ts';
import { percentile } from './percentile.ts';

const SINGLE_REQUESTS = 20_000;
const BATCH_REQUESTS = 400;
const EVENTS_PER_BATCH = 100;
/** Requests that differ, so that nothing is quick only because it was there before. */
const DIFFERENT = 500;
const ROUNDS = 5;
const START = Date.parse('2026-03-02T12:00:00Z');

/**
 * Requests with one event and events in requests of 100 that the handler takes in a second, on one core: body, key,
 * checks, queue messages and the observer, everything but the network.
 */
export async function ingestFigures(): Promise<{ requestsPerSecond: number; eventsPerSecond: number }> {
  const singles = Array.from({ length: DIFFERENT }, (_, number) => browserRequest(number));
  const batches = Array.from({ length: DIFFERENT / 10 }, (_, number) => serverRequest(number));
  return {
    requestsPerSecond: Math.round(await requestsPerSecond(singles, SINGLE_REQUESTS)),
    eventsPerSecond: Math.round((await requestsPerSecond(batches, BATCH_REQUESTS)) * EVENTS_PER_BATCH),
  };
}

/** The median of several rounds, after one that does not count. */
async function requestsPerSecond(requests: readonly HttpEvent[], count: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    for (let i = 0; i < count; i++) {
      const { statusCode } = await ingest(DEPENDENCIES, requests[i % requests.length] as HttpEvent);
      if (statusCode !== 200) throw new Error(`Ingest answered ${statusCode}`);
    }
    if (round > 0) rates.push(count / ((performance.now() - started) / 1_000));
  }
  return percentile(rates, 0.5);
}

const source = openSource('web', 'client');

const DEPENDENCIES: IngestDependencies = {
  sources: { find: async () => source },
  plan: { read: async () => OPEN_PLAN },
  meter: { waitFor: async () => undefined },
  users: { among: async () => new Set() },
  // As much as the real one does before it calls the SDK: it measures each message.
  live: {
    async send<M extends OutgoingMessage>(messages: readonly M[]) {
      let bytes = 0;
      for (const { body } of messages) bytes += Buffer.byteLength(body);
      if (bytes === 0) throw new Error('Nothing was sent');
      return [];
    },
  },
  observer: observing({
    settings: { read: async () => OPEN_PLAN },
    recent: { async add() {} },
    plan: { add: async (seen) => ({ outcome: 'added', stored: seen }), async addMore() {} },
    now: Date.now,
    log: () => {},
  }),
  log: () => {},
};

const at = (number: number) => new Date(START - 1_000 + (number % 900)).toISOString();

function request(path: string, body: object): HttpEvent {
  return {
    rawPath: path,
    headers: {
      'content-type': 'text/plain',
      authorization: `Basic ${btoa('wk_bench:')}`,
      origin: 'https://shop.example',
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      http: { method: 'POST' },
      domainName: 'events.shop.example',
      timeEpoch: START,
      requestId: 'Zx1aPjYtliAEJ2w=',
    },
  } as unknown as HttpEvent;
}

/** What analytics-next sends for one call, some 1.2 KB. */
const browserRequest = (number: number): HttpEvent =>
  request('/v1/t', {
    timestamp: at(number),
    integrations: { 'Segment.io': true },
    event: 'Product Viewed',
    type: 'track',
    properties: {
      product_id: `p-${number}`,
      name: 'Assam, second flush',
      category: 'tea',
      price: (number % 90) + 0.99,
      currency: 'EUR',
      url: `https://shop.example/tea/p-${number}`,
    },
    context: {
      page: {
        path: `/tea/p-${number}`,
        referrer: 'https://shop.example/tea',
        search: '?sort=new',
        title: 'Assam, second flush',
        url: `https://shop.example/tea/p-${number}?sort=new`,
      },
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
      userAgentData: {
        brands: [
          { brand: 'Chromium', version: '143' },
          { brand: 'Not A(Brand', version: '24' },
        ],
        mobile: false,
        platform: 'Linux',
      },
      locale: 'de-DE',
      library: { name: 'analytics.js', version: 'next-1.84.3' },
      campaign: { source: 'news', name: 'spring' },
      timezone: 'Europe/Berlin',
    },
    messageId: `ajs-next-${START + number}-31821957-0000-4000-8000-${String(number).padStart(12, '0')}`,
    userId: `user-${number % 200}`,
    anonymousId: `31821957-0000-4000-8000-${String(number % 200).padStart(12, '0')}`,
    writeKey: 'wk_bench',
    sentAt: new Date(START).toISOString(),
    _metadata: { bundled: ['Segment.io'], unbundled: [], bundledIds: [] },
  });

/** What analytics-node sends of a hundred calls, some 500 bytes each. */
const serverRequest = (batch: number): HttpEvent =>
  request('/v1/batch', {
    batch: Array.from({ length: EVENTS_PER_BATCH }, (_, i) => {
      const number = batch * EVENTS_PER_BATCH + i;
      return {
        timestamp: at(number),
        integrations: {},
        event: 'Order Completed',
        type: 'track',
        properties: {
          order_id: `o-${number}`,
          revenue: (number % 90) + 9.99,
          currency: 'EUR',
          products: [{ product_id: `p-${number % 500}`, price: 9.99, quantity: 1, category: 'tea' }],
        },
        context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
        userId: `user-${number % 2_000}`,
        messageId: `node-next-${START + number}-689b0000-0000-4000-8000-${String(number).padStart(12, '0')}`,
        _metadata: { nodeVersion: 'v20.20.2', jsRuntime: 'node' },
      };
    }),
    writeKey: 'wk_bench',
    sentAt: new Date(START).toISOString(),
  });
