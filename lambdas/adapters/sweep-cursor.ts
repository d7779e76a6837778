import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LiveLag } from '../../domain/decisions/live-lag.ts';

export interface SweepPosition {
  /** Everything due up to here (ms), in every shard, has been emitted. */
  readonly sweptTo: number;
  /** When the last pass from the beginning ran (ms). */
  readonly fullPassAt: number;
  /** What the sweep last saw of the live queue's lag; workers hold timers back by it. Left out when there was none. */
  readonly liveLag?: LiveLag | undefined;
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
    if (Item === undefined) return undefined;
    const of = (name: string) => Number(Item[name]?.N);
    const liveLag = Item.liveLag && { lag: of('liveLag'), readAt: of('liveLagReadAt') };
    return { sweptTo: of('sweptTo'), fullPassAt: of('fullPassAt'), liveLag };
  },
  async write({ sweptTo, fullPassAt, liveLag }) {
    const numbers = { sweptTo, fullPassAt, ...(liveLag && { liveLag: liveLag.lag, liveLagReadAt: liveLag.readAt }) };
    const attributes = Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }]);
    const Item = { ...KEY, ...Object.fromEntries(attributes) };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
});
