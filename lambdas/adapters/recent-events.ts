import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { RecentEvent } from '../../domain/events/recent-event.ts';

/** Accepted and refused events have rings of their own, or the many would push the few out that matter. */
export type Ring = 'accepted' | 'refused';

export interface RecentEvents {
  /** Adds entries as one item, in the place of the oldest. Rejects when `signal` says that it takes too long. */
  add(sourceId: string, ring: Ring, entries: readonly RecentEvent[], now: number, signal: AbortSignal): Promise<void>;
}

export interface RecentEventsReader {
  /** What is still there of both rings, newest first. */
  read(sourceId: string, now: number): Promise<Readonly<Record<Ring, readonly RecentEvent[]>>>;
}

/** Items of one ring: some 15 KB each, at most. */
const SLOTS = 32;
const KEPT_SECONDS = 7 * 86_400;

const kindOf = (sourceId: string) => ({ S: `recent#${sourceId}` });

export const dynamoRecentEvents = (client: DynamoDBClient, table: string): RecentEvents => ({
  async add(sourceId, ring, entries, now, abortSignal) {
    const kind = kindOf(sourceId);
    // Workers take turns by a number that the table gives out: none overwrites what another has just written.
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { kind, name: { S: `turn#${ring}` } },
        UpdateExpression: 'ADD turn :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      }),
      { abortSignal },
    );
    const turn = Number(Attributes?.turn?.N);
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          kind,
          name: { S: `${ring}#${turn % SLOTS}` },
          turn: { N: String(turn) },
          entries: { S: JSON.stringify(entries) },
          expiresAt: { N: String(Math.ceil(now / 1_000) + KEPT_SECONDS) },
        },
      }),
      { abortSignal },
    );
  },
});

export const dynamoRecentEventsReader = (client: DynamoDBClient, table: string): RecentEventsReader => ({
  async read(sourceId, now) {
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      // DynamoDB deletes what has expired when it finds time for it, which can take days.
      FilterExpression: 'expiresAt > :now',
      ExpressionAttributeValues: { ':kind': kindOf(sourceId), ':now': { N: String(Math.floor(now / 1_000)) } },
    };
    const items: Record<string, AttributeValue>[] = [];
    for await (const { Items = [] } of paginateQuery({ client }, query)) items.push(...Items);
    const entriesOf = (ring: Ring) =>
      items
        .filter(({ name }) => name?.S?.startsWith(`${ring}#`))
        .sort((a, b) => Number(b.turn?.N) - Number(a.turn?.N))
        // What one request has brought has one time, and what comes later in it is newer.
        .flatMap(({ entries }) => (JSON.parse(entries?.S ?? '[]') as RecentEvent[]).reverse())
        .sort((a, b) => b.at - a.at);
    return { accepted: entriesOf('accepted'), refused: entriesOf('refused') };
  },
});
