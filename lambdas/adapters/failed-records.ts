import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { parseIsoTime } from '../../domain/calendar.ts';
import type { StreamImage } from './stream-image.ts';

/** What Lambda left in the failures bucket when dispatch had failed too often: one object per batch it gave up. */
export interface FailedBatch {
  readonly key: string;
  /** When it was given up (ms). */
  readonly at: number;
}

export interface FailedRecords {
  /** All of them, the oldest first. */
  list(): Promise<readonly FailedBatch[]>;
  /** What the object says; undefined when it is none that Lambda left. Rejects when it is gone. */
  read(batch: FailedBatch): Promise<FailedContent | undefined>;
  delete(batch: FailedBatch): Promise<void>;
  /** Leaves only these records in the object, which is else as Lambda wrote it. */
  keep(batch: FailedBatch, content: FailedContent, records: FailedContent['records']): Promise<void>;
}

export interface FailedContent {
  /** `RetryAttemptsExhausted`, `RecordAgeExceeded` … */
  readonly why: string;
  readonly records: readonly { readonly dynamodb?: { readonly NewImage?: StreamImage } }[];
  /** All else that the object says. */
  readonly envelope: object;
}

export const s3FailedRecords = (client: S3Client, bucket: string): FailedRecords => ({
  async list() {
    const found: FailedBatch[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket }))
      for (const { Key = '', LastModified } of Contents)
        found.push({ key: Key, at: givenUpAt(Key) ?? LastModified?.getTime() ?? 0 });
    return found.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  },

  async read({ key }) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return contentOf((await Body?.transformToString()) ?? '');
  },

  async delete({ key }) {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  },

  async keep({ key }, { envelope }, records) {
    const Body = JSON.stringify({ ...envelope, payload: JSON.stringify({ Records: records }) });
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  },
});

/** Lambda ends the key with the moment: an object that was written again since still tells when it was given up. */
function givenUpAt(key: string): number | undefined {
  const [, day, ...time] = /(\d{4}-\d\d-\d\d)T(\d\d)\.(\d\d)\.(\d\d)-[^/]*$/.exec(key) ?? [];
  return day === undefined ? undefined : parseIsoTime(`${day}T${time.join(':')}Z`);
}

/** The batch itself stands in the object as `payload`: as text, though AWS says no more than that it is there. */
function contentOf(text: string): FailedContent | undefined {
  try {
    const { payload, ...envelope } = JSON.parse(text);
    const { Records } = typeof payload === 'string' ? JSON.parse(payload) : payload;
    if (!Array.isArray(Records)) return undefined;
    return { why: String(envelope.requestContext.condition), records: Records, envelope };
  } catch {
    return undefined;
  }
}
