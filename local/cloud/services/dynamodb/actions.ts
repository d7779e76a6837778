import type { Item } from './attribute-value.ts';
import { batchGetItem, batchWriteItem } from './batches.ts';
import { consumed, consumedByWrite, readUnits } from './capacity.ts';
import { checkItem, refuseIf, tableOf } from './checks.ts';
import type { DynaliteError, Validated } from './dynalite.ts';
import { dynalite } from './dynalite.ts';
import type { DynamoDb } from './dynamo-db.ts';
import { projection } from './projection.ts';
import { storeFor } from './store.ts';
import type { Table, Written } from './table.ts';

/** `request` is validated and its expressions are parsed; `input` is what was sent. */
export type Action = (dynamo: DynamoDb, request: Validated, input: Record<string, unknown>) => unknown;

export const actions: Readonly<Record<string, Action>> = {
  GetItem(dynamo, request) {
    const table = tableOf(dynamo, request.TableName);
    const key = request.Key as Item;
    refuseIf(dynalite.validateKey(key, table.definition));
    const item = table.items.get(table.keyOf(key));
    return {
      Item: item && projection(request, item, table),
      ConsumedCapacity: consumed(
        request.ReturnConsumedCapacity,
        request.TableName,
        readUnits(item, request.ConsistentRead === true),
      ),
    };
  },

  PutItem(dynamo, request, input) {
    const table = tableOf(dynamo, request.TableName);
    const item = request.Item as Item;
    checkItem(item, table);
    const key = table.keyOf(item);
    return conditionally(dynamo, table, key, item, request, input);
  },

  DeleteItem(dynamo, request, input) {
    const table = tableOf(dynamo, request.TableName);
    const key = request.Key as Item;
    refuseIf(dynalite.validateKey(key, table.definition));
    return conditionally(dynamo, table, table.keyOf(key), undefined, request, input);
  },

  async UpdateItem(dynamo, request, input) {
    const table = tableOf(dynamo, request.TableName);
    let written: Written | undefined;
    const store = storeFor({
      table,
      entriesSeen: (index) => dynamo.entriesSeen(index),
      write(key, item) {
        checkItem(item, table, 'Item size to update has exceeded the maximum allowed size');
        written = dynamo.write(table, key, item);
      },
    });
    const keyItem = request.Key as Item;
    try {
      const result = await run(dynalite.updateItem, store, request);
      const capacity = written && consumedByWrite(request.ReturnConsumedCapacity, request.TableName, written);
      return { ...result, ConsumedCapacity: capacity };
    } catch (error) {
      // Its own key was checked by then, so a condition that failed has an item to show or none.
      if (isConditionFailure(error)) throw withItem(error, table.items.get(table.keyOf(keyItem)), input);
      throw error;
    }
  },

  Query: (dynamo, request) => readRange(dynamo, request, dynalite.query),
  Scan: (dynamo, request) => readRange(dynamo, request, dynalite.scan),
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,

  ListTables(dynamo, request) {
    const after = String(request.ExclusiveStartTableName ?? '');
    const limit = Number(request.Limit ?? 100);
    const names = dynamo.tableNames().filter((name) => name > after);
    const TableNames = names.slice(0, limit);
    return names.length > limit ? { TableNames, LastEvaluatedTableName: TableNames.at(-1) } : { TableNames };
  },

  DescribeTable(dynamo, request) {
    const table = tableOf(dynamo, request.TableName);
    const { GlobalSecondaryIndexes: indexes, ...definition } = table.definition;
    const GlobalSecondaryIndexes = indexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
    const ItemCount = table.items.size;
    return { Table: { ...definition, GlobalSecondaryIndexes, ItemCount, TableStatus: 'ACTIVE' } };
  },

  DescribeTimeToLive(dynamo, request) {
    const timeToLive = tableOf(dynamo, request.TableName).definition.TimeToLiveSpecification;
    const enabled = timeToLive?.Enabled === true;
    const AttributeName = enabled ? timeToLive.AttributeName : undefined;
    return { TimeToLiveDescription: { TimeToLiveStatus: enabled ? 'ENABLED' : 'DISABLED', AttributeName } };
  },
};

/** Puts or deletes an item if the request's condition holds for what is there now. */
function conditionally(
  dynamo: DynamoDb,
  table: Table,
  key: string,
  item: Item | undefined,
  request: Validated,
  input: Record<string, unknown>,
): unknown {
  const before = table.items.get(key);
  const failure = dynalite.checkConditional(request, before);
  if (failure) throw withItem(failure, before, input);
  const written = dynamo.write(table, key, item);
  return {
    Attributes: request.ReturnValues === 'ALL_OLD' ? before : undefined,
    ConsumedCapacity: consumedByWrite(request.ReturnConsumedCapacity, request.TableName, written),
  };
}

function readRange(dynamo: DynamoDb, request: Validated, read: typeof dynalite.query): Promise<object> {
  const table = tableOf(dynamo, request.TableName);
  const start = request.ExclusiveStartKey as Item | undefined;
  const hasKeys = start !== undefined && table.keyNames.every((name) => start[name] !== undefined);
  const startAfter = hasKeys ? table.keyOf(start) : undefined;
  const write = () => {
    throw new Error('A read wrote.');
  };
  return run(read, storeFor({ table, entriesSeen: (index) => dynamo.entriesSeen(index), write, startAfter }), request);
}

function run(action: typeof dynalite.query, store: unknown, request: Validated): Promise<object> {
  return new Promise((resolve, reject) => {
    action(store, request, (error, result) => (error ? reject(error) : resolve(result as object)));
  });
}

function isConditionFailure(error: unknown): error is DynaliteError {
  return (error as DynaliteError).body?.__type.endsWith('#ConditionalCheckFailedException') === true;
}

/** ReturnValuesOnConditionCheckFailure: the refused writer learns what it met without a second read. */
function withItem(failure: DynaliteError, item: Item | undefined, input: Record<string, unknown>): DynaliteError {
  if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD' || item === undefined) return failure;
  return Object.assign(failure, { body: { ...failure.body, Item: item } });
}
