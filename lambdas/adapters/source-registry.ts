import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type Binding,
  bindKey,
  bindSource,
  KEY_KIND,
  readKey,
  readSource,
  SOURCE_KIND,
  type Source,
  type SourceKey,
} from '../../domain/events/source.ts';
import { itemsOfKind } from './items-of-kind.ts';

/** The sources of a deployment and their keys, for those who administer them. */
export interface SourceRegistry {
  sources(): Promise<Source[]>;
  keys(): Promise<SourceKey[]>;
  save(source: Source): Promise<void>;
  saveKey(key: SourceKey): Promise<void>;
}

export function dynamoSourceRegistry(client: DynamoDBClient, table: string): SourceRegistry {
  async function put(binding: Binding) {
    const Item = Object.fromEntries(Object.entries(binding).map(([name, value]) => [name, { S: value }]));
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
  return {
    async sources() {
      const items = await itemsOfKind(client, table, SOURCE_KIND);
      return items.map(({ source }) => readSource(source?.S ?? ''));
    },
    async keys() {
      const items = await itemsOfKind(client, table, KEY_KIND);
      return items.map(({ name, key }) => readKey(name?.S ?? '', key?.S ?? ''));
    },
    save: (source) => put(bindSource(source)),
    saveKey: (key) => put(bindKey(key)),
  };
}
