import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { FirehoseClient, PutRecordBatchCommand, PutRecordCommand } from '@aws-sdk/client-firehose';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { billedMs, Waiting } from '../../local/cloud/meter/duration.ts';
import { Meter } from '../../local/cloud/meter/meter.ts';
import type { Unit } from '../../local/cloud/meter/unit.ts';
import type { AwsService } from '../../local/cloud/service.ts';
import { DynamoDb } from '../../local/cloud/services/dynamodb/dynamo-db.ts';
import { EventBridge } from '../../local/cloud/services/eventbridge/event-bridge.ts';
import { Firehose } from '../../local/cloud/services/firehose/firehose.ts';
import { ObjectStore } from '../../local/cloud/services/s3/object-store.ts';
import { Sqs } from '../../local/cloud/services/sqs/sqs.ts';
import { clientOf, failure, TestClock } from './services/support.ts';

const KB = 1_024;
const FUNCTION = { logicalId: 'Worker', accessKeyId: 'AKIATEST', memoryMb: 512, logsSystem: false };

let clock: TestClock;
let dynamodb: DynamoDb;
let meter: Meter;
beforeEach(() => {
  clock = new TestClock();
  dynamodb = new DynamoDb({ clock });
  meter = new Meter(dynamodb);
  meter.register(FUNCTION);
});

/** The service with the meter before it, as the cloud's endpoint has them. */
const behindMeter = (service: AwsService): AwsService => ({
  handle: (request) => meter.interceptor(request, (passed) => service.handle(passed)),
});

const metered = (unit: Unit, resource?: string) =>
  [...meter.metered()]
    .filter((one) => one.unit === unit && (resource === undefined || one.resource === resource))
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** What an action adds to what was metered before. */
async function added(unit: Unit, act: () => Promise<unknown>): Promise<number> {
  const before = metered(unit);
  await act();
  return metered(unit) - before;
}

