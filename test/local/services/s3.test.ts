import { gunzipSync, gzipSync } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ObjectStore } from '../../../local/cloud/services/s3/object-store.ts';
import { S3 } from '../../../local/cloud/services/s3/s3.ts';
import { readS3Request } from '../../../local/cloud/services/s3/s3-request.ts';
import { clientOf, failure, TestClock } from './support.ts';

const Bucket = 'lake';

function given({ forcePathStyle = false } = {}) {
  const clock = new TestClock('2026-11-01T12:00:00Z');
  const objects = new ObjectStore();
  objects.createBucket(Bucket);
  const client = new S3Client({ ...clientOf(new S3({ clock, objects })), forcePathStyle });
  return { clock, objects, client };
}

const put = (objects: ObjectStore, key: string, body: Buffer = Buffer.from(key)) =>
  objects.put(Bucket, { key, body, at: Date.parse('2026-11-01T12:00:00Z') });

describe.each([{ forcePathStyle: false }, { forcePathStyle: true }])('objects, %j', (style) => {
  test('are written and read as they are, bytes and headers', async () => {
    const { client } = given(style);
    const Key = 'raw/2026/ä b+c&d.gz';
    const Body = gzipSync('{"a":1}\n');
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentEncoding: 'gzip' }));

    const answer = await client.send(new GetObjectCommand({ Bucket, Key }));

    expect(gunzipSync((await answer.Body?.transformToByteArray()) ?? '').toString()).toBe('{"a":1}\n');
    expect(answer).toMatchObject({ ETag, ContentEncoding: 'gzip', ContentLength: Body.length });
    expect(answer.LastModified).toEqual(new Date('2026-11-01T12:00:00Z'));
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ContentLength: Body.length });
  });

  test('are listed and deleted; what is not there is deleted as well', async () => {
    const { client, objects } = given(style);
    put(objects, 'a&b<c>');
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents).toMatchObject([{ Key: 'a&b<c>', Size: 6, LastModified: new Date('2026-11-01T12:00:00Z') }]);
    for (let twice = 0; twice < 2; twice++) await client.send(new DeleteObjectCommand({ Bucket, Key: 'a&b<c>' }));
    expect(objects.count(Bucket)).toBe(0);
  });
});

test('errors are those of S3, so that the SDK names them', async () => {
  const { client } = given();
  expect((await failure(client.send(new GetObjectCommand({ Bucket, Key: 'none' })))).name).toBe('NoSuchKey');
  expect((await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'none' })))).name).toBe('NotFound');
  expect((await failure(client.send(new ListObjectsV2Command({ Bucket: 'other' })))).name).toBe('NoSuchBucket');
  const badToken = new ListObjectsV2Command({ Bucket, ContinuationToken: 'made-up' });
  expect((await failure(client.send(badToken))).name).toBe('InvalidArgument');
  expect((await failure(client.send(new GetObjectAclCommand({ Bucket, Key: 'a' })))).name).toBe('NotImplemented');
});

test('an object is read from any byte of it on, and not from behind its end', async () => {
  const { client, objects } = given();
  put(objects, 'abc');
  const whole = objects.get(Bucket, 'abc')?.body.toString() ?? '';
  const from = (Range: string) => client.send(new GetObjectCommand({ Bucket, Key: 'abc', Range }));
  const part = await from(`bytes=${whole.length - 1}-`);
  expect(await part.Body?.transformToString()).toBe(whole.slice(-1));
  expect(part.ContentRange).toBe(`bytes ${whole.length - 1}-${whole.length - 1}/${whole.length}`);
  expect((await failure(from(`bytes=${whole.length}-`))).name).toBe('InvalidRange');
  expect((await failure(from('bytes=-5'))).name).toBe('NotImplemented');
});

test('a page has at most 1,000 keys whatever is asked for, and the next begins behind it', async () => {
  const { client, objects } = given();
  const keys = Array.from({ length: 1_001 }, (_, i) => `raw/${String(i).padStart(4, '0')}`);
  for (const key of [...keys, 'other', 'raz']) put(objects, key);
  const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'raw/', MaxKeys: 5_000 }));
  expect(first).toMatchObject({ KeyCount: 1_000, IsTruncated: true, MaxKeys: 1_000 });

  const listed: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: 'raw/' }))
    listed.push(...Contents.map(({ Key = '' }) => Key));
  expect(listed).toEqual(keys);
});

test('pages of any size from anywhere add up to the sorted keys of the prefix', async () => {
  const key = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '/') });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key),
      key,
      key,
      fc.integer({ min: 1, max: 4 }),
      async (keys, prefix, after, size) => {
        const { client, objects } = given();
        for (const one of keys) put(objects, one);
        const listed: string[] = [];
        const request = { Bucket, Prefix: prefix, StartAfter: after, MaxKeys: size };
        for await (const { Contents = [] } of paginateListObjectsV2({ client }, request))
          listed.push(...Contents.map(({ Key = '' }) => Key));
        expect(listed).toEqual(keys.filter((one) => one.startsWith(prefix) && one > after).sort());
      },
    ),
    { numRuns: 40 },
  );
});

test('an action is in the method, the key and the query', () => {
  const read = (method: string, path: string, host = 'aws.localhost') =>
    readS3Request({ method, path, headers: { host } });
  expect(read('GET', '/lake?list-type=2&prefix=raw%2F')).toMatchObject({ action: 'ListObjectsV2', bucket: 'lake' });
  expect(read('GET', '/raw/a%20b?x-id=GetObject', 'lake.aws.localhost')).toMatchObject({
    ...{ action: 'GetObject', bucket: 'lake', key: 'raw/a b' },
  });
  expect(read('GET', '/lake/a?acl').action).toBe('GET ?acl');
  expect(read('GET', '/lake').action).toBe('GET bucket');
  expect(read('POST', '/lake/a').action).toBe('POST object');
});
