import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { UserKey } from '../../domain/state/user-key.ts';

/** By what people are found who say no id: an address or a number, as `domain/state/contact.ts` writes it. */
export type AddressKind = 'email' | 'phone';

export interface PeopleIndex {
  /**
   * Keys of those who had this address or number a moment ago: an index follows its table with a delay, so whoever
   * must know reads the profiles. At most `limit`; `more` when there were others.
   */
  having(kind: AddressKind, value: string, limit: number): Promise<{ keys: readonly UserKey[]; more: boolean }>;
}

export const dynamoPeopleIndex = (client: DynamoDBClient, profilesTable: string): PeopleIndex => ({
  async having(kind, value, limit) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: profilesTable,
        // Each index has the name of its one attribute.
        IndexName: kind,
        KeyConditionExpression: '#kind = :value',
        ExpressionAttributeNames: { '#kind': kind },
        ExpressionAttributeValues: { ':value': { S: value } },
        Limit: limit + 1,
      }),
    );
    return { keys: Items.slice(0, limit).map(({ id }) => id?.S as UserKey), more: Items.length > limit };
  },
});
