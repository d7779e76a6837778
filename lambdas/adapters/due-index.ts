import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UserKey } from '../../domain/state/user-key.ts';

export interface Due {
  readonly user: UserKey;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

export interface DueIndex {
  /** People of one shard due in (after, until], page by page, earliest first. */
  between(shard: number, after: number, until: number): AsyncIterable<readonly Due[]>;
}

export const dynamoDueIndex = (client: DynamoDBClient, table: string): DueIndex => ({
  async *between(shard, after, until) {
    let from: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'due',
          KeyConditionExpression: 'dueShard = :shard AND dueAt BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':shard': { S: String(shard) },
            ':first': { N: String(after + 1) },
            ':last': { N: String(until) },
          },
          ExclusiveStartKey: from,
        }),
      );
      yield (page.Items ?? []).map(({ id, dueAt }) => ({ user: id?.S as UserKey, dueAt: Number(dueAt?.N) }));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  },
});
