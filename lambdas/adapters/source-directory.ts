import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { bindSourceKey, type Source } from '../../domain/events/source.ts';

export interface SourceDirectory {
  /** The source a write key belongs to; undefined when the key is known to belong to none. Throws when nobody can tell. */
  find(writeKey: string): Promise<Source | undefined>;
}

const sha256 = (writeKey: string): string => createHash('sha256').update(writeKey).digest('hex');

export const dynamoSourceDirectory = (client: DynamoDBClient, table: string): SourceDirectory => ({
  async find(writeKey) {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: { kind: { S: 'source-key' }, name: { S: sha256(writeKey) } },
        ConsistentRead: true,
      }),
    );
    const kind = Item?.sourceKind?.S;
    if (Item?.sourceId?.S === undefined || (kind !== 'client' && kind !== 'server')) return undefined;
    return { id: Item.sourceId.S, kind };
  },
});

/** Binds a new key to a source. */
export async function registerKey(
  client: DynamoDBClient,
  table: string,
  writeKey: string,
  source: Source,
): Promise<void> {
  const binding = Object.entries(bindSourceKey(sha256(writeKey), source)).map(([name, value]) => [name, { S: value }]);
  await client.send(new PutItemCommand({ TableName: table, Item: Object.fromEntries(binding) }));
}

const KNOWN_FOR = 60_000;
const UNKNOWN_FOR = 10_000;
const REMEMBERED = 1_000;

/** Asks once a minute for a key that exists and once in 10 s for one that does not; a failed look-up is not remembered. */
export function rememberSources(directory: SourceDirectory, now: () => number): SourceDirectory {
  const known = new Map<string, { source: Source | undefined; until: number }>();
  return {
    async find(writeKey) {
      const entry = known.get(writeKey);
      if (entry !== undefined && entry.until > now()) return entry.source;
      const source = await directory.find(writeKey);
      // Somebody who tries keys fills this with keys nobody has.
      if (known.size >= REMEMBERED) known.clear();
      known.set(writeKey, { source, until: now() + (source === undefined ? UNKNOWN_FOR : KNOWN_FOR) });
      return source;
    },
  };
}
