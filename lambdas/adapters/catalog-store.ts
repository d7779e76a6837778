import { type AttributeValue, type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Definition } from '../../domain/catalog/definition.ts';
import type { NamedRelease } from '../../domain/catalog/releases/next-release.ts';
import type { CatalogPointer, Release } from '../../domain/catalog/releases/release.ts';
import { type Part, packed, putParts, readParts } from './catalog-parts.ts';
import { readCatalogPointer, readRelease } from './catalog-reader.ts';
import { conditionHeld } from './condition.ts';

/** The releases of a project, for those who publish. All of it strongly consistent. */
export interface CatalogStore {
  /** What is live; undefined while nothing was published. */
  live(): Promise<NamedRelease | undefined>;
  /** What the items of a release say, in their order. */
  definitionsOf(release: Release): Promise<readonly Definition[]>;
  /** What stands under some addresses. */
  contents(addresses: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** Stores contents, which nobody can see until a release names them. */
  putParts(parts: readonly Part[]): Promise<void>;
  /** Makes a release whose parts are stored the live one, unless somebody was quicker. */
  publish(release: Release): Promise<Published>;
  /**
   * Publishes what follows from whatever is live, though others publish meanwhile; answers with its number.
   * @param next undefined when nothing follows any more: then nothing is published
   */
  republish(next: (current: NamedRelease) => Release | undefined): Promise<number | undefined>;
  /** The release of a number that was live once. */
  find(number: number): Promise<NamedRelease | undefined>;
  /** What was published, the newest first; `before` is a name that an earlier answer gave. */
  history(limit: number, before?: string): Promise<History>;
}

export type Published =
  | { readonly outcome: 'published'; readonly name: string }
  /** Another release follows the one that this was made to follow. */
  | { readonly outcome: 'conflict'; readonly winner: ReleaseSummary };

export interface History {
  readonly releases: readonly ReleaseSummary[];
  readonly next?: string;
}

/** A release without what was in it. */
export type ReleaseSummary = Omit<Release, 'items' | 'registry' | 'waiting' | 'reconcile' | 'previous'> & {
  readonly definitions: number;
};

const KIND = { S: 'release' };
const DIGITS = 10;

/** People publish now and then: who loses against them twice running has met something else. */
const ATTEMPTS = 5;
const prefixOf = (number: number): string => `${String(number).padStart(DIGITS, '0')}-`;

/**
 * A release is written before the pointer that makes it live, so nobody ever reads half of one. Who loses the race for the
 * pointer leaves a release behind that no other follows; the way through `previous` from what is live never meets it.
 */
export function dynamoCatalogStore(client: DynamoDBClient, table: string): CatalogStore {
  /** Of what was read last: contents stay as they are. */
  let known: ReadonlyMap<string, unknown> = new Map();

  async function named(name: string): Promise<NamedRelease> {
    return { name, release: await readRelease(client, table, name) };
  }

  async function live(): Promise<NamedRelease | undefined> {
    const pointer = await readCatalogPointer(client, table);
    return pointer && named(pointer.release);
  }

  async function contents(addresses: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const fresh = await readParts(
      client,
      table,
      addresses.filter((address) => !known.has(address)),
    );
    const found = new Map(addresses.map((address) => [address, fresh.get(address) ?? known.get(address)]));
    known = found;
    return found;
  }

  async function movePointer(name: string, { number, publishedAt, previous }: Release): Promise<boolean> {
    const pointer = { number: { N: `${number}` }, release: { S: name }, publishedAt: { N: `${publishedAt}` } };
    const moved = await conditionHeld(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: { kind: { S: 'catalog' }, name: { S: 'live' }, ...pointer },
          ...(previous === undefined
            ? { ConditionExpression: 'attribute_not_exists(kind)' }
            : {
                ConditionExpression: '#release = :previous',
                ExpressionAttributeNames: { '#release': 'release' },
                ExpressionAttributeValues: { ':previous': { S: previous } },
              }),
        }),
      ),
    );
    // A write whose answer was lost is sent again by the SDK, and then loses against itself.
    return moved || (await pointerNow()).release === name;
  }

  async function pointerNow(): Promise<CatalogPointer> {
    const pointer = await readCatalogPointer(client, table);
    if (pointer === undefined) throw new Error('The catalog has lost its pointer');
    return pointer;
  }

  /** From a release on backwards. */
  async function* chain(from: string): AsyncGenerator<{ readonly name: string; readonly item: Item }> {
    let wanted: string | undefined = from;
    const pages = paginateQuery(
      { client, pageSize: 20 },
      {
        TableName: table,
        KeyConditionExpression: 'kind = :kind AND #name <= :from',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':kind': KIND, ':from': { S: from } },
        ProjectionExpression: '#name, previous, summary',
        ScanIndexForward: false,
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages)
      for (const item of Items) {
        if (item.name?.S !== wanted) continue;
        yield { name: item.name?.S ?? '', item };
        wanted = item.previous?.S;
        if (wanted === undefined) return;
      }
  }

  async function publish(release: Release): Promise<Published> {
    const { number, previous } = release;
    const content = packed(release);
    if (content.outcome === 'too-large') throw new Error('A release with so many definitions cannot be stored');
    const { address, content: bytes } = content.part;
    const name = prefixOf(number) + address;
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          ...{ kind: KIND, name: { S: name }, content: { B: bytes } },
          summary: { S: JSON.stringify(summaryOf(release)) },
          ...(previous !== undefined && { previous: { S: previous } }),
        },
      }),
    );
    if (await movePointer(name, release)) return { outcome: 'published', name };
    const winner = await named((await pointerNow()).release);
    return { outcome: 'conflict', winner: summaryOf(winner.release) };
  }

  return {
    live,
    contents,
    publish,

    async definitionsOf({ items }) {
      const found = await contents(items.map(({ part }) => part));
      return items.map(({ type, key, part }) => ({ type, key, body: found.get(part) }));
    },

    putParts: (parts) => putParts(client, table, parts),

    async republish(next) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const current = await live();
        const release = current && next(current);
        if (release === undefined) return undefined;
        if ((await publish(release)).outcome === 'published') return release.number;
      }
      throw new Error('Others keep publishing');
    },

    async find(number) {
      const pointer = await readCatalogPointer(client, table);
      if (pointer === undefined || number > pointer.number) return undefined;
      for await (const { name } of chain(pointer.release)) if (name.startsWith(prefixOf(number))) return named(name);
      return undefined;
    },

    async history(limit, before) {
      const from = before ?? (await readCatalogPointer(client, table))?.release;
      const releases: ReleaseSummary[] = [];
      if (from !== undefined)
        for await (const { name, item } of chain(from)) {
          if (releases.length === limit) return { releases, next: name };
          releases.push(JSON.parse(item.summary?.S ?? '{}') as ReleaseSummary);
        }
      return { releases };
    },
  };
}

type Item = Readonly<Record<string, AttributeValue>>;

const summaryOf = ({
  items,
  registry: _,
  waiting: __,
  reconcile: ___,
  previous: ____,
  ...summary
}: Release): ReleaseSummary => ({
  ...summary,
  definitions: items.length,
});
