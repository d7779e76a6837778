import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { conditionHeld } from './condition.ts';

/** What only one message, or one person, may have at a time, until a moment: a place beside the claims. */
export interface SendSlots {
  /**
   * Takes a slot for a holder from `now` to `until` (ms). Who has it already takes it again: where a message is the holder,
   * what was asked for twice, and what comes back to be sent, is one message.
   */
  take(slot: string, holder: string, now: number, until: number): Promise<SlotAnswer>;
  /** Gives it back, if this holder still has it. */
  giveBack(slot: string, holder: string): Promise<void>;
}

export type SlotAnswer =
  | { readonly outcome: 'taken' }
  /** By another, until then (ms). */
  | { readonly outcome: 'occupied'; readonly until: number };

/**
 * In the table of claims, under names that no claim has.
 *
 * @param table of claims
 */
export const dynamoSendSlots = (client: DynamoDBClient, table: string): SendSlots => ({
  async take(slot, holder, now, until) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            sendId: { S: keyOf(slot) },
            holder: { S: holder },
            until: { N: String(until) },
            expiresAt: { N: String(Math.ceil(until / 1_000)) },
          },
          ConditionExpression: 'attribute_not_exists(sendId) OR #until <= :now OR holder = :holder',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':now': { N: String(now) }, ':holder': { S: holder } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { outcome: 'taken' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { outcome: 'occupied', until: Number(error.Item?.until?.N ?? until) };
    }
  },

  async giveBack(slot, holder) {
    const remove = new DeleteItemCommand({
      TableName: table,
      Key: { sendId: { S: keyOf(slot) } },
      ConditionExpression: 'holder = :holder',
      ExpressionAttributeValues: { ':holder': { S: holder } },
    });
    await conditionHeld(client.send(remove));
  },
});

/** Ids of sends have letters, digits, `_` and `-`. */
const keyOf = (slot: string) => `slot#${slot}`;
