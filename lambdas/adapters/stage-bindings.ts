import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Binding } from '../../domain/catalog/binding.ts';
import { itemsOfKind } from './items-of-kind.ts';

/** What this stage has set up for definitions to name. */
export interface StageBindings {
  list(): Promise<readonly Binding[]>;
  put(binding: Binding): Promise<void>;
  remove(name: string): Promise<void>;
}

const KIND = { S: 'binding' };

export const dynamoStageBindings = (client: DynamoDBClient, table: string): StageBindings => ({
  async list() {
    const items = await itemsOfKind(client, table, KIND.S);
    return items.map(({ name, value }) => ({ name: name?.S ?? '', value: JSON.parse(value?.S ?? 'null') }));
  },
  async put({ name, value }) {
    const Item = { kind: KIND, name: { S: name }, value: { S: JSON.stringify(value) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
  async remove(name) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { kind: KIND, name: { S: name } } }));
  },
});
