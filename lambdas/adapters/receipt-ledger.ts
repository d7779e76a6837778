import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { RECEIVED, type Received, rankOf } from '../../domain/delivery/receipts/consequence.ts';
import type { UserKey } from '../../domain/state/user-key.ts';

export type Noted =
  /** `was` is what stood there before; the same again when the receipt came before. */
  | { readonly outcome: 'noted'; readonly user: UserKey; readonly was: Received | undefined }
  /** The claim says more already. */
  | { readonly outcome: 'behind'; readonly user: UserKey }
  | { readonly outcome: 'no-claim' };

/** What providers told of messages, kept with the claims under which they were sent. */
export interface ReceiptLedger {
  /**
   * Notes what became of a message. Only ever onwards, and of two alike the earlier, so that receipts may come in any
   * order and often. The claim's own status stays what the worker knew.
   */
  note(sendId: string, told: { received: Received; at: number; providerId: string }): Promise<Noted>;
}

export const dynamoReceiptLedger = (client: DynamoDBClient, table: string): ReceiptLedger => ({
  async note(sendId, { received, at, providerId }) {
    const onwards = 'attribute_not_exists(receivedRank) OR receivedRank < :rank';
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { sendId: { S: sendId } },
          // A worker that got no answer never knew the provider's id.
          UpdateExpression:
            'SET received = :received, receivedRank = :rank, receivedAt = :at, providerId = if_not_exists(providerId, :providerId)',
          ConditionExpression: `attribute_exists(sendId) AND (${onwards} OR (receivedRank = :rank AND receivedAt >= :at))`,
          ExpressionAttributeValues: {
            ':received': { S: received },
            ':rank': { N: String(rankOf(received)) },
            ':at': { N: String(at) },
            ':providerId': { S: providerId },
          },
          ReturnValues: 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { outcome: 'noted', user: Attributes?.user?.S as UserKey, was: receivedIn(Attributes?.received?.S) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const user = error.Item?.user?.S;
      return user === undefined ? { outcome: 'no-claim' } : { outcome: 'behind', user: user as UserKey };
    }
  },
});

/** A word of a later release is none that we know. */
export const receivedIn = (text: string | undefined): Received | undefined => RECEIVED.find((one) => one === text);
