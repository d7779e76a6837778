import { addAbortSignal, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { HOUR } from '../../domain/calendar.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';

/** Raw events that were brought to the lake together. */
export interface LakeObject {
  readonly key: string;
  /** When it was written (ms): what it holds came in the minute before, or had waited for the lake until then. */
  readonly at: number;
  readonly bytes: number;
}

/** Both reject when `signal` says that it takes too long. */
export interface LakeReader {
  /** The objects begun in the hour (UTC) that `time` falls into, newest first. */
  hour(time: number, signal: AbortSignal): Promise<readonly LakeObject[]>;
  /** The last event with this message id, if the object holds one; undefined also when the object is gone. */
  find(object: LakeObject, messageId: string, signal: AbortSignal): Promise<CustomerEvent | undefined>;
}

/** As the delivery stream of lib/insights/lake.ts names what it writes: `raw/2026/11/22/14/…`. */
const prefixOf = (time: number): string =>
  `raw/${new Date(time).toISOString().slice(0, 13).replace('T', '-').replaceAll('-', '/')}/`;

export const s3LakeReader = (client: S3Client, bucket: string): LakeReader => ({
  async hour(time, abortSignal) {
    const objects: LakeObject[] = [];
    const request = { Bucket: bucket, Prefix: prefixOf(time - (time % HOUR)) };
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, request, { abortSignal })) {
      abortSignal.throwIfAborted();
      for (const { Key = '', LastModified, Size = 0 } of Contents)
        objects.push({ key: Key, at: LastModified?.getTime() ?? 0, bytes: Size });
    }
    return objects.sort((a, b) => b.at - a.at);
  },

  async find({ key }, messageId, abortSignal) {
    const body = await bodyOf(client, bucket, key, abortSignal);
    if (body === undefined) return undefined;
    const lines = key.endsWith('.gz') ? body.pipe(createGunzip()) : body;
    body.on('error', (error) => lines.destroy(error));
    try {
      return await eventIn(lines, messageId, abortSignal);
    } finally {
      body.destroy();
    }
  },
});

async function bodyOf(client: S3Client, Bucket: string, Key: string, abortSignal: AbortSignal) {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
    // The client's own signal ends with the answer's head; a body can stall as well.
    return Body instanceof Readable ? addAbortSignal(abortSignal, Body as Readable) : undefined;
  } catch (error) {
    // The lake forgets by itself, also between a list and a look.
    if (error instanceof NoSuchKey) return undefined;
    // Who may list only one prefix is told that what is not there is forbidden, so it takes a list to know.
    const isForbidden = error instanceof S3ServiceException && error.name === 'AccessDenied';
    if (isForbidden && !(await isListed(client, Bucket, Key, abortSignal))) return undefined;
    throw error;
  }
}

async function isListed(client: S3Client, Bucket: string, Key: string, abortSignal: AbortSignal): Promise<boolean> {
  const request = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
  const { Contents = [] } = await client.send(request, { abortSignal });
  return Contents.some((object) => object.Key === Key);
}

const NEW_LINE = 10;

/**
 * Looks for the id's bytes and parses only lines that hold them: an object is up to 64 MB of text, which is never in
 * memory as a whole. The last one counts: what comes later was received later.
 */
async function eventIn(stream: Readable, messageId: string, signal: AbortSignal): Promise<CustomerEvent | undefined> {
  const needle = Buffer.from(JSON.stringify(messageId));
  let rest: Buffer = Buffer.alloc(0);
  let found: CustomerEvent | undefined;
  for await (const chunk of stream) {
    signal.throwIfAborted();
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    const end = bytes.lastIndexOf(NEW_LINE) + 1;
    found = eventAmong(bytes.subarray(0, end), needle, messageId) ?? found;
    rest = bytes.subarray(end);
  }
  return eventAmong(rest, needle, messageId) ?? found;
}

function eventAmong(lines: Buffer, needle: Buffer, messageId: string): CustomerEvent | undefined {
  let found: CustomerEvent | undefined;
  for (let at = lines.indexOf(needle); at >= 0; at = lines.indexOf(needle, at + needle.length)) {
    const begin = lines.lastIndexOf(NEW_LINE, at) + 1;
    const end = lines.indexOf(NEW_LINE, at);
    const event = eventOf(lines.toString('utf8', begin, end < 0 ? lines.length : end));
    // It may stand in a property of another event.
    if (event?.messageId === messageId) found = event;
  }
  return found;
}

/** A line that cannot be read, by whatever accident, must not hide the others. */
function eventOf(line: string): CustomerEvent | undefined {
  try {
    return JSON.parse(line) as CustomerEvent;
  } catch {
    return undefined;
  }
}
