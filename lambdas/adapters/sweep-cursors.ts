import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

export interface SweepCursor {
  /** Everything due up to here (ms) has been emitted. */
  readonly sweptTo: number;
  /** When the last pass from the beginning ran (ms). */
  readonly fullPassAt: number;
}

export interface SweepCursors {
  read(shard: number): Promise<SweepCursor | undefined>;
  write(shard: number, cursor: SweepCursor): Promise<void>;
}

const KIND = 'sweep-cursor';

export const dynamoSweepCursors = (client: DynamoDBClient, table: string): SweepCursors => ({
  async read(shard) {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: { kind: { S: KIND }, name: { S: String(shard) } },
        ConsistentRead: true,
      }),
    );
    return Item && { sweptTo: Number(Item.sweptTo?.N), fullPassAt: Number(Item.fullPassAt?.N) };
  },
  async write(shard, { sweptTo, fullPassAt }) {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          kind: { S: KIND },
          name: { S: String(shard) },
          sweptTo: { N: String(sweptTo) },
          fullPassAt: { N: String(fullPassAt) },
        },
      }),
    );
  },
});
