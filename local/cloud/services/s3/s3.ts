import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { Refusal } from '../refusal.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { readS3Request, type S3Request } from './s3-request.ts';
import { xmlDocument } from './xml.ts';

/** AWS answers at most so many keys at once, whatever was asked for. */
const MOST_KEYS = 1_000;

/** Amazon S3 by its REST protocol, as far as Perennial uses it: whole objects and lists of them. */
export class S3 implements AwsService {
  readonly #clock: Clock;
  readonly #objects: ObjectStore;

  constructor({ clock, objects }: { clock: Clock; objects: ObjectStore }) {
    this.#clock = clock;
    this.#objects = objects;
  }

  handle(request: AwsRequest): AwsResponse {
    const s3 = readS3Request(request);
    try {
      if (!this.#objects.has(s3.bucket)) throw new Refusal('NoSuchBucket', 'The specified bucket does not exist', 404);
      return this.#answer(s3, request);
    } catch (error) {
      if (error instanceof Refusal) return s3Error(error, request.method);
      throw error;
    }
  }

  #answer(s3: S3Request, { headers, raw }: AwsRequest): AwsResponse {
    const { bucket, key } = s3;
    switch (s3.action) {
      case 'GetObject': {
        const object = this.#object(s3);
        return headers.range === undefined
          ? { status: 200, headers: headersOf(object), raw: object.body }
          : partOf(object, headers.range);
      }
      case 'HeadObject':
        return { status: 200, headers: headersOf(this.#object(s3)), raw: '' };
      case 'ListObjectsV2':
        return this.#list(s3);
      case 'PutObject': {
        const { 'content-encoding': contentEncoding, 'content-type': contentType } = headers;
        // A body of unknown length comes in signed pieces; nothing of ours sends one.
        if (contentEncoding?.includes('aws-chunked')) throw notImplemented('a body in chunks');
        const object: StoredObject = {
          key,
          body: Buffer.from((raw ?? '') as string),
          at: this.#clock.now(),
          ...(contentEncoding === undefined ? {} : { contentEncoding }),
          ...(contentType === undefined ? {} : { contentType }),
        };
        this.#objects.put(bucket, object);
        return { status: 200, headers: { etag: etagOf(object) }, raw: '' };
      }
      case 'DeleteObject':
        // AWS: what is not there is deleted as well.
        this.#objects.delete(bucket, key);
        return { status: 204, raw: '' };
      default:
        throw notImplemented(s3.action);
    }
  }

  #object({ bucket, key }: S3Request): StoredObject {
    const object = this.#objects.get(bucket, key);
    if (object === undefined) throw new Refusal('NoSuchKey', 'The specified key does not exist.', 404);
    return object;
  }

  #list({ bucket, query }: S3Request): AwsResponse {
    const prefix = query.get('prefix') ?? '';
    const startAfter = query.get('start-after') ?? undefined;
    const token = query.get('continuation-token') ?? undefined;
    const asked = maxKeysOf(query);
    const most = Math.min(MOST_KEYS, asked);
    const found: StoredObject[] = [];
    let more = false;
    // A token wins over where the first page began.
    for (const object of this.#objects.list(bucket, prefix, token === undefined ? startAfter : keyIn(token))) {
      more = found.length === most;
      if (more) break;
      found.push(object);
    }
    const last = found.at(-1);
    const body = xmlDocument('ListBucketResult', {
      Name: bucket,
      Prefix: prefix,
      StartAfter: startAfter,
      ContinuationToken: token,
      NextContinuationToken: more && last !== undefined ? tokenOf(last.key) : undefined,
      KeyCount: found.length,
      MaxKeys: most,
      IsTruncated: more && last !== undefined,
      Contents: found.map((object) => ({
        Key: object.key,
        LastModified: new Date(object.at).toISOString(),
        ETag: etagOf(object),
        Size: object.body.length,
        StorageClass: 'STANDARD',
      })),
    });
    return { status: 200, headers: { 'content-type': 'application/xml' }, raw: body };
  }
}

function maxKeysOf(query: URLSearchParams): number {
  const text = query.get('max-keys');
  if (text === null) return MOST_KEYS;
  if (!/^\d+$/.test(text))
    throw new Refusal('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return Number(text);
}

/** Tokens are opaque: whoever builds one himself is refused on AWS too. */
const tokenOf = (key: string): string => Buffer.from(`after ${key}`).toString('base64url');

function keyIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after ')) throw new Refusal('InvalidArgument', 'The continuation token provided is incorrect');
  return text.slice('after '.length);
}

/** From a byte to the end: no reader of ours asks for less. */
function partOf(object: StoredObject, range: string): AwsResponse {
  const [, first] = /^bytes=(\d+)-$/.exec(range) ?? [];
  if (first === undefined) throw notImplemented(`the range ${range}`);
  const { length } = object.body;
  if (Number(first) >= length) throw new Refusal('InvalidRange', 'The requested range is not satisfiable', 416);
  const raw = object.body.subarray(Number(first));
  const headers = { 'content-length': String(raw.length), 'content-range': `bytes ${first}-${length - 1}/${length}` };
  return { status: 206, headers: { ...headersOf(object), ...headers }, raw };
}

const etagOf = ({ body }: StoredObject): string => `"${createHash('md5').update(body).digest('hex')}"`;

const headersOf = (object: StoredObject): Record<string, string> => ({
  'content-type': object.contentType ?? 'binary/octet-stream',
  'content-length': String(object.body.length),
  'last-modified': new Date(object.at).toUTCString(),
  etag: etagOf(object),
  ...(object.contentEncoding === undefined ? {} : { 'content-encoding': object.contentEncoding }),
});

const notImplemented = (what: string) =>
  new Refusal('NotImplemented', `The local cloud's S3 does not implement ${what}.`, 501);

/** S3 tells errors in XML, and nothing but the status of what was asked by HEAD. */
export function s3Error({ status, type, message }: Refusal, method: string): AwsResponse {
  const headers = { 'content-type': 'application/xml' };
  if (method === 'HEAD') return { status, headers, raw: '' };
  const document = xmlDocument('Error', { Code: type, Message: message, RequestId: 'LOCAL' }, { namespace: false });
  return { status, headers, raw: document };
}
