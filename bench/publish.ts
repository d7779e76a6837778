import type { DynamoDBClient, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { DAY, MINUTE } from '../domain/calendar.ts';
import { advance } from '../domain/decisions/advance.ts';
import { DEFAULT_PLAN } from '../domain/decisions/plan.ts';
import { type EventInput, eventInput } from '../domain/state/input.ts';
import { dynamoProfileStore } from '../lambdas/adapters/profile-store.ts';
import type { Item } from '../local/cloud/services/dynamodb/attribute-value.ts';
import type { LocalPerennial } from '../local/perennial.ts';
import { type AdminApi, adminApi } from './admin-api.ts';

const PEOPLE = 100_000;
const SEGMENTS = 100;
const JOURNEYS = 50;
const EVENTS_OF_EACH = 8;

interface Preview {
  readonly exact: boolean;
  readonly count: number;
}
type Timed = Preview & { readonly seconds: number };

export interface PublishFigures {
  /** Seconds from the request to the answer: 100 segments and 50 journeys, nobody there. */
  readonly publishSeconds: number;
  /** As somebody gets it who waits at a screen, and all of it, by a job if need be. */
  readonly previewOf100000: Timed & { readonly whole: Timed };
  /** Until a publish has reached everybody: the first, by which most come into a segment, and one for which one in a hundred does. */
  readonly reconcileSeconds: { readonly mostDiffer: number; readonly fewDiffer: number };
}

/** How long it takes until what somebody publishes is live, and until it has reached 100,000 people. */
export async function publishFigures(perennial: LocalPerennial): Promise<PublishFigures> {
  const api = adminApi(perennial);
  const names: { type: string; key: string }[] = [];
  for (let i = 0; i < SEGMENTS; i++) {
    names.push({ type: 'segment', key: `segment-${i}` });
    await api('PUT', `/api/catalog/drafts/segment/segment-${i}`, { body: segment(i), revision: 0 });
  }
  for (let i = 0; i < JOURNEYS; i++) {
    names.push({ type: 'journey', key: `journey-${i}` });
    await api('PUT', `/api/catalog/drafts/journey/journey-${i}`, { body: journey(i), revision: 0 });
  }
  const publish = { items: names, expect: 0, fill: false };
  const publishSeconds = await secondsOf(() => api('POST', '/api/catalog/publish', publish));
  await perennial.settle();

  await putPeople(perennial);
  const where = { trait: 'points', gte: 50 };
  const estimate = await timed(() => api('POST', '/api/segments/preview', { where }) as Promise<Preview>);
  const whole = await timed(() => exactPreview(api, where));

  const reconciling = async (least: number, expect: number) => {
    await api('PUT', '/api/catalog/drafts/segment/segment-0', { body: segment(0, least), revision: 0 });
    return secondsOf(async () => {
      await api('POST', '/api/catalog/publish', {
        items: [{ type: 'segment', key: 'segment-0' }],
        expect,
        fill: false,
      });
      // It begins when all workers know what is live.
      await perennial.advanceTo(perennial.now() + 2 * MINUTE);
    });
  };
  const mostDiffer = await reconciling(98, 1);
  const fewDiffer = await reconciling(99, 2);
  return {
    publishSeconds,
    previewOf100000: { ...estimate, whole },
    reconcileSeconds: { mostDiffer, fewDiffer },
  };
}

async function exactPreview(api: AdminApi, where: object): Promise<Preview> {
  const answer = (await api('POST', '/api/segments/preview', { where, exact: true })) as Preview & { job?: string };
  if (answer.job === undefined) return answer;
  for (;;) {
    const { status, result } = (await api('GET', `/api/jobs/${answer.job}`)) as {
      readonly status: string;
      readonly result?: { readonly preview: Preview };
    };
    if (result !== undefined) return result.preview;
    if (status !== 'running') throw new Error(`The preview is ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const segment = (i: number, least = i) => ({
  name: `Segment ${i}`,
  where: i % 10 === 0 ? { trait: 'points', gte: least } : { event: `Event ${i}`, times: { gte: 2 }, within: 'P30D' },
});

const journey = (i: number) => ({
  name: `Journey ${i}`,
  entries: [{ type: 'event', event: `Event ${i}` }],
  start: 'pause',
  steps: { pause: { type: 'wait', for: 'P1D', next: 'end' }, end: { type: 'exit' } },
});

/** Puts people straight into the table, as the reducer would have left them. */
async function putPeople(perennial: LocalPerennial): Promise<void> {
  const { cloud, profilesTable } = perennial;
  const { dynamodb } = cloud.services;
  const table = dynamodb.table(profilesTable);
  if (table === undefined) throw new Error('The local cloud has no profiles');
  const client = {
    async send({ input }: { readonly input: PutItemCommandInput }) {
      const item = input.Item as Item;
      dynamodb.write(table, table.keyOf(item), item);
      return {};
    },
  };
  const store = dynamoProfileStore(client as unknown as DynamoDBClient, profilesTable, 1, async () => undefined);
  const now = perennial.now();
  for (let i = 0; i < PEOPLE; i++) {
    await store.commit(advance(undefined, inputsOf(i, now), DEFAULT_PLAN).profile, []);
    // The same process has connections to look after.
    if (i % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

function inputsOf(i: number, now: number): EventInput[] {
  const common = { userId: `user-${i}`, source: 'client', sourceId: 'bench' } as const;
  const seen = Array.from({ length: EVENTS_OF_EACH }, (_, n) => {
    const time = now - ((i + n * 7) % 60) * DAY - n;
    const name = `Event ${(i + n) % 60}`;
    return eventInput({ ...common, type: 'track', name, messageId: `m-${i}-${n}`, time, receivedAt: time });
  });
  const time = now - 90 * DAY;
  const traits = { points: i % 100, name: `Person ${i}` };
  return [eventInput({ ...common, type: 'identify', messageId: `i-${i}`, time, receivedAt: time, traits }), ...seen];
}

async function timed(preview: () => Promise<Preview>): Promise<Timed> {
  const begun = performance.now();
  const { exact, count } = await preview();
  return { seconds: Math.round(performance.now() - begun) / 1_000, exact, count };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round(performance.now() - begun) / 1_000;
}
