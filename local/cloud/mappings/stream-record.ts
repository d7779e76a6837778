import { createHash } from 'node:crypto';
import type { ItemChange } from '../services/dynamodb/dynamo-db.ts';

export type StreamViewType = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

/** A record of a table's stream as functions receive it. */
export interface StreamRecord extends Readonly<Record<string, unknown>> {
  readonly eventID: string;
  readonly eventName: ItemChange['eventName'];
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: unknown;
    readonly NewImage?: unknown;
    readonly OldImage?: unknown;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
}

export interface StreamDescription {
  readonly arn: string;
  readonly viewType: StreamViewType;
  readonly region: string;
}

/** What costs time is worked out when it is read: most changes are passed over by the mapping's filter. */
export function streamRecord(change: ItemChange, { arn, viewType, region }: StreamDescription): StreamRecord {
  const images = {
    ...(change.newImage && viewType.includes('NEW') ? { NewImage: change.newImage } : {}),
    ...(change.oldImage && viewType.includes('OLD') ? { OldImage: change.oldImage } : {}),
  };
  return {
    get eventID() {
      return createHash('md5').update(`${arn} ${change.sequence}`).digest('hex');
    },
    eventName: change.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      // Whole seconds, as AWS gives it.
      ApproximateCreationDateTime: Math.floor(change.at / 1000),
      Keys: change.keys,
      ...images,
      SequenceNumber: change.sequence,
      // AWS counts names and values without JSON's punctuation; near enough for a figure nobody bills by.
      get SizeBytes() {
        return JSON.stringify({ ...images, Keys: change.keys }).length;
      },
      StreamViewType: viewType,
    },
    eventSourceARN: arn,
    // How a reader tells what DynamoDB removed from what somebody deleted.
    ...(change.expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
}

/** Which shard an item's changes go to: always the same one, which is what keeps their order. */
export function shardOf(keys: unknown, shards: number): number {
  return createHash('md5').update(JSON.stringify(keys)).digest().readUInt32BE(0) % shards;
}
