import { SortedMap } from '../sorted-map.ts';
import type { Item } from './attribute-value.ts';
import { sameItem, sameValue, settle } from './attribute-value.ts';
import { indexWrites } from './capacity.ts';
import { dynalite } from './dynalite.ts';
import { IndexEntries } from './index-entries.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/** A table in the API's and CloudFormation's own words, so that a template's properties can be passed on. */
export interface TableDefinition {
  readonly TableName: string;
  readonly TableArn?: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[];
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean };
}

export interface Index {
  readonly name: string;
  /** Attributes an item must have to be in the index. */
  readonly keyNames: readonly string[];
  /** Everything an entry holds; undefined: the whole item. */
  readonly projected: readonly string[] | undefined;
  readonly definition: IndexDefinition;
  readonly entries: IndexEntries;
}

/** What one write did to a table. */
export interface Written {
  readonly key: string;
  readonly oldItem: Item | undefined;
  readonly newItem: Item | undefined;
  /** Write units by index name, only where an entry was written. */
  readonly indexUnits: Readonly<Record<string, number>>;
}

/** A table's items and index entries in memory, in the order DynamoDB reads them in. */
export class Table {
  readonly definition: TableDefinition;
  readonly keyNames: readonly string[];
  readonly items = new SortedMap<Item>();
  readonly indexes: readonly Index[];

  /** How far the indexes are behind follows from `seed`. */
  constructor(definition: TableDefinition, seed: string) {
    this.definition = definition;
    this.keyNames = definition.KeySchema.map(({ AttributeName }) => AttributeName);
    this.indexes = (definition.GlobalSecondaryIndexes ?? []).map((index) => this.#toIndex(index, seed));
  }

  /** The text an item is ordered by: a hash prefix of its partition key, then its keys in sortable form. */
  keyOf(item: Item): string {
    return dynalite.createKey(item, this.definition);
  }

  /** Stores an item (undefined: deletes it) at the moment `now`; the indexes follow. */
  write(key: string, newItem: Item | undefined, now: number): Written {
    const oldItem = this.items.get(key);
    if (newItem === undefined) this.items.delete(key);
    else this.items.set(key, settle(newItem));
    const indexUnits: Record<string, number> = {};
    for (const index of this.indexes) {
      const units = this.#writeIndex(index, key, oldItem, newItem, now);
      if (units > 0) indexUnits[index.name] = units;
    }
    return { key, oldItem, newItem, indexUnits };
  }

  /** What readers of an index must start after, given the key dynalite makes of an ExclusiveStartKey. */
  indexKeyOf(index: Index, item: Item, key = this.keyOf(item)): string {
    // dynalite tells entries of one index key apart by 24 bits of a hash only; the item's own key makes them unique.
    return `${dynalite.createIndexKey(item, this.definition, index.definition.KeySchema)}/${key}`;
  }

  /** AWS writes an index entry only where something of it changed. */
  #writeIndex(index: Index, key: string, oldItem: Item | undefined, newItem: Item | undefined, now: number): number {
    const from = holds(index, oldItem) ? oldItem : undefined;
    const to = holds(index, newItem) ? newItem : undefined;
    if (from === undefined && to === undefined) return 0;
    if (from !== undefined && to !== undefined && sameEntry(index, from, to)) return 0;
    const fromKey = from && this.indexKeyOf(index, from, key);
    const toKey = to && this.indexKeyOf(index, to, key);
    const entry = to && project(index, to);
    index.entries.change({ item: key, from: fromKey, to: toKey, entry }, now);
    return indexWrites(from && project(index, from), entry, fromKey === toKey);
  }

  #toIndex(definition: IndexDefinition, seed: string): Index {
    const keyNames = definition.KeySchema.map(({ AttributeName }) => AttributeName);
    const { ProjectionType: type, NonKeyAttributes: more = [] } = definition.Projection;
    const projected = type === 'ALL' ? undefined : [...new Set([...keyNames, ...this.keyNames, ...more])];
    const entries = new IndexEntries(`${seed}/${definition.IndexName}`);
    return { name: definition.IndexName, keyNames, projected, definition, entries };
  }
}

/** Indexes are sparse: an item without all of an index's keys is not in it. */
function holds({ keyNames }: Index, item: Item | undefined): boolean {
  return item !== undefined && keyNames.every((name) => item[name] !== undefined);
}

function sameEntry({ projected }: Index, a: Item, b: Item): boolean {
  return projected === undefined ? sameItem(a, b) : projected.every((name) => sameValue(a[name], b[name]));
}

function project({ projected }: Index, item: Item): Item {
  if (projected === undefined) return item;
  const entry: Record<string, Item[string]> = {};
  for (const name of projected) {
    const value = item[name];
    if (value !== undefined) entry[name] = value;
  }
  return Object.freeze(entry);
}
