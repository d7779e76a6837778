import { type AttributeValue, type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
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

/** The sources of a deployment and their keys, for those who administer them. */
export interface SourceRegistry {
  sources(): Promise<Source[]>;
  keys(): Promise<SourceKey[]>;
  save(source: Source): Promise<void>;
  saveKey(key: SourceKey): Promise<void>;
}

export function dynamoSourceRegistry(client: DynamoDBClient, table: string): SourceRegistry {
  async function all<T>(kind: string, read: (item: Record<string, AttributeValue>) => T): Promise<T[]> {
    const found: T[] = [];
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: kind } },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(read));
    return found;
  }
  async function put(binding: Binding) {
    const Item = Object.fromEntries(Object.entries(binding).map(([name, value]) => [name, { S: value }]));
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
  return {
    sources: () => all(SOURCE_KIND, ({ source }) => readSource(source?.S ?? '')),
    keys: () => all(KEY_KIND, ({ name, key }) => readKey(name?.S ?? '', key?.S ?? '')),
    save: (source) => put(bindSource(source)),
    saveKey: (key) => put(bindKey(key)),
  };
}