describe('DynamoDB', () => {
  let client: DynamoDBClient;
  beforeEach(() => {
    client = new DynamoDBClient(clientOf(behindMeter(dynamodb)));
    dynamodb.createTable({
      TableName: 'people',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'part', AttributeType: 'S' },
        { AttributeName: 'due', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'part', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  const put = (id: string, bytes: number, due?: number, condition?: string) =>
    client.send(
      new PutItemCommand({
        TableName: 'people',
        Item: {
          id: { S: id },
          content: { S: 'x'.repeat(bytes) },
          ...(due !== undefined && { part: { S: '0' }, due: { N: String(due) } }),
        },
        ...(condition !== undefined && { ConditionExpression: condition }),
      }),
    );

  it('bills a write by begun KB of the larger of the old and the new item', async () => {
    expect(await added('dynamodb.write-units', () => put('a', 900))).toBe(1);
    expect(await added('dynamodb.write-units', () => put('a', 1_500))).toBe(2);
    expect(await added('dynamodb.write-units', () => put('a', 100))).toBe(2);
    const gone = new DeleteItemCommand({ TableName: 'people', Key: { id: { S: 'nobody' } } });
    expect(await added('dynamodb.write-units', () => client.send(gone))).toBe(1);
  });

  it('bills an index entry that comes or goes one unit, a changed key two, an unchanged one none', async () => {
    expect(await added('dynamodb.index-write-units', () => put('a', 900, 1))).toBe(1);
    expect(await added('dynamodb.index-write-units', () => put('a', 1_500, 1))).toBe(0);
    expect(await added('dynamodb.index-write-units', () => put('a', 1_500, 2))).toBe(2);
    expect(await added('dynamodb.index-write-units', () => put('a', 1_500))).toBe(1);
    expect(metered('dynamodb.index-write-units', 'people/index/due')).toBe(4);
  });

  it('bills a write whose condition failed as one that was made', async () => {
    await put('a', 2_500);
    const refused = () => failure(put('a', 100, undefined, 'attribute_not_exists(id)'));
    expect(await added('dynamodb.write-units', refused)).toBe(3);
    const update = new UpdateItemCommand({
      TableName: 'people',
      Key: { id: { S: 'nobody' } },
      UpdateExpression: 'SET content = :content',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':content': { S: 'x' } },
    });
    expect(await added('dynamodb.write-units', () => failure(client.send(update)))).toBe(1);
  });

  it('bills a consistent read by begun 4 KB, any other half of it, and one that finds nothing as one of something small', async () => {
    await put('a', 5 * KB);
    const get = (id: string, ConsistentRead: boolean) =>
      client.send(new GetItemCommand({ TableName: 'people', Key: { id: { S: id } }, ConsistentRead }));
    expect(await added('dynamodb.read-units', () => get('a', true))).toBe(2);
    expect(await added('dynamodb.read-units', () => get('a', false))).toBe(1);
    expect(await added('dynamodb.read-units', () => get('nobody', true))).toBe(1);
  });

  it('rounds each item of a batch up by itself, and those of a query together', async () => {
    for (const id of ['a', 'b', 'c']) await put(id, 100, 1);
    const Keys = ['a', 'b', 'c'].map((id) => ({ id: { S: id } }));
    const batch = new BatchGetItemCommand({ RequestItems: { people: { Keys, ConsistentRead: true } } });
    expect(await added('dynamodb.read-units', () => client.send(batch))).toBe(3);
    const query = (part: string) =>
      client.send(
        new QueryCommand({
          TableName: 'people',
          IndexName: 'due',
          KeyConditionExpression: 'part = :part',
          ExpressionAttributeValues: { ':part': { S: part } },
        }),
      );
    expect(await added('dynamodb.read-units', () => query('0'))).toBe(0.5);
    expect(await added('dynamodb.read-units', () => query('nothing here'))).toBe(0.5);
  });

  it('bills no call that was refused, and shows nobody a capacity that he did not ask for', async () => {
    const nowhere = new GetItemCommand({ TableName: 'nowhere', Key: { id: { S: 'a' } } });
    expect(await added('dynamodb.read-units', () => failure(client.send(nowhere)))).toBe(0);
    expect(await put('a', 1)).not.toHaveProperty('ConsumedCapacity');
    const asked = { TableName: 'people', Key: { id: { S: 'a' } } };
    const total = await client.send(new GetItemCommand({ ...asked, ReturnConsumedCapacity: 'TOTAL' }));
    expect(total.ConsumedCapacity).toEqual({ TableName: 'people', CapacityUnits: 0.5 });
    const indexes = await client.send(new GetItemCommand({ ...asked, ReturnConsumedCapacity: 'INDEXES' }));
    expect(indexes.ConsumedCapacity).toMatchObject({ Table: { CapacityUnits: 0.5 } });
  });
});

describe('SQS', () => {
  const url = 'http://local/000000000000/live';
  let client: SQSClient;
  beforeEach(() => {
    const sqs = new Sqs({ clock });
    sqs.createQueue({ name: 'live', url, arn: 'arn:aws:sqs:eu-central-1:000000000000:live' });
    client = new SQSClient({ ...clientOf(behindMeter(sqs)), md5: false as never });
  });

  const send = (...sizes: readonly number[]) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: sizes.map((size, i) => ({ Id: String(i), MessageBody: 'x'.repeat(size) })),
      }),
    );

  it('bills an action once per begun 64 KB of what it carries, all messages together', async () => {
    expect(await added('sqs.requests', () => send(1))).toBe(1);
    expect(await added('sqs.requests', () => send(64 * KB))).toBe(1);
    expect(await added('sqs.requests', () => send(64 * KB + 1))).toBe(2);
    expect(await added('sqs.requests', () => send(...Array.from({ length: 10 }, () => 10 * KB)))).toBe(2);
  });

  it('bills receiving and deleting too, and a receive that finds nothing', async () => {
    const receive = () => client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    expect(await added('sqs.requests', receive)).toBe(1);
    await send(50 * KB, 50 * KB);
    let handle: string | undefined;
    const receiveBoth = async () => {
      handle = (await receive()).Messages?.[0]?.ReceiptHandle;
    };
    expect(await added('sqs.requests', receiveBoth)).toBe(2);
    const remove = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle });
    expect(await added('sqs.requests', () => client.send(remove))).toBe(1);
    expect(metered('sqs.requests', 'live')).toBe(metered('sqs.requests'));
  });

  it('bills what Lambda receives for a function like what a function receives', () => {
    meter.polled('Worker', 'live', [{ body: 'x'.repeat(65 * KB) } as never]);
    meter.deleted('Worker', 'live');
    expect(metered('sqs.requests')).toBe(3);
  });
});

