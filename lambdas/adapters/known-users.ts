import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { idIn, knownKey, type UserKey } from '../../domain/state/user-key.ts';
import { chunksOf, eachOf } from '../runtime/concurrency.ts';

export interface KnownUsers {
  /** Those of the ids that are user ids of people already seen. What the table leaves unread counts as not seen. */
  among(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** DynamoDB's limit of keys in one BatchGetItem. */
const KEYS_PER_READ = 100;
const READS_AT_ONCE = 5;

export const dynamoKnownUsers = (client: DynamoDBClient, profilesTable: string): KnownUsers => ({
  async among(ids) {
    const known = new Set<string>();
    await eachOf(chunksOf([...new Set(ids)], KEYS_PER_READ), READS_AT_ONCE, async (chunk) => {
      const Keys = chunk.map((id) => ({ id: { S: knownKey(id) } }));
      const { Responses } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [profilesTable]: { Keys, ProjectionExpression: 'id' } } }),
      );
      for (const { id } of Responses?.[profilesTable] ?? []) known.add(idIn(id?.S as UserKey));
    });
    return known;
  },
});
