import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import { conditionHeld } from './condition.ts';

/** What became of a message that was claimed. */
export type SendOutcome =
  | { readonly status: 'accepted'; readonly providerId: string }
  /** It will never be sent: the provider does not want it, or there is nobody to send it to. */
  | { readonly status: 'refused' | 'withheld' | 'expired'; readonly reason: string }
  /** It may have been sent: the provider did not answer in time. */
  | { readonly status: 'unknown'; readonly reason: string };

/** Who may send what: a message is sent only by whoever claimed it, and a claim is given once. */
export interface SendLedger {
  claim(request: SendRequest, now: number): Promise<'claimed' | 'taken'>;
  record(sendId: string, outcome: SendOutcome): Promise<void>;
  /** Gives the claim back, for a message that certainly was not sent. */
  release(sendId: string): Promise<void>;
}

/** Longer than any queue keeps a message, so that a late repetition still finds the claim. */
const CLAIMS_KEPT_SECONDS = 30 * 86_400;

export const dynamoSendLedger = (client: DynamoDBClient, table: string): SendLedger => ({
  async claim({ sendId, user, message, decidedAt }, now) {
    const write = client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          sendId: { S: sendId },
          user: { S: user },
          message: { S: message },
          status: { S: 'claimed' },
          decidedAt: { N: String(decidedAt) },
          claimedAt: { N: String(now) },
          expiresAt: { N: String(Math.ceil(now / 1_000) + CLAIMS_KEPT_SECONDS) },
        },
        ConditionExpression: 'attribute_not_exists(sendId)',
      }),
    );
    return (await conditionHeld(write)) ? 'claimed' : 'taken';
  },

  async record(sendId, outcome) {
    const [attribute, value] =
      outcome.status === 'accepted' ? ['providerId', outcome.providerId] : ['reason', outcome.reason];
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { sendId: { S: sendId } },
        UpdateExpression: 'SET #status = :status, #attribute = :value',
        ExpressionAttributeNames: { '#status': 'status', '#attribute': attribute as string },
        ExpressionAttributeValues: { ':status': { S: outcome.status }, ':value': { S: value as string } },
      }),
    );
  },

  async release(sendId) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { sendId: { S: sendId } } }));
  },
});
