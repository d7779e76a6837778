import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../local/cloud/services/dynamodb/attribute-value.ts';
import type { ItemChange } from '../../../local/cloud/services/dynamodb/dynamo-db.ts';
import { DynamoDb } from '../../../local/cloud/services/dynamodb/dynamo-db.ts';
import { clientOf, failure, TestClock } from './support.ts';

const attribute = (AttributeName: string, AttributeType: 'S' | 'N' = 'S') => ({ AttributeName, AttributeType });
const keys = (...names: string[]) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
const Projection = { ProjectionType: 'KEYS_ONLY' };

function given() {
  const clock = new TestClock();
  const changes: (ItemChange & { table: string })[] = [];
  const dynamo = new DynamoDb({ clock, onChange: (table, change) => changes.push({ table, ...change }) });
  dynamo.createTable({
    TableName: 'profiles',
    AttributeDefinitions: [attribute('id'), attribute('dueShard'), attribute('dueAt', 'N'), attribute('email')],
    KeySchema: keys('id'),
    GlobalSecondaryIndexes: [
      { IndexName: 'due', KeySchema: keys('dueShard', 'dueAt'), Projection },
      { IndexName: 'email', KeySchema: keys('email'), Projection },
    ],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  });
  dynamo.createTable({
    TableName: 'timeline',
    AttributeDefinitions: [attribute('user'), attribute('entry')],
    KeySchema: keys('user', 'entry'),
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
  const client = new DynamoDBClient(clientOf(dynamo));
  const put = (Item: PutItemCommandInput['Item'], more: Partial<PutItemCommandInput> = {}) =>
    client.send(new PutItemCommand({ TableName: 'profiles', Item, ...more }));
  const get = (id: string) => client.send(new GetItemCommand({ TableName: 'profiles', Key: { id: { S: id } } }));
  return { clock, changes, dynamo, client, put, get };
}

describe('items', () => {
  test('come back as they were put, numbers in plain form', async () => {
    const { put, get } = given();
    const item = {
      id: { S: 'k#1' },
      version: { N: '007.50' },
      big: { N: '1.5e3' },
      tiny: { N: '-25E-4' },
      bytes: { B: new Uint8Array([1, 2]) },
      list: { L: [{ N: '1.0' }, { BOOL: true }, { NULL: true as const }] },
      map: { M: { a: { S: '' }, b: { NS: ['1', '2.0'] } } },
    };
    await put(item);
    expect((await get('k#1')).Item).toEqual({
      ...item,
      version: { N: '7.5' },
      big: { N: '1500' },
      tiny: { N: '-0.0025' },
      list: { L: [{ N: '1' }, { BOOL: true }, { NULL: true }] },
      map: { M: { a: { S: '' }, b: { NS: ['1', '2'] } } },
    });
    expect((await get('k#2')).Item).toBeUndefined();
  });

  test('cannot be changed from outside', async () => {
    const { dynamo } = given();
    const Item = { id: { S: 'k#1' }, tags: { L: [{ S: 'a' }] } };
    const request = { service: 'dynamodb', caller: '', method: 'POST', path: '/', headers: {} };
    await dynamo.handle({ ...request, action: 'PutItem', input: { TableName: 'profiles', Item } });
    Item.tags.L.push({ S: 'b' });
    const [stored] = [...dynamo.scan('profiles')] as [Item];
    expect(stored).toEqual({ id: { S: 'k#1' }, tags: { L: [{ S: 'a' }] } });
    expect(() => Object.assign(stored.id as object, { S: 'k#2' })).toThrow(TypeError);
    expect(() => (stored.tags as { L: unknown[] }).L.push({ S: 'b' })).toThrow(TypeError);
  });

  test('are put on a condition; a refused writer can see what it met', async () => {
    const { put, get, changes } = given();
    await put({ id: { S: 'k#1' }, version: { N: '1' } }, { ConditionExpression: 'attribute_not_exists(id)' });
    const onVersion = (version: string) => ({
      ConditionExpression: '#v = :v',
      ExpressionAttributeNames: { '#v': 'version' },
      ExpressionAttributeValues: { ':v': { N: version } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    });
    await put({ id: { S: 'k#1' }, version: { N: '2' } }, onVersion('1'));

    const error = await failure(put({ id: { S: 'k#1' }, version: { N: '2' } }, onVersion('1')));

    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect((error as ConditionalCheckFailedException).Item).toEqual({ id: { S: 'k#1' }, version: { N: '2' } });
    expect((await get('k#1')).Item?.version).toEqual({ N: '2' });
    expect(changes).toHaveLength(2);
  });

  test('are updated by expressions', async () => {
    const { client, put, get } = given();
    await put({ id: { S: 'k#1' }, n: { N: '1' }, gone: { S: 'x' } });
    const update = (extra: object) =>
      client.send(
        new UpdateItemCommand({
          TableName: 'profiles',
          Key: { id: { S: 'k#1' } },
          UpdateExpression: 'SET n = n + :one, email = :email REMOVE gone',
          ExpressionAttributeValues: { ':one': { N: '1' }, ':email': { S: 'a@b.c' } },
          ...extra,
        }),
      );
    const { Attributes } = await update({ ReturnValues: 'ALL_NEW' });
    expect(Attributes).toEqual({ id: { S: 'k#1' }, n: { N: '2' }, email: { S: 'a@b.c' } });
    const error = await failure(
      update({ ConditionExpression: 'attribute_exists(gone)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );
    expect((error as ConditionalCheckFailedException).Item?.n).toEqual({ N: '2' });
    expect((await get('k#1')).Item?.n).toEqual({ N: '2' });
  });
});

describe('the feed of changes', () => {
  test('tells every change in the order it was committed, and no writes that change nothing', async () => {
    const { client, put, changes, clock } = given();
    const id = { S: 'k#1' };
    const a = { id, tags: { SS: ['x', 'y'] } };
    const b = { id, tags: { SS: ['x'] } };
    await put(a);
    await put({ tags: { SS: ['y', 'x'] }, id });
    await put(b);
    await client.send(new DeleteItemCommand({ TableName: 'profiles', Key: { id } }));
    await client.send(new DeleteItemCommand({ TableName: 'profiles', Key: { id } }));
    await client.send(new UpdateItemCommand({ TableName: 'profiles', Key: { id } }));

    expect(changes).toMatchObject([
      { table: 'profiles', eventName: 'INSERT', keys: { id }, newImage: a, at: clock.now() },
      { eventName: 'MODIFY', newImage: b, oldImage: { id, tags: { SS: ['y', 'x'] } } },
      { eventName: 'REMOVE', keys: { id }, oldImage: b },
      { eventName: 'INSERT', newImage: { id } },
    ]);
    expect(changes[0]).not.toHaveProperty('oldImage');
    expect(changes[2]).not.toHaveProperty('newImage');
    const sequences = changes.map(({ sequence }) => BigInt(sequence));
    expect(sequences).toEqual([...sequences].sort((x, y) => (x < y ? -1 : 1)));
  });

  test('of two racing writers one wins and one is refused', async () => {
    const { put, changes } = given();
    const once = { ConditionExpression: 'attribute_not_exists(id)' };
    const outcomes = await Promise.allSettled([
      put({ id: { S: 'k#1' }, by: { S: 'a' } }, once),
      put({ id: { S: 'k#1' }, by: { S: 'b' } }, once),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(changes).toHaveLength(1);
  });
});

describe('indexes', () => {
  const due = (more: object) =>
    new QueryCommand({
      TableName: 'profiles',
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :s AND dueAt BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':s': { S: '0' }, ':from': { N: '10' }, ':to': { N: '20' } },
      ...more,
    });

  test('hold keys only, in order, and only items that have the keys', async () => {
    const { client, clock, put } = given();
    const person = (id: string, dueAt: string) => ({
      id: { S: id },
      dueShard: { S: '0' },
      dueAt: { N: dueAt },
      x: { S: 'y' },
    });
    await put(person('c', '20'));
    await put(person('a', '9'));
    await put(person('b', '10'));
    await put(person('d', '15'));
    await put(person('e', '15'));
    await put({ id: { S: 'no due' } });
    await put(person('d', '21'));
    clock.advance(2);
    const { Items } = await client.send(due({}));
    expect(Items?.map((item) => item.id?.S)).toEqual(['b', 'e', 'c']);
    expect(Items?.[0]).toEqual({ id: { S: 'b' }, dueShard: { S: '0' }, dueAt: { N: '10' } });
    const reverse = await client.send(due({ ScanIndexForward: false }));
    expect(reverse.Items?.map((item) => item.id?.S)).toEqual(['c', 'e', 'b']);
  });

  test.each([true, false])(
    'page through many entries of one and the same key (forward: %s)',
    async (ScanIndexForward) => {
      const { client, clock, put } = given();
      for (let i = 0; i < 500; i++) await put({ id: { S: `k#${i}` }, dueShard: { S: '0' }, dueAt: { N: '12' } });
      clock.advance(2);
      const seen = new Set<string>();
      let ExclusiveStartKey: Record<string, { S: string }> | undefined;
      do {
        const page = await client.send(due({ Limit: 7, ScanIndexForward, ExclusiveStartKey }));
        for (const item of page.Items ?? []) {
          expect(seen.has(item.id?.S ?? '')).toBe(false);
          seen.add(item.id?.S ?? '');
        }
        ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
      } while (ExclusiveStartKey !== undefined);
      expect(seen.size).toBe(500);
    },
  );

  test('cannot be read consistently and cannot hold empty text', async () => {
    const { client, put } = given();
    expect((await failure(client.send(due({ ConsistentRead: true })))).name).toBe('ValidationException');
    expect((await failure(put({ id: { S: 'a' }, email: { S: '' } }))).name).toBe('ValidationException');
    expect((await failure(put({ id: { S: 'a' }, dueAt: { S: '12' } }))).name).toBe('ValidationException');
  });
});

describe('batches', () => {
  const Key = (i: number) => ({ id: { S: `k#${i}` } });

  test('get up to 100 items, in no order to rely on', async () => {
    const { client, put } = given();
    for (let i = 0; i < 100; i++) await put(Key(i));
    const getKeys = (count: number) =>
      client.send(
        new BatchGetItemCommand({
          RequestItems: { profiles: { Keys: Array.from({ length: count }, (_, i) => Key(i)) } },
        }),
      );
    const { Responses, UnprocessedKeys } = await getKeys(100);
    const ids = Responses?.profiles?.map((item) => item.id?.S);
    expect(new Set(ids).size).toBe(100);
    expect(ids).not.toEqual(Array.from({ length: 100 }, (_, i) => `k#${i}`));
    expect(UnprocessedKeys).toEqual({});
    expect((await failure(getKeys(101))).name).toBe('ValidationException');
  });

  test('hand back the keys beyond 16 MB as unprocessed', async () => {
    const { client, put } = given();
    const count = 45;
    for (let i = 0; i < count; i++) await put({ ...Key(i), text: { S: 'x'.repeat(390_000) } });
    const Keys = Array.from({ length: count }, (_, i) => Key(i));
    const request = { profiles: { Keys, ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: request }));
    expect(Responses?.profiles).toHaveLength(43);
    expect(UnprocessedKeys?.profiles).toMatchObject({ ConsistentRead: true });
    expect(UnprocessedKeys?.profiles?.Keys).toHaveLength(2);
  });

  test('write up to 25 items over several tables', async () => {
    const { client, dynamo, changes } = given();
    const put = (i: number) => ({ PutRequest: { Item: Key(i) } });
    const entry = { PutRequest: { Item: { user: { S: 'k#1' }, entry: { S: '1' } } } };
    const write = (count: number) =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: { profiles: Array.from({ length: count }, (_, i) => put(i)), timeline: [entry] },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
    const { UnprocessedItems, ConsumedCapacity } = await write(24);
    expect(UnprocessedItems).toEqual({});
    expect(ConsumedCapacity).toEqual([
      { TableName: 'profiles', CapacityUnits: 24 },
      { TableName: 'timeline', CapacityUnits: 1 },
    ]);
    expect(changes).toHaveLength(25);
    expect((await failure(write(25))).name).toBe('ValidationException');
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { timeline: [{ DeleteRequest: { Key: entry.PutRequest.Item } }] } }),
    );
    expect([...dynamo.scan('timeline')]).toEqual([]);
    const twice = { profiles: [put(1), put(1)] };
    expect((await failure(client.send(new BatchWriteItemCommand({ RequestItems: twice })))).name).toBe(
      'ValidationException',
    );
  });
});

describe('capacity', () => {
  test('counts the item by the KB and index entries where they change', async () => {
    const { put } = given();
    const units = async (item: PutItemCommandInput['Item']) =>
      (await put(item, { ReturnConsumedCapacity: 'INDEXES' })).ConsumedCapacity;
    const item = { id: { S: 'a' }, dueShard: { S: '0' }, dueAt: { N: '5' } };
    expect(await units(item)).toEqual({
      TableName: 'profiles',
      CapacityUnits: 2,
      Table: { CapacityUnits: 1 },
      GlobalSecondaryIndexes: { due: { CapacityUnits: 1 } },
    });
    expect((await units({ ...item, text: { S: 'ü'.repeat(1000) } }))?.CapacityUnits).toBe(2);
    expect(await units({ ...item, dueAt: { N: '6' } })).toMatchObject({
      CapacityUnits: 4,
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { due: { CapacityUnits: 2 } },
    });
    expect(await units({ id: { S: 'a' } })).toMatchObject({ CapacityUnits: 2 });
  });

  test('of reads is halved unless consistent', async () => {
    const { client, put } = given();
    await put({ id: { S: 'a' }, text: { S: 'x'.repeat(5000) } });
    const units = async (ConsistentRead: boolean) => {
      const Key = { id: { S: 'a' } };
      const request = { TableName: 'profiles', Key, ConsistentRead, ReturnConsumedCapacity: 'TOTAL' as const };
      return (await client.send(new GetItemCommand(request))).ConsumedCapacity?.CapacityUnits;
    };
    expect([await units(true), await units(false)]).toEqual([2, 1]);
  });
});

describe('limits and refusals', () => {
  test('400 KB of UTF-8 an item', async () => {
    const { put, client } = given();
    const text = (bytes: number) => ({ id: { S: 'a' }, t: { S: 'ü'.repeat(bytes / 2) } });
    await put(text(400 * 1024 - 4));
    expect((await failure(put(text(400 * 1024 - 2)))).name).toBe('ValidationException');
    const grow = new UpdateItemCommand({
      TableName: 'profiles',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET more = :m',
      ExpressionAttributeValues: { ':m': { S: 'ü' } },
    });
    expect((await failure(client.send(grow))).message).toContain('exceeded the maximum allowed size');
  });

  test('2,048 bytes of UTF-8 a partition key, 1,024 a sort key, in indexes too', async () => {
    const { client, put } = given();
    await put({ id: { S: 'ü'.repeat(1024) }, email: { S: 'x'.repeat(2048) } });
    for (const item of [{ id: { S: 'ü'.repeat(1025) } }, { id: { S: 'a' }, email: { S: 'ü'.repeat(1025) } }]) {
      expect((await failure(put(item))).message).toContain('maximum size limit of 2048 bytes');
    }
    const entry = { user: { S: 'a' }, entry: { S: 'ü'.repeat(513) } };
    const refused = await failure(client.send(new PutItemCommand({ TableName: 'timeline', Item: entry })));
    expect(refused.message).toContain('size limit of 1024 bytes');
  });

  test('1 MB a page', async () => {
    const { client } = given();
    const put = (i: number) => {
      const Item = { user: { S: 'k#1' }, entry: { S: String(i).padStart(3, '0') }, text: { S: 'x'.repeat(100_000) } };
      return client.send(new PutItemCommand({ TableName: 'timeline', Item }));
    };
    for (let i = 0; i < 25; i++) await put(i);
    const query = (ExclusiveStartKey?: Record<string, { S: string }>) =>
      client.send(
        new QueryCommand({
          TableName: 'timeline',
          KeyConditionExpression: '#u = :u',
          ExpressionAttributeNames: { '#u': 'user' },
          ExpressionAttributeValues: { ':u': { S: 'k#1' } },
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        }),
      );
    const first = await query();
    expect(first.Count).toBe(11);
    const second = await query(first.LastEvaluatedKey as Record<string, { S: string }>);
    const third = await query(second.LastEvaluatedKey as Record<string, { S: string }>);
    expect([second.Count, third.Count, third.LastEvaluatedKey]).toEqual([11, 3, undefined]);
    expect(third.Items?.at(-1)?.entry).toEqual({ S: '024' });
  });

  test('a parallel scan sees every item once', async () => {
    const { client, put } = given();
    for (let i = 0; i < 200; i++) await put({ id: { S: `k#${i}` } });
    const ids: (string | undefined)[] = [];
    for (let Segment = 0; Segment < 4; Segment++) {
      const { Items } = await client.send(new ScanCommand({ TableName: 'profiles', Segment, TotalSegments: 4 }));
      ids.push(...(Items ?? []).map((item) => item.id?.S));
    }
    expect([ids.length, new Set(ids).size]).toEqual([200, 200]);
  });

  test('a table that is not there, an operation we do not have, a wrong key', async () => {
    const { client, put } = given();
    expect((await failure(put({ id: { S: 'a' } }, { TableName: 'none' }))).name).toBe('ResourceNotFoundException');
    const transaction = new TransactWriteItemsCommand({ TransactItems: [] });
    expect((await failure(client.send(transaction))).name).toBe('UnknownOperationException');
    expect((await failure(put({ id: { N: '1' } }))).name).toBe('ValidationException');
    expect((await failure(put({ id: { S: '' } }))).name).toBe('ValidationException');
    const reserved = put({ id: { S: 'a' } }, { ConditionExpression: 'attribute_not_exists(user)' });
    expect((await failure(reserved)).message).toContain('reserved keyword');
  });

  test('tables can be listed and described', async () => {
    const { client, put } = given();
    await put({ id: { S: 'a' } });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['profiles', 'timeline']);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'profiles' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', ItemCount: 1 });
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexStatus }) => IndexStatus)).toEqual(['ACTIVE', 'ACTIVE']);
  });
});
