import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** Why nothing is sent to an address any more. */
export type SuppressionReason = 'bounced' | 'soft-bounces' | 'complained';

export interface Suppression {
  readonly reason: SuppressionReason;
  /** When what led to it happened (ms). */
  readonly since: number;
  /** The message by which it became known. */
  readonly sendId: string;
}

export interface SuppressionListReader {
  /** Strongly consistent. @param address normalised, as `emailOf` gives it */
  find(address: string): Promise<Suppression | undefined>;
}

/** The addresses of a deployment that nothing is sent to, whoever has them. They stand there until they are taken off. */
export interface SuppressionList extends SuppressionListReader {
  /** Is on the list when this resolves. Who is there stays as he is, but for a complaint: it is the stronger reason. */
  add(address: string, suppression: Suppression): Promise<void>;
}

/**
 * How an address is kept: the SHA-256 of it, in hex. It hides the list from who reads over a shoulder, not from who can
 * guess addresses: with the profiles beside it, a secret in the hash would protect nobody.
 */
export const suppressionName = (address: string): string =>
  `email#${createHash('sha256').update(address).digest('hex')}`;

const keyOf = (address: string) => ({ kind: { S: 'suppression' }, name: { S: suppressionName(address) } });

export const dynamoSuppressionListReader = (client: DynamoDBClient, table: string): SuppressionListReader => ({
  async find(address) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(address), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    return {
      reason: (Item.reason?.S ?? 'bounced') as SuppressionReason,
      since: Number(Item.since?.N),
      sendId: Item.sendId?.S ?? '',
    };
  },
});

export const dynamoSuppressionList = (client: DynamoDBClient, table: string): Pick<SuppressionList, 'add'> => ({
  async add(address, { reason, since, sendId }) {
    const set = (name: string, value: string) =>
      reason === 'complained' ? `${name} = ${value}` : `${name} = if_not_exists(${name}, ${value})`;
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(address),
        UpdateExpression: `SET ${set('reason', ':reason')}, ${set('sendId', ':sendId')}, since = if_not_exists(since, :since)`,
        ExpressionAttributeValues: {
          ':reason': { S: reason },
          ':sendId': { S: sendId },
          ':since': { N: String(since) },
        },
      }),
    );
  },
});
