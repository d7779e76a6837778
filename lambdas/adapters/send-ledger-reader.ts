import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Received } from '../../domain/delivery/receipts/consequence.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { receivedIn } from './receipt-ledger.ts';
import type { SendOutcome } from './send-ledger.ts';

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
  /** What the provider has told of it last. */
  readonly receipt?: { readonly received: Received; readonly at: number };
}

export interface SendLedgerReader {
  /** Strongly consistent. */
  find(sendId: string): Promise<Claim | undefined>;
  /** The index follows its table by a moment. */
  findByProviderId(providerId: string): Promise<Claim | undefined>;
}

export function dynamoSendLedgerReader(client: DynamoDBClient, table: string): SendLedgerReader {
  async function find(sendId: string): Promise<Claim | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { sendId: { S: sendId } }, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { user, message, status, decidedAt, claimedAt, providerId, reason, receivedAt } = Item;
    const received = receivedIn(Item.received?.S);
    return {
      sendId,
      user: user?.S as UserKey,
      message: message?.S ?? '',
      status: status?.S as Claim['status'],
      decidedAt: Number(decidedAt?.N),
      claimedAt: Number(claimedAt?.N),
      ...(providerId?.S !== undefined && { providerId: providerId.S }),
      ...(reason?.S !== undefined && { reason: reason.S }),
      ...(received !== undefined && { receipt: { received, at: Number(receivedAt?.N) } }),
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
