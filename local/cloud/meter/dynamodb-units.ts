import type { AwsRequest, AwsResponse } from '../service.ts';
import type { Item } from '../services/dynamodb/attribute-value.ts';
import type { ConsumedCapacity } from '../services/dynamodb/capacity.ts';
import { writeUnits } from '../services/dynamodb/capacity.ts';
import type { DynamoDb } from '../services/dynamodb/dynamo-db.ts';
import type { AddUnits } from './service-units.ts';

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
/** A read that finds nothing costs as much as one that finds something small. */
const LEAST_READ = { consistent: 1, eventual: 0.5 };

type Input = Readonly<Record<string, unknown>>;

/** The same call, made to say what it consumes, indexes apart. */
export function askingForCapacity(request: AwsRequest): AwsRequest {
  return { ...request, input: { ...(request.input as object), ReturnConsumedCapacity: 'INDEXES' } };
}

/** The answer without what only the meter asked for. */
export function withoutCapacity(request: AwsRequest, response: AwsResponse): AwsResponse {
  const asked = (request.input as Input | undefined)?.ReturnConsumedCapacity;
  if (response.status !== 200 || asked === 'INDEXES') return response;
  const { ConsumedCapacity: capacity, ...body } = response.body as { readonly ConsumedCapacity?: unknown };
  if (asked !== 'TOTAL') return { ...response, body };
  const total = ({ TableName, CapacityUnits }: ConsumedCapacity) => ({ TableName, CapacityUnits });
  const totals = Array.isArray(capacity) ? capacity.map(total) : capacity && total(capacity as ConsumedCapacity);
  return { ...response, body: { ...body, ConsumedCapacity: totals } };
}

/** What an answered call is billed, from the capacity it says; a write whose condition failed says none and is billed too. */
export function addDynamodbUnits(dynamodb: DynamoDb, request: AwsRequest, response: AwsResponse, add: AddUnits): void {
  if (response.status !== 200) {
    if (isConditionFailure(response)) addRefusedWrite(dynamodb, request.input as Input, add);
    return;
  }
  const { ConsumedCapacity: capacity } = response.body as { readonly ConsumedCapacity?: unknown };
  if (capacity === undefined) return;
  const reads = READS.has(request.action);
  const least = (request.input as Input).ConsistentRead === true ? LEAST_READ.consistent : LEAST_READ.eventual;
  for (const one of (Array.isArray(capacity) ? capacity : [capacity]) as ConsumedCapacity[]) {
    if (reads) add('dynamodb.read-units', one.TableName, Math.max(least, one.CapacityUnits));
    else addWrite(one, add);
  }
}

function addWrite({ TableName, CapacityUnits, Table, GlobalSecondaryIndexes = {} }: ConsumedCapacity, add: AddUnits) {
  add('dynamodb.write-units', TableName, Table?.CapacityUnits ?? CapacityUnits);
  for (const [index, units] of Object.entries(GlobalSecondaryIndexes))
    add('dynamodb.index-write-units', `${TableName}/index/${index}`, units.CapacityUnits);
}

function isConditionFailure({ body }: AwsResponse): boolean {
  return String((body as { __type?: unknown } | undefined)?.__type).endsWith('#ConditionalCheckFailedException');
}

/** By the larger of the item that is there and the one that was to be. Of a refused update only the former is known. */
function addRefusedWrite(dynamodb: DynamoDb, input: Input, add: AddUnits): void {
  const table = dynamodb.table(String(input.TableName));
  const wanted = input.Item as Item | undefined;
  const there = table?.items.get(table.keyOf(wanted ?? (input.Key as Item)));
  add('dynamodb.write-units', String(input.TableName), writeUnits(there, wanted));
}
