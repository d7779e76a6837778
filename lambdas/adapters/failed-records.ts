import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
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
  /** What the object says; undefined when it is none that Lambda left. */
  read(batch: FailedBatch): Promise<FailedContent | undefined>;
  delete(batch: FailedBatch): Promise<void>;
}

export interface FailedContent {
  /** `RetryAttemptsExhausted`, `RecordAgeExceeded` … */
  readonly why: string;
  readonly records: readonly { readonly dynamodb?: { readonly NewImage?: StreamImage } }[];
}

export const s3FailedRecords = (client: S3Client, bucket: string): FailedRecords => ({
  async list() {
    const found: FailedBatch[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket }))
      for (const { Key = '', LastModified } of Contents) found.push({ key: Key, at: LastModified?.getTime() ?? 0 });
    return found.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  },

  async read({ key }) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return contentOf((await Body?.transformToString()) ?? '');
  },

  async delete({ key }) {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  },
});

/** The batch itself stands in the object as `payload`: as text, though AWS says no more than that it is there. */
function contentOf(text: string): FailedContent | undefined {
  try {
    const { requestContext, payload } = JSON.parse(text);
    const { Records } = typeof payload === 'string' ? JSON.parse(payload) : payload;
    return Array.isArray(Records) ? { why: String(requestContext.condition), records: Records } : undefined;
  } catch {
    return undefined;
  }
}
