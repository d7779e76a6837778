import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { conditionHeld } from './condition.ts';

/**
 * The secret that this deployment seals its links with. It stays as it is: links of a message are followed years later,
 * and only this opens them.
 */
export interface LinkSecretReader {
  /** 32 bytes; undefined until the first link was made. Strongly consistent. */
  find(): Promise<Uint8Array | undefined>;
}

export interface LinkSecret {
  /** Makes it, if nobody has yet. Strongly consistent. */
  findOrMake(): Promise<Uint8Array>;
}

const BYTES = 32;
const Key = { kind: { S: 'secret' }, name: { S: 'links' } };

export const dynamoLinkSecretReader = (client: DynamoDBClient, table: string): LinkSecretReader => ({
  async find() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item?.secret?.B;
  },
});

export function dynamoLinkSecret(client: DynamoDBClient, table: string): LinkSecret {
  const { find } = dynamoLinkSecretReader(client, table);
  return {
    async findOrMake() {
      const known = await find();
      if (known !== undefined) return known;
      const made = new PutItemCommand({
        TableName: table,
        Item: { ...Key, secret: { B: randomBytes(BYTES) } },
        ConditionExpression: 'attribute_not_exists(kind)',
      });
      await conditionHeld(client.send(made));
      // Whoever was first: also when it was us and the answer was lost.
      const secret = await find();
      if (secret === undefined) throw new Error('The secret of links is gone');
      return secret;
    },
  };
}
