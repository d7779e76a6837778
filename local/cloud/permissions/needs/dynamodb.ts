import type { Context } from '../condition.ts';
import { type Account, arnOf, inputOf, type Need, type NeedsOf } from './need.ts';

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface KeyedRequest {
  readonly TableName: string;
  readonly IndexName: string;
  readonly Key: Values;
  readonly Item: Values;
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Values;
}

const tableArn = (account: Account, table: string) =>
  table.startsWith('arn:') ? table : arnOf(account, 'dynamodb', `table/${table}`);

/** A table is named by its name or its arn. */
const nameIn = (table: string) => table.replace(/^arn:.*:table\//, '');

/** One item of one table, named by its key or by the whole item. */
const ofOneItem =
  (action: string, member: 'Key' | 'Item'): NeedsOf =>
  (request, account) => {
    const { TableName = '', [member]: item = {} } = inputOf<KeyedRequest>(request);
    const context = () => leadingKeys(TableName, [item], account);
    return [{ action, resource: tableArn(account, TableName), context }];
  };

/** An index is a resource of its own: whoever may read one need not be allowed to read the table. */
const ofRange =
  (action: string): NeedsOf =>
  (request, account) => {
    const input = inputOf<KeyedRequest>(request);
    const { TableName = '', IndexName } = input;
    const table = tableArn(account, TableName);
    const resource = IndexName === undefined ? table : `${table}/index/${IndexName}`;
    return [{ action, resource, context: () => queriedKey(input, account) }];
  };

interface BatchRequest {
  readonly RequestItems: Readonly<Record<string, unknown>>;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item?: Values };
  readonly DeleteRequest?: { readonly Key?: Values };
}

/** Each table once, with the keys of all its items. */
const ofBatch =
  (action: string, itemsOf: (requests: unknown) => readonly Values[]): NeedsOf =>
  (request, account) =>
    Object.entries(inputOf<BatchRequest>(request).RequestItems ?? {}).map(
      ([table, requests]): Need => ({
        action,
        resource: tableArn(account, table),
        context: () => leadingKeys(table, itemsOf(requests), account),
      }),
    );

const itemsRead = (requests: unknown) => (requests as { readonly Keys?: readonly Values[] }).Keys ?? [];
const itemsWritten = (requests: unknown) =>
  (requests as readonly WriteRequest[]).map((one) => one.PutRequest?.Item ?? one.DeleteRequest?.Key ?? {});

/** `dynamodb:LeadingKeys`: the partition keys of all items that are touched. */
function leadingKeys(table: string, items: readonly Values[], account: Account): Context {
  const name = account.partitionKeyOf(nameIn(table));
  if (name === undefined) return {};
  return { 'dynamodb:LeadingKeys': items.flatMap((item) => Object.values(item[name] ?? {})) };
}

/** Of a query it is what the partition key of the table or index must equal; a scan has none. */
function queriedKey(input: Partial<KeyedRequest>, account: Account): Context {
  const { TableName = '', IndexName, KeyConditionExpression = '' } = input;
  const key = account.partitionKeyOf(nameIn(TableName), IndexName);
  for (const [, name = '', value = ''] of KeyConditionExpression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    const compared = input.ExpressionAttributeValues?.[value];
    if ((input.ExpressionAttributeNames?.[name] ?? name) === key && compared !== undefined)
      return { 'dynamodb:LeadingKeys': Object.values(compared) };
  }
  return {};
}

export const dynamodbNeeds: Readonly<Record<string, NeedsOf>> = {
  GetItem: ofOneItem('dynamodb:GetItem', 'Key'),
  PutItem: ofOneItem('dynamodb:PutItem', 'Item'),
  UpdateItem: ofOneItem('dynamodb:UpdateItem', 'Key'),
  DeleteItem: ofOneItem('dynamodb:DeleteItem', 'Key'),
  Query: ofRange('dynamodb:Query'),
  Scan: ofRange('dynamodb:Scan'),
  BatchGetItem: ofBatch('dynamodb:BatchGetItem', itemsRead),
  BatchWriteItem: ofBatch('dynamodb:BatchWriteItem', itemsWritten),
  DescribeTable: ofOneItem('dynamodb:DescribeTable', 'Key'),
  DescribeTimeToLive: ofOneItem('dynamodb:DescribeTimeToLive', 'Key'),
  ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
};
