import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BatchGetItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { chunksOf, eachOf } from '../runtime/concurrency.ts';
import { conditionHeld } from './condition.ts';

/** What a definition says, under the address that follows from it: the same content has the same address everywhere. */
export interface Part {
  /** SHA-256 of the content, base64url. */
  readonly address: string;
  readonly content: Uint8Array;
}

/** An item has 400 KB, names and address included. */
const MOST_BYTES = 300_000;

export type Packed = { readonly outcome: 'part'; readonly part: Part } | { readonly outcome: 'too-large' };

/** JSON as it is written, deflated. The address is of the text: how well it was deflated is no matter. */
export function packed(body: unknown): Packed {
  const content = gzipSync(JSON.stringify(body), { level: 9 });
  if (content.length > MOST_BYTES) return { outcome: 'too-large' };
  return { outcome: 'part', part: { address: addressOf(body), content } };
}

export const addressOf = (body: unknown): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('base64url');

export const unpacked = (content: Uint8Array | undefined): unknown => {
  if (content === undefined) throw new Error('A part of the catalog has no content');
  return JSON.parse(gunzipSync(content).toString('utf8'));
};

const KIND = { S: 'part' };
const AT_ONCE = 8;
const PER_READ = 100;

/** Stores what is not there yet; content under its own address is never written twice. */
export async function putParts(client: DynamoDBClient, table: string, parts: readonly Part[]): Promise<void> {
  await eachOf(parts, AT_ONCE, async ({ address, content }) => {
    await conditionHeld(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: { kind: KIND, name: { S: address }, content: { B: content } },
          ConditionExpression: 'attribute_not_exists(kind)',
        }),
      ),
    );
  });
}

/** What stands under some addresses. @throws when one of them has nothing */
export async function readParts(
  client: DynamoDBClient,
  table: string,
  addresses: Iterable<string>,
): Promise<ReadonlyMap<string, unknown>> {
  const wanted = [...new Set(addresses)];
  const found = new Map<string, unknown>();
  for (const chunk of chunksOf(wanted, PER_READ)) {
    let keys = chunk.map((address) => ({ kind: KIND, name: { S: address } }));
    // 16 MB at a time: what did not fit is named, and asked for again.
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
      );
      const items = Responses?.[table] ?? [];
      for (const { name, content } of items) found.set(name?.S ?? '', unpacked(content?.B));
      const left = (UnprocessedKeys?.[table]?.Keys ?? []) as typeof keys;
      if (items.length === 0 && left.length === keys.length) throw new Error('No part of the catalog could be read');
      keys = left;
    }
  }
  const missing = wanted.find((address) => !found.has(address));
  if (missing !== undefined) throw new Error(`The catalog has no part ${missing}`);
  return found;
}
