import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RECEIVED, type Received, rankOf } from '../../domain/delivery/receipts/consequence.ts';
import type { RunRef } from '../../domain/state/run.ts';
import type { UserKey } from '../../domain/state/user-key.ts';

export type Noted =
  /** `was` is what stood there before; the same again when the receipt came before. */
  | ({ readonly outcome: 'noted'; readonly was: Received | undefined } & Whose)
  /** The claim says more already. */
  | ({ readonly outcome: 'behind' } & Whose)
  | NoClaim;

export type NotedLook =
  | ({ readonly outcome: 'noted' } & Whose)
  /** It was noted before, when it happened for the first time. */
  | ({ readonly outcome: 'behind' } & Whose)
  | NoClaim;

/** To whom a message went, which step of whose run wrote it, and when it was decided (ms). */
interface Whose {
  readonly user: UserKey;
  readonly of: RunRef | undefined;
  readonly decidedAt: number;
}

interface NoClaim {
  readonly outcome: 'no-claim';
}

/** What somebody, or a machine, did with a message. */
export type Look = 'opened' | 'clicked' | 'opened-by-machine' | 'clicked-by-machine';

/** What providers told of messages, kept with the claims under which they were sent. */
export interface ReceiptLedger {
  /**
   * Notes what became of a message. Only ever onwards, and of two alike the earlier, so that receipts may come in any
   * order and often. The claim's own status stays what the worker knew.
   */
  note(sendId: string, told: { received: Received; at: number; providerId: string }): Promise<Noted>;
  /** Notes that a message was looked at: the first time counts, and again where it is told of again. */
  noteLook(sendId: string, look: Look, at: number): Promise<NotedLook>;
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
      return { outcome: 'noted', ...whoseIn(Attributes), was: receivedIn(Attributes?.received?.S) };
    } catch (error) {
      return behind(error);
    }
  },

  async noteLook(sendId, look, at) {
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { sendId: { S: sendId } },
          UpdateExpression: 'SET #look = :at',
          ConditionExpression: 'attribute_exists(sendId) AND (attribute_not_exists(#look) OR #look = :at)',
          ExpressionAttributeNames: { '#look': look },
          ExpressionAttributeValues: { ':at': { N: String(at) } },
          ReturnValues: 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { outcome: 'noted', ...whoseIn(Attributes) };
    } catch (error) {
      return behind(error);
    }
  },
});

function behind(error: unknown): ({ readonly outcome: 'behind' } & Whose) | NoClaim {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return error.Item === undefined ? { outcome: 'no-claim' } : { outcome: 'behind', ...whoseIn(error.Item) };
}

const whoseIn = (claim: Record<string, AttributeValue> | undefined): Whose => ({
  user: claim?.user?.S as UserKey,
  of: claim?.of?.S === undefined ? undefined : (JSON.parse(claim.of.S) as RunRef),
  decidedAt: Number(claim?.decidedAt?.N),
});

/** A word of a later release is none that we know. */
export const receivedIn = (text: string | undefined): Received | undefined => RECEIVED.find((one) => one === text);
