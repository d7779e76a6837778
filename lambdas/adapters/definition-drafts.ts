import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type DefinitionName, type DefinitionType, idOf } from '../../domain/catalog/definition.ts';
import type { Draft } from '../../domain/catalog/draft.ts';
import { conditionHeld } from './condition.ts';
import { itemsOfKind } from './items-of-kind.ts';

/** What marketers are working on. */
export interface DefinitionDrafts {
  list(): Promise<readonly Draft[]>;
  find(name: DefinitionName): Promise<Draft | undefined>;
  /** Saves a draft over the revision its author has seen (0: none). False: somebody else has saved or discarded since. */
  save(draft: Draft, seen: number): Promise<boolean>;
  /** False: it is another revision by now, or not there. */
  discard(name: DefinitionName, revision: number): Promise<boolean>;
}

const KIND = { S: 'draft' };
const keyOf = (name: DefinitionName) => ({ kind: KIND, name: { S: idOf(name) } });

export const dynamoDefinitionDrafts = (client: DynamoDBClient, table: string): DefinitionDrafts => ({
  list: async () => (await itemsOfKind(client, table, KIND.S)).map(draftOf),

  async find(name) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }),
    );
    return Item && draftOf(Item);
  },

  save(draft, seen) {
    const { body, revision, savedAt, by, base } = draft;
    return conditionHeld(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...keyOf(draft),
            body: { S: JSON.stringify(body) },
            revision: { N: `${revision}` },
            savedAt: { N: `${savedAt}` },
            by: { S: JSON.stringify(by) },
            ...(base !== undefined && { base: { S: base } }),
          },
          ...(seen === 0
            ? { ConditionExpression: 'attribute_not_exists(kind)' }
            : {
                ConditionExpression: 'revision = :seen',
                ExpressionAttributeValues: { ':seen': { N: `${seen}` } },
              }),
        }),
      ),
    );
  },

  discard: (name, revision) =>
    conditionHeld(
      client.send(
        new DeleteItemCommand({
          TableName: table,
          Key: keyOf(name),
          ConditionExpression: 'revision = :seen',
          ExpressionAttributeValues: { ':seen': { N: `${revision}` } },
        }),
      ),
    ),
});

function draftOf(item: Record<string, AttributeValue>): Draft {
  const [type = '', key = ''] = (item.name?.S ?? '').split('/');
  const { body, revision, savedAt, by, base } = item;
  return {
    ...{ type: type as DefinitionType, key },
    body: JSON.parse(body?.S ?? 'null'),
    revision: Number(revision?.N),
    savedAt: Number(savedAt?.N),
    by: JSON.parse(by?.S ?? '{}'),
    ...(base?.S !== undefined && { base: base.S }),
  };
}
