import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

export interface SweepPosition {
  /** Everything due up to here (ms), in every shard, has been emitted. */
  readonly sweptTo: number;
  /** When the last pass from the beginning ran (ms). */
  readonly fullPassAt: number;
}

/** Where the sweep stopped. One for all shards: a cursor each would be most of what an idle deployment costs. */
export interface SweepCursor {
  read(): Promise<SweepPosition | undefined>;
  write(position: SweepPosition): Promise<void>;
}

const KEY = { kind: { S: 'sweep-cursor' }, name: { S: 'all' } };

export const dynamoSweepCursor = (client: DynamoDBClient, table: string): SweepCursor => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
    return Item && { sweptTo: Number(Item.sweptTo?.N), fullPassAt: Number(Item.fullPassAt?.N) };
  },
  async write({ sweptTo, fullPassAt }) {
    const Item = { ...KEY, sweptTo: { N: String(sweptTo) }, fullPassAt: { N: String(fullPassAt) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
});
