import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { decodeSeen, encodeSeen } from '../../domain/events/tracking-plan/codec.ts';
import { merge } from '../../domain/events/tracking-plan/merge.ts';
import { BOUNDS, type SeenEvent, seenKey } from '../../domain/events/tracking-plan/seen-event.ts';
import { hashText } from '../../domain/hash.ts';

export interface TrackingPlan {
  /** Adds what was seen of one event name to what is stored of it. */
  add(seen: SeenEvent): Promise<Added>;
  /** Counts events whose names had no room. */
  addMore(count: number): Promise<void>;
}

export type Added =
  | { readonly outcome: 'added'; readonly stored: SeenEvent }
  /** Others wrote again and again in between: nothing is stored. */
  | { readonly outcome: 'conflict' }
  /** The plan has no room for another name: nothing is stored. */
  | { readonly outcome: 'full' };

export interface TrackingPlanReader {
  /** All that is stored, and how many events had names beyond the bound. */
  read(): Promise<{ readonly seen: readonly SeenEvent[]; readonly more: number }>;
}

const KIND = { S: 'tracking-plan' };
/** The item that says which names there are; no key of an event name is like it. */
const NAMES = { kind: KIND, name: { S: 'names' } };
const ATTEMPTS = 3;

/** One item per event name. A write whose answer was lost is counted twice: figures are for people to look at. */
export function dynamoTrackingPlan(client: DynamoDBClient, table: string): TrackingPlan {
  async function attempt(seen: SeenEvent): Promise<Added> {
    const key = { kind: KIND, name: { S: seenKey(seen) } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
    if (Item === undefined && !(await takeRoom(seen))) return { outcome: 'full' };
    const stored = Item === undefined ? seen : merge(decodeSeen(Item.seen?.S ?? ''), seen);
    const version = Number(Item?.version?.N ?? 0);
    const written = await conditionHeld(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...key, version: { N: String(version + 1) }, seen: { S: encodeSeen(stored) } },
          ...(version === 0
            ? { ConditionExpression: 'attribute_not_exists(kind)' }
            : {
                ConditionExpression: 'version = :read',
                ExpressionAttributeValues: { ':read': { N: String(version) } },
              }),
        }),
      ),
    );
    return written ? { outcome: 'added', stored } : { outcome: 'conflict' };
  }

  /** A set of hashes, so that asking twice for the same name takes its room once. */
  const takeRoom = (seen: SeenEvent): Promise<boolean> => {
    const hash = hashText(seenKey(seen));
    return conditionHeld(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: NAMES,
          UpdateExpression: 'ADD hashes :hashes',
          ConditionExpression: 'attribute_not_exists(hashes) OR size(hashes) < :most OR contains(hashes, :hash)',
          ExpressionAttributeValues: {
            ':hashes': { SS: [hash] },
            ':hash': { S: hash },
            ':most': { N: String(BOUNDS.names) },
          },
        }),
      ),
    );
  };

  return {
    async add(seen) {
      let added = await attempt(seen);
      for (let i = 1; added.outcome === 'conflict' && i < ATTEMPTS; i++) added = await attempt(seen);
      return added;
    },

    async addMore(count) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: NAMES,
          UpdateExpression: 'ADD more :count',
          ExpressionAttributeValues: { ':count': { N: String(count) } },
        }),
      );
    },
  };
}

async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

export const dynamoTrackingPlanReader = (client: DynamoDBClient, table: string): TrackingPlanReader => ({
  async read() {
    const seen: SeenEvent[] = [];
    let more = 0;
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': KIND },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      for (const item of Items) {
        if (item.seen?.S !== undefined) seen.push(decodeSeen(item.seen.S));
        more += Number(item.more?.N ?? 0);
      }
    return { seen, more };
  },
});
