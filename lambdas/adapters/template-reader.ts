import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { BrandBody } from '../../domain/catalog/brand.ts';
import type { CatalogPointer, ReleaseItem } from '../../domain/catalog/releases/release.ts';
import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { readParts } from './catalog-parts.ts';
import { readCatalogPointer, readRelease } from './catalog-reader.ts';

/** What was published of messages, for who sends them. Everything rejects when nobody can tell. */
export interface TemplateReader {
  /** What is live; undefined while nothing was published. One read unit, strongly consistent. */
  readPointer(): Promise<CatalogPointer | undefined>;
  /** What a release consists of: releases stay as they are. */
  readItems(release: string): Promise<readonly ReleaseItem[]>;
  /** What stands under an address: it stays as it is. */
  readPart(address: string): Promise<PreparedEmail | BrandBody | object>;
  /** Whom a sender's name means on this stage; undefined when nobody has set it up. */
  readSender(name: string): Promise<SenderBinding | undefined>;
  /** Where a host's name leads on this stage; undefined when nobody has set it up. */
  readHost(name: string): Promise<string | undefined>;
}

export interface SenderBinding {
  readonly address: string;
  readonly name?: string;
  /** Messages may not be from it: it may be of a domain that we do not send from. */
  readonly answersOnly?: boolean;
}

async function readBinding<Value>(client: DynamoDBClient, table: string, name: string): Promise<Value | undefined> {
  const Key = { kind: { S: 'binding' }, name: { S: name } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
  return Item === undefined ? undefined : (JSON.parse(Item.value?.S ?? '{}') as Value);
}

export const dynamoTemplateReader = (client: DynamoDBClient, table: string): TemplateReader => ({
  readPointer: () => readCatalogPointer(client, table),
  async readItems(release) {
    return (await readRelease(client, table, release)).items;
  },
  async readPart(address) {
    return (await readParts(client, table, [address])).get(address) as object;
  },
  readSender: (name) => readBinding<SenderBinding>(client, table, `sender/${name}`),
  async readHost(name) {
    return (await readBinding<{ readonly url: string }>(client, table, `host/${name}`))?.url;
  },
});
