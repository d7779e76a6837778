import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { UserKey } from '../../domain/state/user-key.ts';

/** That a message was asked for; what it says is nowhere but on its queue. */
export interface AskedMessage {
  readonly sendId: string;
  /** Whose key it was asked for with. */
  readonly source: string;
  readonly user: UserKey;
  /** The template's key. */
  readonly message: string;
  /** A hash of all it says, by which another message under the same key is told. */
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
}

/** What programs have asked for, for 30 days, as long as claims: beside them in `sends`, under keys of its own. */
export interface AskedMessages {
  /** Keeps it if nothing stands under its id. Answers with what stands there now. */
  keep(asked: AskedMessage): Promise<AskedMessage>;
  /** Strongly consistent. */
  find(sendId: string): Promise<AskedMessage | undefined>;
}

const KEPT_SECONDS = 30 * 86_400;
const keyOf = (sendId: string) => ({ sendId: { S: `asked#${sendId}` } });

export const dynamoAskedMessages = (client: DynamoDBClient, table: string): AskedMessages => ({
  async keep(asked) {
    const { sendId, source, user, message, content, askedAt } = asked;
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...keyOf(sendId),
            source: { S: source },
            user: { S: user },
            message: { S: message },
            content: { S: content },
            askedAt: { N: String(askedAt) },
            expiresAt: { N: String(Math.ceil(askedAt / 1_000) + KEPT_SECONDS) },
          },
          ConditionExpression: 'attribute_not_exists(sendId)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return asked;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      return readAsked(sendId, error.Item);
    }
  },
  async find(sendId) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(sendId), ConsistentRead: true }),
    );
    return Item && readAsked(sendId, Item);
  },
});

const readAsked = (
  sendId: string,
  { source, user, message, content, askedAt }: Record<string, AttributeValue>,
): AskedMessage => ({
  sendId,
  source: source?.S ?? '',
  user: user?.S as UserKey,
  message: message?.S ?? '',
  content: content?.S ?? '',
  askedAt: Number(askedAt?.N),
});
