import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { itemsDecidedBy, liveCatalogOf } from '../../domain/catalog/releases/live.ts';
import type { CatalogPointer, Release } from '../../domain/catalog/releases/release.ts';
import { readParts, unpacked } from './catalog-parts.ts';

export interface CatalogReader {
  /** What is live; undefined while nothing was published. One read unit, strongly consistent. */
  readPointer(): Promise<CatalogPointer | undefined>;
  /** All that the reducer needs of what is live at this moment; undefined while nothing was published. */
  readLive(): Promise<LiveCatalog | undefined>;
}

const POINTER = { kind: { S: 'catalog' }, name: { S: 'live' } };

/** What was published, for those who decide by it. Releases and parts stay as they are, so what is known is not read again. */
export function dynamoCatalogReader(client: DynamoDBClient, table: string): CatalogReader {
  let known: ReadonlyMap<string, unknown> = new Map();
  let last: { readonly release: string; readonly live: LiveCatalog } | undefined;
  const readPointer = () => readCatalogPointer(client, table);
  return {
    readPointer,
    async readLive() {
      const pointer = await readPointer();
      if (pointer === undefined) return undefined;
      if (last?.release === pointer.release) return last.live;
      const release = await readRelease(client, table, pointer.release);
      const addresses = itemsDecidedBy(release).map(({ part }) => part);
      const fresh = await readParts(
        client,
        table,
        addresses.filter((address) => !known.has(address)),
      );
      known = new Map(addresses.map((address) => [address, fresh.get(address) ?? known.get(address)]));
      const live = liveCatalogOf(release, ({ part }) => known.get(part));
      last = { release: pointer.release, live };
      return live;
    },
  };
}

export async function readCatalogPointer(client: DynamoDBClient, table: string): Promise<CatalogPointer | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: POINTER, ConsistentRead: true }));
  if (Item === undefined) return undefined;
  return { number: Number(Item.number?.N), release: Item.release?.S ?? '', publishedAt: Number(Item.publishedAt?.N) };
}

/** A release by its name. @throws when there is none */
export async function readRelease(client: DynamoDBClient, table: string, name: string): Promise<Release> {
  const Key = { kind: { S: 'release' }, name: { S: name } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  if (Item === undefined) throw new Error(`The catalog has no release ${name}`);
  return unpacked(Item.content?.B) as Release;
}
