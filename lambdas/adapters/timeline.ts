import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { TimelineEntry } from '../../domain/delivery/hand-off.ts';

export interface Timeline {
  /** Writes all; answers with those the table did not take. */
  write(entries: readonly TimelineEntry[]): Promise<readonly TimelineEntry[]>;
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
