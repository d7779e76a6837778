import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import type { RecentEvent } from '../../domain/events/recent-event.ts';
import { BOUNDS, type SeenEvent } from '../../domain/events/tracking-plan/seen-event.ts';
import { dynamoPlanSettings } from '../../lambdas/adapters/plan-settings.ts';
import { dynamoRecentEvents, dynamoRecentEventsReader } from '../../lambdas/adapters/recent-events.ts';
import { dynamoTrackingPlan, dynamoTrackingPlanReader } from '../../lambdas/adapters/tracking-plan.ts';
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

const entry = (code: string, at = START): RecentEvent => ({ at, outcome: 'accepted', code });
const seen = (name: string, count = 1): SeenEvent => ({
  ...{ type: 'track', name, count, lookedAt: 0, first: START, last: START, properties: new Map(), more: 0 },
});

describe('recent events', () => {
  it('come back newest first, ring by ring and source by source', async () => {
    const client = table();
    const writer = dynamoRecentEvents(client, 'items');
    await writer.add('app', 'accepted', [entry('a'), entry('b')], START);
    await writer.add('app', 'accepted', [entry('c')], START);
    await writer.add('app', 'refused', [entry('r')], START);
    await writer.add('other', 'accepted', [entry('x')], START);
    const { accepted, refused } = await dynamoRecentEventsReader(client, 'items').read('app', START);
    expect(accepted.map(({ code }) => code)).toEqual(['c', 'b', 'a']);
    expect(refused.map(({ code }) => code)).toEqual(['r']);
  });

  it('push the oldest out, and are gone after a week', async () => {
    const client = table();
    const writer = dynamoRecentEvents(client, 'items');
    const reader = dynamoRecentEventsReader(client, 'items');
    for (let i = 0; i < 40; i++) await writer.add('app', 'accepted', [entry(`${i}`, START + i)], START);
    const { accepted } = await reader.read('app', START);
    expect(accepted.map(({ code }) => code)).toEqual(Array.from({ length: 32 }, (_, i) => `${39 - i}`));
    expect((await reader.read('app', START + 8 * DAY)).accepted).toEqual([]);
  });
});

describe('the stored tracking plan', () => {
  it('adds up what several workers saw, at the same moment too', async () => {
    const client = table();
    const workers = [dynamoTrackingPlan(client, 'items'), dynamoTrackingPlan(client, 'items')] as const;
    await Promise.all(workers.map((worker) => worker.add(seen('A', 2))));
    const added = await workers[0].add(seen('A'));
    expect(added).toMatchObject({ outcome: 'added', stored: { count: 5 } });
    const { seen: all, more } = await dynamoTrackingPlanReader(client, 'items').read();
    expect(all).toEqual([seen('A', 5)]);
    expect(more).toBe(0);
  });

  it('gives up when others keep writing in between', async () => {
    const client = table();
    const plan = dynamoTrackingPlan(client, 'items');
    await plan.add(seen('A'));
    const other = dynamoTrackingPlan(client, 'items');
    const disturbed = Object.assign(Object.create(client), {
      async send(command: never) {
        const answer = await client.send(command);
        if ((command as object) instanceof GetItemCommand) await other.add(seen('A'));
        return answer;
      },
    });
    expect(await dynamoTrackingPlan(disturbed, 'items').add(seen('A'))).toEqual({ outcome: 'conflict' });
  });

  it('has room for so many names, and counts the rest', async () => {
    const client = table();
    const plan = dynamoTrackingPlan(client, 'items');
    for (let i = 0; i < BOUNDS.names; i++) await plan.add(seen(`event ${i}`));
    expect(await plan.add(seen('one more'))).toEqual({ outcome: 'full' });
    expect(await plan.add(seen('event 7'))).toMatchObject({ outcome: 'added' });
    await plan.addMore(3);
    await plan.addMore(4);
    const { seen: all, more } = await dynamoTrackingPlanReader(client, 'items').read();
    expect(all).toHaveLength(BOUNDS.names);
    expect(more).toBe(7);
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
