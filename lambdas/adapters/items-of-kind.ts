import { type AttributeValue, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';

/** All items of one kind in a table that is keyed by kind and name, in the order of their names; strongly consistent. */
export async function itemsOfKind(
  client: DynamoDBClient,
  table: string,
  kind: string,
): Promise<Record<string, AttributeValue>[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: 'kind = :kind',
    ExpressionAttributeValues: { ':kind': { S: kind } },
    ConsistentRead: true,
  };
  const found: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items);
  return found;
}
