import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** Another system that is told something. */
export interface Endpoint {
  readonly url: string;
  /** The name of what it is signed with. */
  readonly secret?: string;
}

export interface EndpointBindings {
  /** What a name means on this stage; undefined when nobody has set it up. */
  read(name: string): Promise<Endpoint | undefined>;
}

export const dynamoEndpointBindings = (client: DynamoDBClient, table: string): EndpointBindings => ({
  async read(name) {
    const Key = { kind: { S: 'binding' }, name: { S: `endpoint/${name}` } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
    return Item === undefined ? undefined : (JSON.parse(Item.value?.S ?? '{}') as Endpoint);
  },
});
