import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { LiveLag } from '../../domain/decisions/live-lag.ts';
import { conditionHeld } from './condition.ts';

export interface SweepPosition {
  /** Everything due up to here (ms), in every shard, has been emitted. */
  readonly sweptTo: number;
  /** When the last pass from the beginning ran (ms). */
  readonly fullPassAt: number;
  /** What the sweep last saw of the live queue's lag; workers hold timers back by it. Left out when there was none. */
  readonly liveLag?: LiveLag | undefined;
  /** When the next scheduled journey begins (ms); undefined: none does. Not the sweep's to write. */
  readonly schedulesAt?: number | undefined;
}

/** Where the sweep stopped. One for all shards: a cursor each would be most of what an idle deployment costs. */
export interface SweepCursor {
  read(): Promise<SweepPosition | undefined>;
  write(position: SweepPosition): Promise<void>;
  /**
   * Notes when somebody has to look at the schedules of journeys again (ms), unless that was noted by a later release.
   * @param release the number of the one that has these schedules
   */
  planSchedules(at: number | undefined, release: number): Promise<void>;
}

const KEY = { kind: { S: 'sweep-cursor' }, name: { S: 'all' } };

export const dynamoSweepCursor = (client: DynamoDBClient, table: string): SweepCursor => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
    // Schedules may have been planned before the first sweep.
    if (Item?.sweptTo === undefined) return undefined;
    const of = (name: string) => Number(Item[name]?.N);
    const liveLag = Item.liveLag && { lag: of('liveLag'), readAt: of('liveLagReadAt') };
    const schedulesAt = Item.schedulesAt && { schedulesAt: of('schedulesAt') };
    return { sweptTo: of('sweptTo'), fullPassAt: of('fullPassAt'), liveLag, ...schedulesAt };
  },
  async write({ sweptTo, fullPassAt, liveLag }) {
    const numbers = { sweptTo, fullPassAt, ...(liveLag && { liveLag: liveLag.lag, liveLagReadAt: liveLag.readAt }) };
    const sets = Object.keys(numbers).map((name) => `${name} = :${name}`);
    const values = Object.entries(numbers).map(([name, value]) => [`:${name}`, { N: String(value) }]);
    const removes = liveLag === undefined ? ' REMOVE liveLag, liveLagReadAt' : '';
    // One item for both, since an item of its own would be read each minute: what is planned stays.
    await client.send(
      new UpdateItemCommand({
        ...{ TableName: table, Key: KEY, UpdateExpression: `SET ${sets.join(', ')}${removes}` },
        ExpressionAttributeValues: Object.fromEntries(values),
      }),
    );
  },
  async planSchedules(at, release) {
    const write = client.send(
      new UpdateItemCommand({
        ...{ TableName: table, Key: KEY },
        UpdateExpression: `SET schedulesOf = :release${at === undefined ? ' REMOVE schedulesAt' : ', schedulesAt = :at'}`,
        ConditionExpression: 'attribute_not_exists(schedulesOf) OR schedulesOf <= :release',
        ExpressionAttributeValues: {
          ':release': { N: String(release) },
          ...(at !== undefined && { ':at': { N: String(at) } }),
        },
      }),
    );
    await conditionHeld(write);
  },
});
