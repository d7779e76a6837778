import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import type { RecentEvent } from '../../domain/events/recent-event.ts';
import { roomOf } from '../../domain/events/tracking-plan/rooms.ts';
import { BOUNDS, type SeenEvent } from '../../domain/events/tracking-plan/seen-event.ts';
import { dynamoPlanSettings } from '../../lambdas/adapters/plan-settings.ts';
import { dynamoRecentEvents, dynamoRecentEventsReader } from '../../lambdas/adapters/recent-events.ts';
import { dynamoTrackingPlan, dynamoTrackingPlanStore } from '../../lambdas/adapters/tracking-plan.ts';
import { DynamoDb } from '../../local/cloud/services/dynamodb/dynamo-db.ts';
import { clientOf, TestClock } from '../local/services/support.ts';
import { START } from '../support/people.ts';

/** A table with the keys of `ledger` and `definitions`. */
function table() {
  const dynamo = new DynamoDb({ clock: new TestClock(), onChange: () => undefined });
  dynamo.createTable({
    TableName: 'items',
    AttributeDefinitions: ['kind', 'name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'kind', KeyType: 'HASH' },
      { AttributeName: 'name', KeyType: 'RANGE' },
    ],
  });
  return new DynamoDBClient(clientOf(dynamo));
}

const inTime = new AbortController().signal;
const entry = (code: string, at = START): RecentEvent => ({ at, outcome: 'accepted', code });
const seen = (name: string, count = 1): SeenEvent => ({
  ...{ type: 'track', name, count, lookedAt: 0, first: START, last: START, properties: new Map(), more: 0 },
});

describe('recent events', () => {
  it('come back newest first, ring by ring and source by source', async () => {
    const client = table();
    const writer = dynamoRecentEvents(client, 'items');
    await writer.add('app', 'accepted', [entry('a'), entry('b')], START, inTime);
    await writer.add('app', 'accepted', [entry('c')], START, inTime);
    await writer.add('app', 'refused', [entry('r')], START, inTime);
    await writer.add('other', 'accepted', [entry('x')], START, inTime);
    const { accepted, refused } = await dynamoRecentEventsReader(client, 'items').read('app', START);
    expect(accepted.map(({ code }) => code)).toEqual(['c', 'b', 'a']);
    expect(refused.map(({ code }) => code)).toEqual(['r']);
  });

  it('push the oldest out, and are gone after a week', async () => {
    const client = table();
    const writer = dynamoRecentEvents(client, 'items');
    const reader = dynamoRecentEventsReader(client, 'items');
    for (let i = 0; i < 40; i++) await writer.add('app', 'accepted', [entry(`${i}`, START + i)], START, inTime);
    const { accepted } = await reader.read('app', START);
    expect(accepted.map(({ code }) => code)).toEqual(Array.from({ length: 32 }, (_, i) => `${39 - i}`));
    expect((await reader.read('app', START + 8 * DAY)).accepted).toEqual([]);
  });
});

describe('the stored tracking plan', () => {
  it('adds up what several workers saw, at the same moment too', async () => {
    const client = table();
    const workers = [dynamoTrackingPlan(client, 'items'), dynamoTrackingPlan(client, 'items')] as const;
    await Promise.all(workers.map((worker) => worker.add(seen('A', 2), START, inTime)));
    const added = await workers[0].add(seen('A'), START, inTime);
    expect(added).toMatchObject({ outcome: 'added', stored: { count: 5 } });
    const { seen: all, more } = await dynamoTrackingPlanStore(client, 'items').read(START);
    expect(all).toEqual([seen('A', 5)]);
    expect(more).toBe(0);
  });

  it('gives up when others keep writing in between', async () => {
    const client = table();
    const plan = dynamoTrackingPlan(client, 'items');
    await plan.add(seen('A'), START, inTime);
    const other = dynamoTrackingPlan(client, 'items');
    const disturbed = Object.assign(Object.create(client), {
      async send(command: never) {
        const answer = await client.send(command);
        if ((command as object) instanceof GetItemCommand) await other.add(seen('A'), START, inTime);
        return answer;
      },
    });
    expect(await dynamoTrackingPlan(disturbed, 'items').add(seen('A'), START, inTime)).toEqual({ outcome: 'conflict' });
  });
});

