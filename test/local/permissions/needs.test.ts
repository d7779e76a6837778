import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { accountOf, allow, arn } from './support.ts';

const ledger = arn('dynamodb', 'table/ledger');
const of = (kind: string) => ({ kind: { S: kind }, name: { S: 'x' } });
const TableName = 'ledger';
const onlyPlans = {
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['plan'] },
  // Without this a request that has no key at all passes.
  Null: { 'dynamodb:LeadingKeys': 'false' },
};
const query = {
  TableName,
  KeyConditionExpression: '#name = :name AND kind = :kind',
  ExpressionAttributeNames: { '#name': 'name' },
};

/** Whether a request is let through by these statements. */
async function allowed(
  statements: Parameters<typeof accountOf>[0],
  send: (client: DynamoDBClient) => Promise<unknown>,
) {
  try {
    await send(new DynamoDBClient(accountOf(statements).client()));
    return true;
  } catch (error) {
    expect((error as Error).name).toBe('AccessDeniedException');
    return false;
  }
}

describe('the leading keys of a request', () => {
  it.each<[string, (client: DynamoDBClient, kind: string) => Promise<unknown>]>([
    ['PutItem', (client, kind) => client.send(new PutItemCommand({ TableName, Item: of(kind) }))],
    ['UpdateItem', (client, kind) => client.send(new UpdateItemCommand({ TableName, Key: of(kind) }))],
    ['DeleteItem', (client, kind) => client.send(new DeleteItemCommand({ TableName, Key: of(kind) }))],
    [
      'BatchGetItem',
      (client, kind) =>
        client.send(new BatchGetItemCommand({ RequestItems: { ledger: { Keys: [of('plan'), of(kind)] } } })),
    ],
    [
      'BatchWriteItem',
      (client, kind) =>
        client.send(
          new BatchWriteItemCommand({
            RequestItems: {
              ledger: [{ PutRequest: { Item: of('plan') } }, { DeleteRequest: { Key: of(kind) } }],
            },
          }),
        ),
    ],
    [
      'Query',
      (client, kind) =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#kind = :kind AND begins_with(#name, :name)',
            ExpressionAttributeNames: { '#kind': 'kind', '#name': 'name' },
            ExpressionAttributeValues: { ':name': { S: 'plan' }, ':kind': { S: kind } },
          }),
        ),
    ],
    [
      'Query',
      (client, kind) =>
        client.send(
          new QueryCommand({ ...query, ExpressionAttributeValues: { ':name': { S: 'plan' }, ':kind': { S: kind } } }),
        ),
    ],
  ])('of %s are all it touches', async (action, send) => {
    const statements = [allow(`dynamodb:${action}`, ledger, onlyPlans)];
    expect(await allowed(statements, (client) => send(client, 'plan'))).toBe(true);
    expect(await allowed(statements, (client) => send(client, 'sources'))).toBe(false);
  });

  it('of a Scan are none', async () => {
    const scan = (client: DynamoDBClient) => client.send(new ScanCommand({ TableName }));
    expect(await allowed([allow('dynamodb:Scan', ledger, onlyPlans)], scan)).toBe(false);
    const { Null: _, ...all } = onlyPlans;
    expect(await allowed([allow('dynamodb:Scan', ledger, all)], scan)).toBe(true);
  });
});

describe('an index', () => {
  const send = (client: DynamoDBClient) => client.send(new QueryCommand({ ...query, IndexName: 'due' }));

  it('is a resource of its own', async () => {
    expect(await allowed([allow('dynamodb:Query', `${ledger}/index/due`)], send)).toBe(true);
    expect(await allowed([allow('dynamodb:Query', [ledger, `${ledger}/index/email`])], send)).toBe(false);
  });
});

describe('a list of objects', () => {
  it('may be of the prefix it may be of, and not of all', async () => {
    const { client } = accountOf([
      allow('s3:ListBucket', 'arn:aws:s3:::lake', { StringLike: { 's3:prefix': 'raw/*' } }),
    ]);
    const list = (Prefix?: string) =>
      new S3Client(client()).send(new ListObjectsV2Command({ Bucket: 'lake', ...(Prefix && { Prefix }) }));
    await expect(list('raw/2026/')).resolves.toBeDefined();
    await expect(list('refused/')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('an email', () => {
  const send = (FromEmailAddress: string) => {
    const { client } = accountOf([
      allow('ses:SendEmail', arn('ses', 'identity/*'), { StringEquals: { 'ses:FromAddress': 'hello@shop.example' } }),
    ]);
    const Content = { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } };
    return new SESv2Client(client()).send(new SendEmailCommand({ FromEmailAddress, Content }));
  };

  it('may come from the address it may come from', async () => {
    await expect(send('hello@shop.example')).resolves.toBeDefined();
    await expect(send('other@shop.example')).rejects.toThrow(`on resource \`${arn('ses', 'identity/shop.example')}'`);
    await expect(send('ceo@bank.example')).rejects.toThrow(`${arn('ses', 'identity/ceo@bank.example')}'`);
  });
});

describe('an operation nobody has said the needs of', () => {
  it('is an error that names it', async () => {
    const { client } = accountOf([allow('*', '*')]);
    const send = new DynamoDBClient(client()).send(new TransactWriteItemsCommand({ TransactItems: [] }));
    await expect(send).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('dynamodb:TransactWriteItems'),
    });
  });
});
