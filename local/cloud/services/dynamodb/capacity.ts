import type { Item } from './attribute-value.ts';
import { itemSize } from './item-size.ts';
import type { Written } from './table.ts';

export interface ConsumedCapacity {
  readonly TableName: string;
  readonly CapacityUnits: number;
  readonly Table?: { readonly CapacityUnits: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>;
}

/** One write unit per begun KB of the larger of the two versions; at least one, even when nothing was there. */
export function writeUnits(oldItem: Item | undefined, newItem: Item | undefined): number {
  const size = Math.max(oldItem === undefined ? 0 : itemSize(oldItem), newItem === undefined ? 0 : itemSize(newItem));
  return Math.max(1, Math.ceil(size / 1024));
}

/** Read units per begun 4 KB, half of it for eventually consistent reads. */
export function readUnits(item: Item | undefined, consistent: boolean): number {
  const units = Math.max(1, Math.ceil((item === undefined ? 0 : itemSize(item)) / 4096));
  return consistent ? units : units / 2;
}

/** A changed index key costs two writes, one to delete the old entry and one to put the new one. */
export function indexWrites(from: Item | undefined, to: Item | undefined, sameKey: boolean): number {
  if (from === undefined || to === undefined || sameKey) return writeUnits(from, to);
  return writeUnits(from, undefined) + writeUnits(undefined, to);
}

/** What a write answers under ConsumedCapacity; undefined unless it was asked for. */
export function consumedByWrite(asked: unknown, tableName: string, written: Written): ConsumedCapacity | undefined {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined;
  return consumed(asked, tableName, writeUnits(written.oldItem, written.newItem), written.indexUnits);
}

export function consumed(
  asked: unknown,
  TableName: string,
  tableUnits: number,
  indexUnits: Readonly<Record<string, number>> = {},
): ConsumedCapacity | undefined {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined;
  const CapacityUnits = Object.values(indexUnits).reduce((sum, units) => sum + units, tableUnits);
  if (asked === 'TOTAL') return { TableName, CapacityUnits };
  const indexes = Object.entries(indexUnits).map(([name, units]) => [name, { CapacityUnits: units }] as const);
  return {
    TableName,
    CapacityUnits,
    Table: { CapacityUnits: tableUnits },
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: Object.fromEntries(indexes) }),
  };
}
