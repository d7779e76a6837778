import { DeleteItemCommand, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { WITHIN_DAYS } from '../../domain/delivery/receipts/soft-bounces.ts';
import { suppressionName } from './suppression-list.ts';

/** On which days addresses took no mail. */
export interface SoftBounces {
  /** Notes a day (days since 1970); twice is as good as once. Answers with all that are known. */
  note(address: string, day: number): Promise<readonly number[]>;
  /** None count any more. */
  forget(address: string): Promise<void>;
}

const DAY_SECONDS = 86_400;
const keyOf = (address: string) => ({ kind: { S: 'soft-bounces' }, name: { S: suppressionName(address) } });

export const dynamoSoftBounces = (client: DynamoDBClient, table: string): SoftBounces => ({
  async note(address, day) {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(address),
        UpdateExpression: 'ADD days :day SET expiresAt = :expiresAt',
        ExpressionAttributeValues: {
          ':day': { NS: [String(day)] },
          // When it counts no more.
          ':expiresAt': { N: String((day + WITHIN_DAYS + 1) * DAY_SECONDS) },
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return (Attributes?.days?.NS ?? []).map(Number);
  },
  async forget(address) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(address) }));
  },
});
