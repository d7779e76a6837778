import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { TimelineEffect, TimelineEntry } from '../../domain/delivery/hand-off.ts';
import type { UserKey } from '../../domain/state/user-key.ts';

export interface Timeline {
  /** Writes all; answers with those the table did not take. */
  write(entries: readonly TimelineEntry[]): Promise<readonly TimelineEntry[]>;
}

/** A line with its place: `entry` of a later one sorts behind. */
export interface TimelineLine {
  readonly entry: string;
  readonly effect: TimelineEffect;
}

export interface TimelineReader {
  /**
   * What was decided about a user from `from` to `to` (ms, both included), oldest first: as much as one read of 1 MB and
   * `limit` lines holds; `more` when there was more.
   */
  between(
    user: UserKey,
    from: number,
    to: number,
    limit: number,
  ): Promise<{ readonly effects: readonly TimelineEffect[]; readonly more: boolean }>;
  /** What was decided about a user before the line `before`, newest first, as much as `between` reads. */
  newest(
    user: UserKey,
    limit: number,
    before: string | undefined,
  ): Promise<{ readonly lines: readonly TimelineLine[]; readonly more: boolean }>;
}

/** DynamoDB's limit of items in one BatchWriteItem, which also refuses the same key twice. */
const ITEMS_PER_WRITE = 25;

export const dynamoTimeline = (client: DynamoDBClient, table: string): Timeline => ({
  async write(entries) {
    const refused: TimelineEntry[] = [];
    const distinct = [...new Map(entries.map((entry) => [keyOf(entry.user, entry.entry), entry])).values()];
    for (let i = 0; i < distinct.length; i += ITEMS_PER_WRITE) {
      const chunk = distinct.slice(i, i + ITEMS_PER_WRITE);
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: chunk.map(putOf) } }));
      const left = new Set(
        (answer.UnprocessedItems?.[table] ?? []).map(({ PutRequest }) =>
          keyOf(PutRequest?.Item?.user?.S, PutRequest?.Item?.entry?.S),
        ),
      );
      refused.push(...chunk.filter(({ user, entry }) => left.has(keyOf(user, entry))));
    }
    return refused;
  },
});

export const dynamoTimelineReader = (client: DynamoDBClient, table: string): TimelineReader => ({
  async between(user, from, to, limit) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#user = :user AND entry BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#user': 'user' },
        ExpressionAttributeValues: {
          ':user': { S: user },
          ':from': { S: new Date(from).toISOString() },
          // A line is a moment, `#` and an id; `$` sorts behind every such line of the moment.
          ':to': { S: `${new Date(to).toISOString()}$` },
        },
        Limit: limit,
      }),
    );
    return { effects: Items.map(effectIn), more: LastEvaluatedKey !== undefined };
  },

  async newest(user, limit, before) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: before === undefined ? '#user = :user' : '#user = :user AND entry < :before',
        ExpressionAttributeNames: { '#user': 'user' },
        ExpressionAttributeValues: { ':user': { S: user }, ...(before !== undefined && { ':before': { S: before } }) },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const lines = Items.map((item) => ({ entry: item.entry?.S ?? '', effect: effectIn(item) }));
    return { lines, more: LastEvaluatedKey !== undefined };
  },
});

const effectIn = ({ data }: Record<string, AttributeValue>) => JSON.parse(data?.S ?? '{}') as TimelineEffect;

const keyOf = (user: string | undefined, entry: string | undefined) => `${user}\n${entry}`;

const putOf = ({ user, entry, kind, data, expiresAt }: TimelineEntry): WriteRequest => ({
  PutRequest: {
    Item: {
      user: { S: user },
      entry: { S: entry },
      kind: { S: kind },
      data: { S: data },
      expiresAt: { N: String(expiresAt) },
    },
  },
});