describe('Firehose and EventBridge', () => {
  it('Firehose rounds each record up to 5 KB', async () => {
    const objects = new ObjectStore();
    objects.createBucket('lake');
    const firehose = new Firehose({ clock, objects });
    firehose.createDeliveryStream({ name: 'raw', bucket: 'lake' });
    const client = new FirehoseClient(clientOf(behindMeter(firehose)));
    const data = (size: number) => ({ Data: Buffer.alloc(size, 'x') });
    const one = (size: number) => client.send(new PutRecordCommand({ DeliveryStreamName: 'raw', Record: data(size) }));
    expect(await added('firehose.bytes', () => one(1))).toBe(5 * KB);
    expect(await added('firehose.bytes', () => one(5 * KB))).toBe(5 * KB);
    expect(await added('firehose.bytes', () => one(5 * KB + 1))).toBe(10 * KB);
    const two = new PutRecordBatchCommand({ DeliveryStreamName: 'raw', Records: [data(1), data(1)] });
    expect(await added('firehose.bytes', () => client.send(two))).toBe(10 * KB);
  });

  it('EventBridge bills each accepted event once per begun 64 KB, however many travel together', async () => {
    const events = new EventBridge({ clock });
    events.createBus('shop');
    const client = new EventBridgeClient(clientOf(behindMeter(events)));
    const entry = (size: number, more: object = {}) => ({
      EventBusName: 'shop',
      Source: 's',
      DetailType: 't',
      Detail: JSON.stringify({ text: 'x'.repeat(size) }),
      ...more,
    });
    const put = (...Entries: object[]) => client.send(new PutEventsCommand({ Entries }));
    expect(await added('eventbridge.events', () => put(entry(1), entry(1), entry(1)))).toBe(3);
    expect(await added('eventbridge.events', () => put(entry(64 * KB)))).toBe(2);
    expect(await added('eventbridge.events', () => put(entry(1), entry(1, { Detail: 'no JSON' })))).toBe(1);
  });
});

describe('what is billed by request', () => {
  const call = (service: string, method: string, path: string, input: unknown, action = `${method} ${path}`) =>
    meter.interceptor({ service, action, caller: 'AKIATEST', method, path, headers: {}, input }, () => ({
      status: 200,
      body: {},
    }));

  it('S3 bills a list like a put, a get less, a delete nothing', async () => {
    await call('s3', 'PUT', '/lake/key', undefined);
    await call('s3', 'GET', '/lake?list-type=2&prefix=raw', undefined);
    await call('s3', 'GET', '/lake/key', undefined);
    await call('s3', 'HEAD', '/lake/key', undefined);
    await call('s3', 'DELETE', '/lake/key', undefined);
    expect([metered('s3.puts'), metered('s3.gets')]).toEqual([2, 2]);
  });

  it('SES bills by recipient', async () => {
    const Destination = { ToAddresses: ['a@example.com', 'b@example.com'], CcAddresses: ['c@example.com'] };
    await call('ses', 'POST', '/v2/email/outbound-emails', { Destination }, 'SendEmail');
    await call('ses', 'GET', '/v2/email/account', undefined, 'GetAccount');
    expect(metered('ses.recipients')).toBe(3);
  });

  it('an HTTP API bills a request once per begun 512 KB', () => {
    meter.requested('Worker', 0);
    meter.requested('Worker', 512 * KB);
    meter.requested('Worker', 512 * KB + 1);
    expect(metered('http-api.requests')).toBe(4);
  });

  it('names a service it has no price for, and counts nothing that is called without a function', async () => {
    await call('kinesis', 'POST', '/', {});
    await meter.interceptor(
      { service: 'monitoring', action: 'a', caller: 'somebody', method: 'POST', path: '/', headers: {}, input: {} },
      () => ({ status: 200 }),
    );
    expect(meter.unknownServices).toEqual(['kinesis']);
    expect([...meter.metered()]).toEqual([]);
  });
});

