import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { streamRecord } from '../../../local/cloud/mappings/stream-record.ts';
import type { ItemChange } from '../../../local/cloud/services/dynamodb/dynamo-db.ts';
import { DynamoDb } from '../../../local/cloud/services/dynamodb/dynamo-db.ts';
import { clientOf, TestClock } from './support.ts';

const HOUR = 3_600;

/** A ledger whose items live for an hour unless they say otherwise. */
function given() {
  const clock = new TestClock();
  const changes: ItemChange[] = [];
  const dynamo = new DynamoDb({ clock, onChange: (_, change) => changes.push(change) });
  dynamo.createTable({
    TableName: 'ledger',
    AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
  const client = new DynamoDBClient(clientOf(dynamo));
  const seconds = () => Math.floor(clock.now() / 1_000);
  const put = (name: string, expiresAt: { N: string } | { S: string } = { N: String(seconds() + HOUR) }) =>
    client.send(new PutItemCommand({ TableName: 'ledger', Item: { name: { S: name }, expiresAt } }));
  const get = async (name: string) =>
    (await client.send(new GetItemCommand({ TableName: 'ledger', Key: { name: { S: name } } }))).Item;
  const names = () => [...dynamo.scan('ledger')].map((item) => item.name?.S).sort();
  return { clock, changes, client, put, get, names, seconds };
}

describe('AWS: an item whose time to live is over', () => {
  test('stays readable for days; only a reader’s own filter hides it', async () => {
    const { clock, client, put, get } = given();
    await put('old');
    clock.advance(24 * HOUR);
    expect(await get('old')).toBeDefined();
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'ledger',
        KeyConditionExpression: '#name = :name',
        FilterExpression: 'expiresAt > :now',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':name': { S: 'old' }, ':now': { N: String(Math.floor(clock.now() / 1_000)) } },
      }),
    );
    expect(Items).toEqual([]);
  });

  test('is removed in the end, each in its time, and the stream says by whom', async () => {
    const { clock, changes, put, names } = given();
    await put('first');
    clock.advance(12 * HOUR);
    await put('second');
    clock.advance(40 * HOUR);
    expect(names()).toEqual(['second']);
    clock.advance(24 * HOUR);
    expect(names()).toEqual([]);
    expect(clock.pending).toBe(0);

    expect(changes.map(({ eventName }) => eventName)).toEqual(['INSERT', 'INSERT', 'REMOVE', 'REMOVE']);
    const records = changes.map((change) =>
      streamRecord(change, { arn: 'arn', viewType: 'NEW_IMAGE', region: 'eu-central-1' }),
    );
    expect(records[3]?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
    expect(records[0]?.userIdentity).toBeUndefined();
  });

  test('lives on when it is given more time before it is removed', async () => {
    const { clock, put, names, seconds } = given();
    await put('one');
    clock.advance(24 * HOUR);
    await put('one', { N: String(seconds() + 30 * 24 * HOUR) });
    clock.advance(10 * 24 * HOUR);
    expect(names()).toEqual(['one']);
  });

  test.each([
    ['text', { S: '1' }],
    ['milliseconds', { N: String(Date.parse('2026-11-01T00:00:00Z')) }],
    ['a time more than five years ago', { N: '1' }],
  ])('is not removed for %s', async (_, expiresAt) => {
    const { clock, put, names } = given();
    await put('one', expiresAt);
    clock.advance(365 * 24 * HOUR);
    expect(names()).toEqual(['one']);
  });
});
