import { Stream } from 'node:stream';
import type { KeyRange, SortedMap } from '../sorted-map.ts';
import type { Item } from './attribute-value.ts';
import type { Callback, DynaliteError } from './dynalite.ts';
import { MAX_ITEM_BYTES } from './item-size.ts';
import type { Index, Table } from './table.ts';

/** The bounds dynalite asks for; a limit below zero means none. */
interface DynaliteRange extends KeyRange {
  readonly limit?: number;
}

interface StoreOptions {
  readonly table: Table;
  /** The entries of an index as they show to whoever reads now. */
  entriesSeen(index: Index): SortedMap<Item>;
  /** Stores the item, or throws what AWS would refuse. */
  write(key: string, item: Item): void;
  /** Primary key of the request's ExclusiveStartKey, if it has one. */
  readonly startAfter?: string | undefined;
}

/**
 * The store that dynalite's update, query and scan see during one request: one table of ours. Everything answers
 * at once, so no other request comes between an action's read and its write and its lock has nothing to do.
 */
export function storeFor({ table, entriesSeen, write, startAfter }: StoreOptions): unknown {
  const itemDb = {
    lock: (_key: string, run: (release: (callback: Callback) => Callback) => void) => run((callback) => callback),
    get(key: string, callback: Callback) {
      const item = table.items.get(key);
      if (item === undefined)
        callback(Object.assign(new Error('not found'), { name: 'NotFoundError' }) as DynaliteError);
      else callback(null, item);
    },
    put(key: string, item: Item, callback: Callback) {
      try {
        write(key, item);
      } catch (error) {
        return callback(error as DynaliteError);
      }
      return callback(null);
    },
    createValueStream: (range: DynaliteRange) => new RangeStream(table.items, range),
  };
  return {
    options,
    getTable: (_name: string, callback: Callback) => callback(null, table.definition),
    getItemDb: () => itemDb,
    getIndexDb: (_type: string, _table: string, name: string) => ({
      // Our table keeps its indexes itself, in the same step as the item.
      put: (_key: string, _item: Item, callback: Callback) => callback(null),
      del: (_key: string, callback: Callback) => callback(null),
      createValueStream(range: DynaliteRange) {
        const index = table.indexes.find((one) => one.name === name);
        if (index === undefined) throw new Error(`No index ${name}`);
        return new RangeStream(entriesSeen(index), startAfter === undefined ? range : exact(range, startAfter));
      },
    }),
  };
}

/** What dynalite's validations read of a store. */
export const options = { maxItemSize: MAX_ITEM_BYTES };

/** Index entries are kept under dynalite's index key and the item's own key: see Table.indexKeyOf. */
function exact(range: DynaliteRange, startAfter: string): DynaliteRange {
  if (range.reverse === true) return range.lt === undefined ? range : { ...range, lt: `${range.lt}/${startAfter}` };
  return range.gt === undefined ? range : { ...range, gt: `${range.gt}/${startAfter}` };
}

/** The old-style stream that dynalite's lazy lists listen to; it begins once they have attached themselves. */
class RangeStream extends Stream {
  #done = false;

  constructor(entries: SortedMap<Item>, range: DynaliteRange) {
    super();
    process.nextTick(() => {
      let left = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
      for (const item of entries.values(range)) {
        if (this.#done || left-- <= 0) break;
        this.emit('data', item);
      }
      if (!this.#done) this.emit('end');
    });
  }

  /** Called when a page is full. */
  destroy(): void {
    this.#done = true;
  }
}
