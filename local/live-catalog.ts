import { gunzipSync } from 'node:zlib';
import type { LiveCatalog } from '../domain/catalog/live-catalog.ts';
import { liveCatalogOf } from '../domain/catalog/releases/live.ts';
import type { Release } from '../domain/catalog/releases/release.ts';
import type { Item } from './cloud/services/dynamodb/attribute-value.ts';

/** What is published, out of the items of the definitions table; undefined while nothing was. docs/catalog.md has the keys. */
export function liveCatalogIn(items: Iterable<Item>): LiveCatalog | undefined {
  const contents = new Map<string, string>();
  let live: string | undefined;
  for (const { kind, name, content, release } of items) {
    if (kind?.S === 'catalog') live = release?.S;
    if (kind?.S === 'part' || kind?.S === 'release') contents.set(`${kind.S}/${name?.S}`, content?.B ?? '');
  }
  const read = (name: string): unknown =>
    JSON.parse(gunzipSync(Buffer.from(contents.get(name) ?? '', 'base64')).toString('utf8'));
  if (live === undefined) return undefined;
  return liveCatalogOf(read(`release/${live}`) as Release, ({ part }) => read(`part/${part}`));
}
