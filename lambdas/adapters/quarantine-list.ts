import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { QuarantineEntry } from '../../domain/delivery/hand-off.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { eachOf } from '../runtime/concurrency.ts';

/** Who was put into quarantine lately: one entry a user, her last. Whether she still is in it, her profile says. */
export interface QuarantineList {
  /** Writes all or throws; what is written twice stands there once. */
  write(entries: readonly QuarantineEntry[]): Promise<void>;
}

export interface QuarantineListReader {
  /** Everybody on the list at `now` (ms), in no order. */
  read(now: number): Promise<Omit<QuarantineEntry, 'expiresAt'>[]>;
}

const KIND = { S: 'quarantine' };
const WRITES_AT_ONCE = 10;

export const dynamoQuarantineList = (client: DynamoDBClient, table: string): QuarantineList => ({
  write: (entries) =>
    eachOf(entries, WRITES_AT_ONCE, async ({ user, since, until, expiresAt }) => {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            kind: KIND,
            name: { S: user },
            since: { N: String(since) },
            until: { N: String(until) },
            expiresAt: { N: String(expiresAt) },
          },
        }),
      );
    }),
});

export const dynamoQuarantineListReader = (client: DynamoDBClient, table: string): QuarantineListReader => ({
  async read(now) {
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      // DynamoDB deletes what has expired when it finds time for it, which can take days.
      FilterExpression: 'expiresAt > :now',
      ExpressionAttributeValues: { ':kind': KIND, ':now': { N: String(Math.floor(now / 1_000)) } },
    };
    const entries: Omit<QuarantineEntry, 'expiresAt'>[] = [];
    for await (const { Items = [] } of paginateQuery({ client }, query))
      entries.push(
        ...Items.map(({ name, since, until }) => ({
          user: name?.S as UserKey,
          since: Number(since?.N),
          until: Number(until?.N),
        })),
      );
    return entries;
  },
});
