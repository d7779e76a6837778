import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Binding } from '../../domain/catalog/binding.ts';

/** What this stage has set up for definitions to name. */
export interface StageBindings {
  list(): Promise<readonly Binding[]>;
  put(binding: Binding): Promise<void>;
  remove(name: string): Promise<void>;
}

const KIND = { S: 'binding' };

export const dynamoStageBindings = (client: DynamoDBClient, table: string): StageBindings => ({
  async list() {
    const found: Binding[] = [];
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': KIND },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      found.push(...Items.map(({ name, value }) => ({ name: name?.S ?? '', value: JSON.parse(value?.S ?? 'null') })));
    return found;
  },
  async put({ name, value }) {
    const Item = { kind: KIND, name: { S: name }, value: { S: JSON.stringify(value) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
  async remove(name) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { kind: KIND, name: { S: name } } }));
  },
});
