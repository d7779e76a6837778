import type { Item } from './attribute-value.ts';
import type { DynaliteError } from './dynalite.ts';
import { dynalite } from './dynalite.ts';
import type { DynamoDb } from './dynamo-db.ts';
import { itemSize, MAX_ITEM_BYTES } from './item-size.ts';
import type { Table } from './table.ts';

export function refuseIf(problem: DynaliteError | null | undefined): void {
  if (problem) throw problem;
}

export function tableOf(dynamo: DynamoDb, name: string): Table {
  return dynamo.table(name) ?? resourceNotFound();
}

/** AWS: a partition key may have 2,048 bytes, a sort key 1,024, in a table and in its indexes alike. */
const MAX_KEY_BYTES = [2048, 1024] as const;

/** What AWS checks of an item before it is stored; dynalite leaves the last three out. */
export function checkItem(
  item: Item,
  table: Table,
  tooLarge = 'Item size has exceeded the maximum allowed size',
): void {
  refuseIf(dynalite.validateItem(item, table.definition));
  for (const { name, keyNames } of table.indexes) {
    const empty = keyNames.find((key) => item[key]?.S === '' || item[key]?.B === '');
    if (empty === undefined) continue;
    const kind = item[empty]?.S === '' ? 'string' : 'binary';
    throw dynalite.validationError(
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
        `The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${name}, IndexKey: ${empty}`,
    );
  }
  for (const names of [table.keyNames, ...table.indexes.map(({ keyNames }) => keyNames)]) checkKeySizes(item, names);
  // dynalite counts characters, AWS bytes.
  if (itemSize(item) > MAX_ITEM_BYTES) throw dynalite.validationError(tooLarge);
}

function checkKeySizes(item: Item, names: readonly string[]): void {
  for (const [place, most] of MAX_KEY_BYTES.entries()) {
    const { S: text = '', B: binary = '' } = item[names[place] ?? ''] ?? {};
    if (Buffer.byteLength(text) <= most && Buffer.byteLength(binary, 'base64') <= most) continue;
    const what = place === 0 ? 'Size of hashkey' : 'Aggregated size of all range keys';
    throw dynalite.validationError(
      `One or more parameter values were invalid: ${what} has exceeded the maximum size limit of ${most} bytes`,
    );
  }
}

function resourceNotFound(): never {
  const body = {
    __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    message: 'Requested resource not found',
  };
  throw Object.assign(new Error(body.message), { statusCode: 400, body });
}
