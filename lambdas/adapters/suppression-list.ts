import { createHash } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Refusals } from '../../domain/delivery/preferences/refusals.ts';
import type { GivenAnswer } from '../../domain/state/input.ts';

/** Why nothing is sent to an address any more. */
export type SuppressionReason = 'bounced' | 'soft-bounces' | 'complained';

export interface Suppression {
  readonly reason: SuppressionReason;
  /** When what led to it happened (ms). */
  readonly since: number;
  /** The message by which it became known. */
  readonly sendId: string;
}

/** All that the list says of an address. */
export interface Listed {
  /** Nothing at all is sent to it; undefined: it may be. */
  readonly suppression?: Suppression;
  /** What its mailbox wants no more of: marketing of that kind is sent to nobody who has it. */
  readonly refusals: Refusals;
}

export interface SuppressionListReader {
  /** Strongly consistent. @param address normalised, as `emailOf` gives it */
  find(address: string): Promise<Listed>;
}

/** The addresses of a deployment that nothing is sent to, whoever has them. They stand there until they are taken off. */
export interface SuppressionList extends SuppressionListReader {
  /** Is on the list when this resolves. Who is there stays as he is, but for a complaint: it is the stronger reason. */
  add(address: string, suppression: Suppression): Promise<void>;
  /** It is written to again, as far as nobody refused anything there; that stays. */
  remove(address: string): Promise<void>;
}

/** What people answer by the links they were mailed, which name their address as the list does. */
export interface MailboxAnswers {
  /** Strongly consistent. @param name as `suppressionName` gives it */
  find(name: string): Promise<Listed>;
  /** Holds when this resolves: a no is noted with its time (ms), a yes takes the no away. */
  note(name: string, answers: readonly GivenAnswer[], at: number): Promise<void>;
}

/**
 * How an address is kept: the SHA-256 of it, in hex. It hides the list from who reads over a shoulder, not from who can
 * guess addresses: with the profiles beside it, a secret in the hash would protect nobody.
 */
export const suppressionName = (address: string): string =>
  `email#${createHash('sha256').update(address).digest('hex')}`;

const keyOf = (name: string) => ({ kind: { S: 'suppression' }, name: { S: name } });

/** Attributes of what was refused: `refused email/news`. */
const REFUSED = 'refused ';

async function findByName(client: DynamoDBClient, table: string, name: string): Promise<Listed> {
  const { Item = {} } = await client.send(
    new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }),
  );
  const suppression = suppressionIn(Item);
  const refusals = Object.entries(Item).flatMap(([attribute, value]) =>
    attribute.startsWith(REFUSED) ? [[attribute.slice(REFUSED.length), Number(value.N)] as const] : [],
  );
  return { ...(suppression && { suppression }), refusals: new Map(refusals) };
}

/** Who only refused something has no reason to get nothing at all. */
function suppressionIn({ reason, since, sendId }: Record<string, AttributeValue>): Suppression | undefined {
  if (reason?.S === undefined) return undefined;
  return { reason: reason.S as SuppressionReason, since: Number(since?.N), sendId: sendId?.S ?? '' };
}

export const dynamoSuppressionListReader = (client: DynamoDBClient, table: string): SuppressionListReader => ({
  find: (address) => findByName(client, table, suppressionName(address)),
});

export const dynamoMailboxAnswers = (client: DynamoDBClient, table: string): MailboxAnswers => ({
  find: (name) => findByName(client, table, name),
  async note(name, answers, at) {
    // The last word of several about the same: an expression may name an attribute once.
    const last = [...new Map(answers.map(({ about, granted }) => [about, granted]))];
    const named = (granted: boolean) => last.flatMap(([, said], n) => (said === granted ? [`#a${n}`] : []));
    const [refused, granted] = [named(false), named(true)];
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(name),
        UpdateExpression: [
          refused.length === 0 ? '' : `SET ${refused.map((attribute) => `${attribute} = :at`).join(', ')}`,
          granted.length === 0 ? '' : `REMOVE ${granted.join(', ')}`,
        ].join(' '),
        ExpressionAttributeNames: Object.fromEntries(last.map(([about], n) => [`#a${n}`, REFUSED + about])),
        ...(refused.length > 0 && { ExpressionAttributeValues: { ':at': { N: String(at) } } }),
      }),
    );
  },
});

export const dynamoSuppressionList = (client: DynamoDBClient, table: string): Omit<SuppressionList, 'find'> => ({
  async add(address, { reason, since, sendId }) {
    const set = (name: string, value: string) =>
      reason === 'complained' ? `${name} = ${value}` : `${name} = if_not_exists(${name}, ${value})`;
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(suppressionName(address)),
        UpdateExpression: `SET ${set('reason', ':reason')}, ${set('sendId', ':sendId')}, since = if_not_exists(since, :since)`,
        ExpressionAttributeValues: {
          ':reason': { S: reason },
          ':sendId': { S: sendId },
          ':since': { N: String(since) },
        },
      }),
    );
  },
  async remove(address) {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(suppressionName(address)),
        UpdateExpression: 'REMOVE reason, since, sendId',
      }),
    );
  },
});