describe('Lambda', () => {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIATEST/20260301/eu-central-1/${service}/aws4_request, SignedHeaders=host`;

  it('bills whole milliseconds; computing takes longer with less of a core, waiting does not', () => {
    expect(billedMs({ cpuMs: 10, waitMs: 0 }, 1_769)).toBe(10);
    expect(billedMs({ cpuMs: 10, waitMs: 0 }, 1_769 * 2)).toBe(10);
    expect(billedMs({ cpuMs: 10, waitMs: 30 }, 1_769 / 2)).toBe(50);
    expect(billedMs({ cpuMs: 0.1, waitMs: 0 }, 1_769)).toBe(1);
  });

  it('waits for calls made together once, and for calls that follow each other one after the other', () => {
    const waiting = new Waiting();
    const [first, second] = [waiting.begins(), waiting.begins()];
    waiting.ends(first, authorization('dynamodb'));
    waiting.ends(second, authorization('ses'));
    waiting.ends(waiting.begins(), authorization('sqs'));
    expect(waiting.take()).toBe(45);
    expect(waiting.take()).toBe(0);
  });

  it('bills an invocation, its memory for its time, and its lines of log', () => {
    meter.invocationEnds(FUNCTION, { cpuMs: 0, waitMs: 1_000 });
    meter.logged('Worker', 'é');
    expect(metered('lambda.requests')).toBe(1);
    expect(metered('lambda.gb-seconds')).toBe(0.5);
    expect(metered('logs.bytes')).toBe(2 + 150);
    meter.invocationEnds({ ...FUNCTION, logsSystem: true }, { cpuMs: 0, waitMs: 1 });
    expect(metered('logs.bytes')).toBe(2 + 150 + 350);
  });

  it('knows what a scheduled run takes that finds nothing: of each unit the least that any took', () => {
    meter.watchRunsOf('Worker');
    const run = (sent: number, requested: number) => {
      meter.invocationBegins('Worker');
      for (let i = 0; i < sent; i++) meter.deleted('Worker', 'timers');
      for (let i = 0; i < requested; i++) meter.requested('Worker', 0);
      meter.invocationEnds(FUNCTION, { cpuMs: 0, waitMs: 10 });
    };
    expect(meter.leastRunOf('Worker')).toBeUndefined();
    run(3, 1);
    run(0, 2);
    run(1, 1);
    expect([...(meter.leastRunOf('Worker')?.counts() ?? [])]).toEqual([
      { unit: 'http-api.requests', resource: '', quantity: 1 },
      { unit: 'lambda.requests', resource: '', quantity: 1 },
      { unit: 'lambda.gb-seconds', resource: '', quantity: expect.closeTo(0.005) },
    ]);
  });

  it('learns nothing from runs that overlap: nobody can tell what one of them took', () => {
    meter.watchRunsOf('Worker');
    meter.invocationBegins('Worker');
    meter.invocationBegins('Worker');
    meter.invocationEnds(FUNCTION, { cpuMs: 0, waitMs: 10 });
    meter.invocationEnds(FUNCTION, { cpuMs: 0, waitMs: 10 });
    expect(meter.leastRunOf('Worker')).toBeUndefined();
  });
});
