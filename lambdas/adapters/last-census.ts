import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Counts } from '../../domain/decisions/census/tally.ts';

/** Who is in which segment, as of the last time everybody was looked at. */
export interface LastCensus {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of the release it was counted under. */
  readonly number: number;
  readonly people: number;
  /** By the key of the segment. */
  readonly members: Counts;
  readonly inStage: Counts;
}

export interface LastCensusStore {
  read(): Promise<LastCensus | undefined>;
  write(census: LastCensus): Promise<void>;
}

const KEY = { kind: { S: 'census' }, name: { S: 'last' } };

export const dynamoLastCensus = (client: DynamoDBClient, table: string): LastCensusStore => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY }));
    return Item?.census?.S === undefined ? undefined : (JSON.parse(Item.census.S) as LastCensus);
  },
  async write(census) {
    const Item = { ...KEY, census: { S: JSON.stringify(census) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
});
