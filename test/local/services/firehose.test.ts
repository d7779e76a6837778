import { gunzipSync } from 'node:zlib';
import { FirehoseClient, PutRecordBatchCommand, PutRecordCommand } from '@aws-sdk/client-firehose';
import { expect, test } from 'vitest';
import type { DeliveryStreamDefinition } from '../../../local/cloud/services/firehose/delivery-stream.ts';
import { Firehose } from '../../../local/cloud/services/firehose/firehose.ts';
import { ObjectStore } from '../../../local/cloud/services/s3/object-store.ts';
import { clientOf, failure, TestClock } from './support.ts';

const DeliveryStreamName = 'lake';

function given(definition: Partial<DeliveryStreamDefinition> = {}) {
  const clock = new TestClock('2026-11-01T23:59:30Z');
  const objects = new ObjectStore();
  objects.createBucket('bucket');
  const firehose = new Firehose({ clock, objects });
  firehose.createDeliveryStream({ name: 'lake', bucket: 'bucket', bufferSeconds: 60, ...definition });
  const client = new FirehoseClient(clientOf(firehose));
  const put = (data: string | Uint8Array) =>
    client.send(
      new PutRecordCommand({
        DeliveryStreamName,
        Record: { Data: typeof data === 'string' ? Buffer.from(data) : data },
      }),
    );
  return { clock, objects, firehose, client, put };
}

test('records become one object when the first has waited long enough, named after that first record', async () => {
  const { clock, objects, put } = given({ prefix: 'raw/!{timestamp:yyyy/MM/dd/HH}/', compression: 'GZIP' });
  const { RecordId } = await put('{"a":1}\n');
  expect(RecordId).toBeTruthy();
  clock.advance(59);
  await put('{"b":2}\n');
  expect(objects.count('bucket')).toBe(0);

  clock.advance(1);

  const [object] = [...objects.list('bucket')];
  expect(object?.key).toMatch(/^raw\/2026\/11\/01\/23\/lake-1-2026-11-01-23-59-30-[0-9a-f-]{36}\.gz$/);
  expect(gunzipSync(object?.body ?? '').toString()).toBe('{"a":1}\n{"b":2}\n');
  expect(clock.pending).toBe(0);
});

test('a full buffer does not wait, and flush does not either', async () => {
  const { objects, firehose, put, clock } = given({ bufferMegabytes: 1 });
  for (let i = 0; i < 2; i++) await put(new Uint8Array(600_000));
  const [object] = [...objects.list('bucket', '2026/11/01/23/lake-1-')];
  expect(object?.body.length).toBe(1_200_000);
  await put('x');
  firehose.flush();
  firehose.flush();
  expect(objects.count('bucket')).toBe(2);
  expect(clock.pending).toBe(0);
});

test('a batch answers record by record', async () => {
  const { client, firehose, objects } = given();
  const Records = Array.from({ length: 500 }, (_, i) => ({ Data: Buffer.from(`${i}\n`) }));
  const result = await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records }));
  expect(result.FailedPutCount).toBe(0);
  expect(new Set(result.RequestResponses?.map(({ RecordId }) => RecordId)).size).toBe(500);
  firehose.flush();
  expect([...objects.list('bucket')][0]?.body.toString()).toBe(Records.map(({ Data }) => Data.toString()).join(''));
});

const bytes = (length: number) => ({ Data: new Uint8Array(length) });

test.each([
  [
    '501 records',
    { DeliveryStreamName, Records: Array.from({ length: 501 }, () => bytes(1)) },
    'InvalidArgumentException',
  ],
  [
    'over 4 MiB',
    { DeliveryStreamName, Records: Array.from({ length: 5 }, () => bytes(1_000_000)) },
    'InvalidArgumentException',
  ],
  ['no records', { DeliveryStreamName, Records: [] }, 'InvalidArgumentException'],
  ['unknown stream', { DeliveryStreamName: 'none', Records: [bytes(1)] }, 'ResourceNotFoundException'],
])('a batch is refused: %s', async (_case, input, name) => {
  const { client } = given();
  expect((await failure(client.send(new PutRecordBatchCommand(input)))).name).toBe(name);
});

test('a record may be 1,000 KiB and no more', async () => {
  const { put } = given();
  await put(new Uint8Array(1000 * 1024));
  expect((await failure(put(new Uint8Array(1000 * 1024 + 1)))).name).toBe('InvalidArgumentException');
});

test('an unknown prefix expression is found when the stream is made', () => {
  expect(() => given({ prefix: '!{partitionKeyFromQuery:x}/' })).toThrow('partitionKeyFromQuery');
});

test('a stream that may not write tries again for a day, then drops what it has', async () => {
  let mayWrite = false;
  const { clock, objects, put } = given({ mayPut: () => mayWrite });
  await put('first\n');
  clock.advance(3_600);
  expect(objects.count('bucket')).toBe(0);
  mayWrite = true;
  clock.advance(60);
  expect([...objects.list('bucket')].map(({ body }) => body.toString())).toEqual(['first\n']);

  mayWrite = false;
  await put('second\n');
  clock.advance(24 * 3_600);
  mayWrite = true;
  clock.advance(3_600);
  expect(objects.count('bucket')).toBe(1);
  expect(clock.pending).toBe(0);
});
