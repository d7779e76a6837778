import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
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

/** A claim as it stands, with what became of it: kept for 30 days. */
export interface Claim {
  readonly sendId: string;
  readonly user: UserKey;
  readonly message: string;
  /** `claimed` as long as no outcome was recorded: being sent, or nobody knows. */
  readonly status: 'claimed' | SendOutcome['status'];
  /** Milliseconds since 1970. */
  readonly decidedAt: number;
  readonly claimedAt: number;
  readonly providerId?: string;
  readonly reason?: string;
}

export interface SendLedgerReader {
  /** Strongly consistent. */
  find(sendId: string): Promise<Claim | undefined>;
  /** The index follows its table by a moment. */
  findByProviderId(providerId: string): Promise<Claim | undefined>;
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

export function dynamoSendLedgerReader(client: DynamoDBClient, table: string): SendLedgerReader {
  async function find(sendId: string): Promise<Claim | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { sendId: { S: sendId } }, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { user, message, status, decidedAt, claimedAt, providerId, reason } = Item;
    return {
      sendId,
      user: user?.S as UserKey,
      message: message?.S ?? '',
      status: status?.S as Claim['status'],
      decidedAt: Number(decidedAt?.N),
      claimedAt: Number(claimedAt?.N),
      ...(providerId?.S !== undefined && { providerId: providerId.S }),
      ...(reason?.S !== undefined && { reason: reason.S }),
    };
  }

  return {
    find,
    async findByProviderId(providerId) {
      const { Items: [key] = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'provider',
          KeyConditionExpression: 'providerId = :providerId',
          ExpressionAttributeValues: { ':providerId': { S: providerId } },
          Limit: 1,
        }),
      );
      return key?.sendId?.S === undefined ? undefined : find(key.sendId.S);
    },
  };
}
