import { MINUTE } from '../domain/calendar.ts';
import { randomFrom } from '../local/demo/random.ts';
import { postBatch } from '../local/events-client.ts';
import type { LocalPerennial } from '../local/perennial.ts';
import { storedProfile } from '../local/stored-profile.ts';
import { adminApi } from './admin-api.ts';

const REQUESTS = 200;
const EVENTS_PER_REQUEST = 100;
const USERS = 2_000;
const CONNECTIONS = 4;
const EVENT_NAMES = 20;

type Track = ReturnType<typeof track>;
type Request = readonly Track[];

const track = (user: number, number: number, eventNames = EVENT_NAMES) => ({
  type: 'track',
  event: `Event ${number % eventNames}`,
  userId: `user-${user}`,
  messageId: `m-${number}`,
  properties: { product_id: `p-${number % 500}`, price: (number % 90) + 0.99, category: 'tea' },
});

/** Ten users with ten events each in a request: what apps that flush per session send. */
export const groupedRequests = (): Request[] =>
  Array.from({ length: REQUESTS }, (_, request) =>
    Array.from({ length: EVENTS_PER_REQUEST }, (_, i) =>
      track(((request * 10) % USERS) + (i % 10), request * EVENTS_PER_REQUEST + i),
    ),
  );

/** A hundred users at random in a request: what a server that forwards everybody's events sends. */
export function randomRequests(eventNames = EVENT_NAMES): Request[] {
  const random = randomFrom(7);
  return Array.from({ length: REQUESTS }, (_, request) =>
    Array.from({ length: EVENTS_PER_REQUEST }, (_, i) =>
      track(Math.floor(random() * USERS), request * EVENTS_PER_REQUEST + i, eventNames),
    ),
  );
}

/** What is asked of everybody with it: how often in a month, by a trait, by a stage. */
const LIVE_SEGMENTS = {
  'tea-drinkers': { event: 'Event 3', times: { gte: 3 }, within: 'P30D' },
  'not-free': { not: { trait: 'plan', is: 'free' } },
  beginners: { stage: 'new' },
};

/** Publishes three segments, and waits until every worker knows. */
async function publishSegments(perennial: LocalPerennial): Promise<void> {
  const api = adminApi(perennial);
  const items = Object.keys(LIVE_SEGMENTS).map((key) => ({ type: 'segment', key }));
  for (const [key, where] of Object.entries(LIVE_SEGMENTS))
    await api('PUT', `/api/catalog/drafts/segment/${key}`, { revision: 0, body: { name: key, where } });
  await api('POST', '/api/catalog/publish', { items, expect: 0, fill: false });
  await perennial.advanceTo(perennial.now() + 2 * MINUTE);
}

/**
 * Events per real second from the first request until everything is at rest, with three live segments; throws if a single
 * event was not counted once.
 */
export async function eventsPerSecond(perennial: LocalPerennial, requests: readonly Request[]): Promise<number> {
  await publishSegments(perennial);
  const realStart = performance.now();
  const localStart = perennial.now();
  const waiting = [...requests];
  const connection = async () => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift())
      await postBatch(perennial.url, perennial.writeKey, batch);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  await perennial.settle();
  // Settling jumps over the waits before second tries instead of waiting them out: they count all the same.
  const elapsed = Math.max(performance.now() - realStart, perennial.now() - localStart);
  assertCounted(perennial, requests.flat().length);
  return Math.round(requests.flat().length / (elapsed / 1_000));
}

function assertCounted(perennial: LocalPerennial, expected: number): void {
  let counted = 0;
  for (const item of perennial.cloud.services.dynamodb.scan(perennial.profilesTable)) {
    const decoded = storedProfile(item);
    if (decoded?.outcome !== 'profile') throw new Error('A profile cannot be read');
    for (const { count } of decoded.profile.events) counted += count;
  }
  if (counted !== expected) throw new Error(`${counted} events were counted instead of ${expected}`);
}