describe('a full plan', () => {
  /** All room but that of one name taken by others, which were seen today. */
  async function fullPlan() {
    const client = table();
    const plan = dynamoTrackingPlan(client, 'items');
    const store = dynamoTrackingPlanStore(client, 'items');
    const others = Array.from({ length: BOUNDS.names - 1 }, (_, i) => [`h${i}`, { S: roomOf(seen('')) }] as const);
    const rooms = { M: Object.fromEntries(others) };
    await client.send(
      new PutItemCommand({ TableName: 'items', Item: { kind: { S: 'tracking-plan' }, name: { S: 'rooms' }, rooms } }),
    );
    await plan.add(seen('A'), START, inTime);
    const names = async (now = START) => (await store.read(now)).seen.map(({ name }) => name);
    return { plan, store, names };
  }

  it('counts the rest', async () => {
    const { plan, store } = await fullPlan();
    expect(await plan.add(seen('one more'), START, inTime)).toEqual({ outcome: 'full' });
    expect(await plan.add(seen('A'), START, inTime)).toMatchObject({ outcome: 'added' });
    await plan.addMore(3, inTime);
    await plan.addMore(4, inTime);
    expect(await store.read(START)).toMatchObject({ seen: [{ name: 'A', count: 2 }], more: 7 });
  });

  it('has room two days after names that were sent once; one that comes back has what it had', async () => {
    const { plan, names } = await fullPlan();
    const on = (day: number) => ({ first: START + day * DAY, last: START + day * DAY });
    const add = (name: string, day: number) => plan.add({ ...seen(name), ...on(day) }, START + day * DAY, inTime);
    expect(await add('B', 1)).toEqual({ outcome: 'full' });
    // All others are seen again, so A is the one that gives way.
    for (let i = 0; i < BOUNDS.names - 1; i++) expect(await add(`event ${i}`, 2)).toMatchObject({ outcome: 'added' });
    expect(await names(START + 2 * DAY)).toHaveLength(BOUNDS.names);
    expect(await add('B', 3)).toMatchObject({ outcome: 'added' });
    expect(await names(START + 3 * DAY)).not.toContain('A');
    expect(await add('A', 3)).toEqual({ outcome: 'full' });
    expect(await add('A', 5)).toMatchObject({ outcome: 'added', stored: { count: 2 } });
  });

  it('has room when somebody has names forgotten', async () => {
    const { plan, store, names } = await fullPlan();
    await store.forget((await store.read(START)).seen);
    expect(await names()).toEqual([]);
    expect(await plan.add(seen('B'), START, inTime)).toMatchObject({ outcome: 'added', stored: { count: 1 } });
    expect(await names()).toEqual(['B']);
  });

  it('does not show what was not seen for ninety days', async () => {
    const { names } = await fullPlan();
    expect(await names(START + 89 * DAY)).toEqual(['A']);
    expect(await names(START + 91 * DAY)).toEqual([]);
  });
});

describe('a flush that takes too long', () => {
  it('can let go of each of its calls', async () => {
    const client = table();
    const signals: unknown[] = [];
    const watched: DynamoDBClient = Object.assign(Object.create(client), {
      async send(command: never, options?: { abortSignal?: unknown }) {
        signals.push(options?.abortSignal);
        return client.send(command);
      },
    });
    const plan = dynamoTrackingPlan(watched, 'items');
    await plan.add(seen('A'), START, inTime);
    await plan.addMore(1, inTime);
    await dynamoRecentEvents(watched, 'items').add('app', 'accepted', [entry('a')], START, inTime);
    // A new name is the longest way; none has more than two of it.
    expect(signals).toEqual(Array.from({ length: 4 + 1 + 2 }, () => inTime));
  });
});

describe('the settings of the plan', () => {
  it('are open until somebody decides', async () => {
    const settings = dynamoPlanSettings(table(), 'items');
    expect(await settings.read()).toEqual(OPEN_PLAN);
    await settings.write({ ...OPEN_PLAN, personal: ['coupon'] });
    expect(await settings.read()).toEqual({ ...OPEN_PLAN, personal: ['coupon'] });
  });
});
