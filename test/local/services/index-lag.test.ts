import { DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DynamoDb } from '../../../local/cloud/services/dynamodb/dynamo-db.ts';
import { IndexEntries, LONGEST_INDEX_LAG } from '../../../local/cloud/services/dynamodb/index-entries.ts';
import { clientOf, TestClock } from './support.ts';

const Shard = { ':shard': { S: '0' } };

/** Profiles with an index of who is due, as the product has it. */
function given(seed = 'a') {
  const clock = new TestClock();
  const dynamo = new DynamoDb({ clock, seed });
  const table = dynamo.createTable({
    TableName: 'profiles',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'dueShard', AttributeType: 'S' },
      { AttributeName: 'dueAt', AttributeType: 'N' },
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'dueAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  const client = new DynamoDBClient(clientOf(dynamo));
  const put = (id: string, dueAt: number) =>
    client.send(
      new PutItemCommand({
        TableName: 'profiles',
        Item: { id: { S: id }, dueShard: { S: '0' }, dueAt: { N: String(dueAt) } },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
  const index = { TableName: 'profiles', IndexName: 'due' };
  const due = async () => {
    const query = new QueryCommand({
      ...index,
      KeyConditionExpression: 'dueShard = :shard',
      ExpressionAttributeValues: Shard,
    });
    const { Items = [] } = await client.send(query);
    return Items.map(({ id, dueAt }) => `${id?.S}@${dueAt?.N}`);
  };
  const scan = async () => (await client.send(new ScanCommand(index))).Items?.length;
  return { clock, dynamo, table, put, due, scan };
}

const people = Array.from({ length: 20 }, (_, i) => `p${i}`);

describe('AWS: a global secondary index follows its table with a delay', () => {
  test('a query and a scan of the index miss what was just written; the table has it', async () => {
    const { dynamo, put, due, scan } = given();
    for (const id of people) await put(id, 5);

    expect((await due()).length).toBeLessThan(5);
    expect(await scan()).toBe((await due()).length);
    expect([...dynamo.scan('profiles')]).toHaveLength(20);
  });

  test('entries appear one by one, all of them within two seconds', async () => {
    const { clock, put, due } = given();
    for (const id of people) await put(id, 5);

    const counts = [];
    for (let half = 0; half < 4; half++) {
      clock.advance(0.5);
      counts.push((await due()).length);
    }
    expect(new Set(counts).size).toBeGreaterThan(2);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(20);
  });

  test('a reader meets an entry under its old key and never under both', async () => {
    const { clock, put, due } = given();
    for (const id of people) await put(id, 5);
    clock.advance(2);
    for (const id of people) await put(id, 6);
    clock.advance(1);

    const seen = await due();
    expect(seen).toHaveLength(20);
    expect(new Set(seen.map((entry) => entry.split('@')[1]))).toEqual(new Set(['5', '6']));
  });

  test('the same seed lags alike, another one otherwise', async () => {
    const seenAfterASecond = async (seed: string) => {
      const { clock, put, due } = given(seed);
      for (const id of people) await put(id, 5);
      clock.advance(1);
      return due();
    };
    expect(await seenAfterASecond('a')).toEqual(await seenAfterASecond('a'));
    expect(await seenAfterASecond('a')).not.toEqual(await seenAfterASecond('b'));
  });

  test('the write is charged when it is made, for the index too', async () => {
    const { put } = given();
    const { ConsumedCapacity } = await put('p', 5);
    expect(ConsumedCapacity?.GlobalSecondaryIndexes).toEqual({ due: { CapacityUnits: 1 } });
  });

  test('the cloud can let everything arrive, without the clock', async () => {
    const { dynamo, put, due } = given();
    for (const id of people) await put(id, 5);
    dynamo.catchUpIndexes();
    expect(await due()).toHaveLength(20);
  });

  test('changes of one item never overtake each other, and all arrive in time', () => {
    const write = fc.record({ item: fc.constantFrom('a', 'b', 'c'), after: fc.integer({ min: 0, max: 900 }) });
    fc.assert(
      fc.property(fc.string(), fc.array(write, { maxLength: 30 }), (seed, writes) => {
        const entries = new IndexEntries(seed);
        const written = new Map<string, number>();
        const seen = new Map<string, number>();
        const keyOf = (item: string, version: number | undefined) =>
          version === undefined ? undefined : `${item}/${version}`;
        const look = (at: number) => {
          const keys = [...entries.seenAt(at).entries()].map(([key]) => key.split('/') as [string, string]);
          expect(new Set(keys.map(([item]) => item)).size).toBe(keys.length);
          for (const [item, version] of keys) {
            expect(Number(version)).toBeGreaterThanOrEqual(seen.get(item) ?? 0);
            seen.set(item, Number(version));
          }
        };
        let now = 0;
        for (const [version, { item, after }] of writes.entries()) {
          now += after;
          const from = keyOf(item, written.get(item));
          entries.change({ item, from, to: keyOf(item, version), entry: {} }, now);
          written.set(item, version);
          look(now);
        }
        look(now + LONGEST_INDEX_LAG);
        expect(seen).toEqual(written);
      }),
    );
  });
});
