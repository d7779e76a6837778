import type { Action } from './actions.ts';
import type { Item } from './attribute-value.ts';
import { consumed, readUnits, writeUnits } from './capacity.ts';
import { checkItem, refuseIf, tableOf } from './checks.ts';
import { dynalite } from './dynalite.ts';
import { itemSize } from './item-size.ts';
import { projection } from './projection.ts';

/** AWS: a batch's answer holds 16 MB; keys beyond it come back as unprocessed. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

interface TableKeys extends Record<string, unknown> {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

/** AWS promises no order of the items; here they come in the order of their hashes, so that nobody relies on one. */
export const batchGetItem: Action = (dynamo, request, input) => {
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, unknown> = {};
  const capacities = [];
  let size = 0;
  for (const [name, asked] of Object.entries(request.RequestItems as Record<string, TableKeys>)) {
    const table = tableOf(dynamo, name);
    for (const key of asked.Keys) refuseIf(dynalite.validateKey(key, table.definition));
    const ordered = asked.Keys.map((key) => [table.keyOf(key), key] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    const items: Item[] = [];
    const unprocessed: Item[] = [];
    let units = 0;
    for (const [key, keyItem] of ordered) {
      const item = table.items.get(key);
      size += item === undefined ? 0 : itemSize(item);
      if (size > MAX_RESPONSE_BYTES) {
        unprocessed.push(keyItem);
        continue;
      }
      units += readUnits(item, asked.ConsistentRead === true);
      if (item !== undefined) items.push(projection(asked, item, table));
    }
    Responses[name] = items;
    if (unprocessed.length > 0) {
      const sent = (input.RequestItems as Record<string, object>)[name];
      UnprocessedKeys[name] = { ...sent, Keys: unprocessed };
    }
    capacities.push(consumed(request.ReturnConsumedCapacity, name, units));
  }
  return { Responses, UnprocessedKeys, ConsumedCapacity: capacities.some(Boolean) ? capacities : undefined };
};

/** AWS checks the whole batch first and then writes each item for itself: no transaction. */
export const batchWriteItem: Action = (dynamo, request) => {
  const writes = [];
  for (const [name, requests] of Object.entries(request.RequestItems as Record<string, WriteRequest[]>)) {
    const table = tableOf(dynamo, name);
    const seen = new Set<string>();
    for (const { PutRequest: put, DeleteRequest: del } of requests) {
      if (put !== undefined) checkItem(put.Item, table);
      else refuseIf(dynalite.validateKey(del?.Key ?? {}, table.definition));
      const key = table.keyOf(put?.Item ?? del?.Key ?? {});
      if (seen.has(key)) throw dynalite.validationError('Provided list of item keys contains duplicates');
      seen.add(key);
      writes.push({ table, name, key, item: put?.Item });
    }
  }
  // dynalite counts the requests of each table for itself only.
  if (writes.length > 25) throw dynalite.validationError('Too many items requested for the BatchWriteItem call');
  const units = new Map<string, { table: number; indexes: Record<string, number> }>();
  for (const { table, name, key, item } of writes) {
    const written = dynamo.write(table, key, item);
    const sum = units.get(name) ?? { table: 0, indexes: {} };
    sum.table += writeUnits(written.oldItem, written.newItem);
    for (const [index, more] of Object.entries(written.indexUnits)) {
      sum.indexes[index] = (sum.indexes[index] ?? 0) + more;
    }
    units.set(name, sum);
  }
  const asked = request.ReturnConsumedCapacity;
  const capacities = [...units].map(([name, sum]) => consumed(asked, name, sum.table, sum.indexes));
  return { UnprocessedItems: {}, ConsumedCapacity: capacities.some(Boolean) ? capacities : undefined };
};
