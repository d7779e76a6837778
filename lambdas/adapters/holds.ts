import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Hold, Holdable } from '../../domain/delivery/hold.ts';
import { conditionHeld } from './condition.ts';
import { itemsOfKind } from './items-of-kind.ts';

export interface HoldReader {
  /** Strongly consistent. */
  list(): Promise<readonly Hold[]>;
}

/** What is held of the channels of a deployment. */
export interface Holds extends HoldReader {
  /** Whether it was this hold: one that is there already stays as it is, with its reason. */
  hold(hold: Hold): Promise<boolean>;
  /** Whether it was held until now. */
  resume(what: Holdable): Promise<boolean>;
}

const KIND = 'hold';

const keyOf = (what: Holdable) => ({ kind: { S: KIND }, name: { S: what } });

export const dynamoHolds = (client: DynamoDBClient, table: string): Holds => ({
  async list() {
    const items = await itemsOfKind(client, table, KIND);
    return items.map(({ name, since, by, reason }) => ({
      what: name?.S as Holdable,
      since: Number(since?.N),
      by: by?.S ?? '',
      reason: reason?.S ?? '',
    }));
  },

  hold({ what, since, by, reason }) {
    const put = new PutItemCommand({
      TableName: table,
      Item: { ...keyOf(what), since: { N: String(since) }, by: { S: by }, reason: { S: reason } },
      ConditionExpression: 'attribute_not_exists(kind)',
    });
    return conditionHeld(client.send(put));
  },

  resume(what) {
    const remove = new DeleteItemCommand({
      TableName: table,
      Key: keyOf(what),
      ConditionExpression: 'attribute_exists(kind)',
    });
    return conditionHeld(client.send(remove));
  },
});
