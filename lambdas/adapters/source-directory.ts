import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KEY_KIND, readKey, readSource, SOURCE_KIND, type Source } from '../../domain/events/source.ts';

export interface SourceDirectory {
  /**
   * The source a write key belongs to; undefined when the key is known to belong to none. Throws when nobody can tell,
   * which includes a binding that this release does not understand.
   */
  find(writeKey: string): Promise<Source | undefined>;
}

/** The name under which a write key is bound. */
export const hashOfKey = (writeKey: string): string => createHash('sha256').update(writeKey).digest('hex');

/** Reads key and source as they stand: an operator who binds a key must not be told that it does not exist. */
export function dynamoSourceDirectory(client: DynamoDBClient, table: string, now: () => number): SourceDirectory {
  async function read(kind: string, name: string) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { kind: { S: kind }, name: { S: name } }, ConsistentRead: true }),
    );
    return Item;
  }
  return {
    async find(writeKey) {
      const sha256 = hashOfKey(writeKey);
      const binding = await read(KEY_KIND, sha256);
      if (binding === undefined) return undefined;
      const key = readKey(sha256, binding.key?.S ?? '');
      if (key.expiresAt !== undefined && key.expiresAt <= now()) return undefined;
      const source = (await read(SOURCE_KIND, key.sourceId))?.source?.S;
      return source === undefined ? undefined : readSource(source);
    },
  };
}

const KNOWN_FOR = 60_000;
const UNKNOWN_FOR = 10_000;
const REMEMBERED = 1_000;

/** Asks once a minute for a key that exists and once in 10 s for one that does not; a failed look-up is not remembered. */
export function rememberSources(directory: SourceDirectory, now: () => number): SourceDirectory {
  // Apart, so that somebody who tries keys does not make us forget those that exist.
  const known = new Map<string, { readonly source: Source; readonly until: number }>();
  const unknown = new Map<string, number>();
  return {
    async find(writeKey) {
      const entry = known.get(writeKey);
      if (entry !== undefined && entry.until > now()) return entry.source;
      if ((unknown.get(writeKey) ?? 0) > now()) return undefined;
      const source = await directory.find(writeKey);
      if (source === undefined) {
        known.delete(writeKey);
        if (unknown.size >= REMEMBERED) unknown.clear();
        unknown.set(writeKey, now() + UNKNOWN_FOR);
      } else {
        if (known.size >= REMEMBERED) known.clear();
        known.set(writeKey, { source, until: now() + KNOWN_FOR });
      }
      return source;
    },
  };
}
