import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { idIn, knownKey, type UserKey } from '../../domain/state/user-key.ts';

export interface KnownUsers {
  /** Those of at most 100 ids that are user ids of people already seen. What cannot be read counts as not seen. */
  among(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export const dynamoKnownUsers = (client: DynamoDBClient, profilesTable: string): KnownUsers => ({
  async among(ids) {
    const Keys = [...new Set(ids)].map((id) => ({ id: { S: knownKey(id) } }));
    const { Responses } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [profilesTable]: { Keys, ProjectionExpression: 'id' } } }),
    );
    return new Set((Responses?.[profilesTable] ?? []).map(({ id }) => idIn(id?.S as UserKey)));
  },
});
