import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Allowance } from '../../domain/events/allowance.ts';

/** What sources with a limit have used of it. */
export interface AllowanceStore {
  read(sourceId: string): Promise<Allowance | undefined>;
  /** Whether it was written: only when it still is what was read. */
  write(sourceId: string, allowance: Allowance, read: Allowance | undefined): Promise<boolean>;
}

export const dynamoAllowanceStore = (client: DynamoDBClient, table: string): AllowanceStore => ({
  async read(sourceId) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(sourceId), ConsistentRead: true }),
    );
    return Item && { paidUpAt: Number(Item.paidUpAt?.N), day: Number(Item.day?.N), today: Number(Item.today?.N) };
  },
  async write(sourceId, { paidUpAt, day, today }, read) {
    const Item = {
      ...keyOf(sourceId),
      paidUpAt: { N: String(Math.round(paidUpAt * 1_000) / 1_000) },
      day: { N: String(day) },
      today: { N: String(today) },
    };
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item,
          ...(read === undefined
            ? { ConditionExpression: 'attribute_not_exists(#today)', ExpressionAttributeNames: { '#today': 'today' } }
            : {
                ConditionExpression: 'paidUpAt = :paidUpAt AND #day = :day AND #today = :today',
                ExpressionAttributeNames: { '#day': 'day', '#today': 'today' },
                ExpressionAttributeValues: {
                  ':paidUpAt': { N: String(read.paidUpAt) },
                  ':day': { N: String(read.day) },
                  ':today': { N: String(read.today) },
                },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },
});

const keyOf = (sourceId: string) => ({ kind: { S: 'allowance' }, name: { S: sourceId } });
