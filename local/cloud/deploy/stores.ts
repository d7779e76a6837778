import type { TableDefinition } from '../services/dynamodb/table.ts';
import type { Resource } from '../template/stack.ts';
import type { Deployer } from './deployment.ts';
import { attribute, flag, number, optionalText, part, refuse, unsupported } from './properties.ts';

export const deployTable: Deployer = (resource, { services }) => {
  refuse(resource, 'LocalSecondaryIndexes');
  const definition = resource.properties as unknown as TableDefinition;
  services.dynamodb.createTable({ ...definition, TableName: resource.ref, TableArn: attribute(resource, 'Arn') });
};

export const deployBucket: Deployer = (resource, { services }) => {
  refuse(resource, 'NotificationConfiguration', 'ReplicationConfiguration');
  services.objects.createBucket(resource.ref);
};

interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export const deployQueue: Deployer = (resource, { services }) => {
  if (flag(resource, 'FifoQueue')) throw unsupported(resource, 'FIFO queues');
  const redrive = part<RedrivePolicy>(resource, 'RedrivePolicy');
  services.sqs.createQueue({
    name: attribute(resource, 'QueueName'),
    url: resource.ref,
    arn: attribute(resource, 'Arn'),
    visibilityTimeout: number(resource, 'VisibilityTimeout', 30),
    delaySeconds: number(resource, 'DelaySeconds', 0),
    retention: number(resource, 'MessageRetentionPeriod', 4 * 24 * 3600),
    ...(redrive
      ? { redrive: { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: Number(redrive.maxReceiveCount) } }
      : {}),
  });
};

interface S3Destination {
  readonly BucketARN: string;
  readonly RoleARN: string;
  readonly Prefix?: string;
  readonly CompressionFormat?: string;
  readonly BufferingHints?: { readonly IntervalInSeconds?: number; readonly SizeInMBs?: number };
  readonly ProcessingConfiguration?: { readonly Enabled?: boolean };
}

export const deployDeliveryStream: Deployer = (resource, { services, permissions }) => {
  if ((optionalText(resource, 'DeliveryStreamType') ?? 'DirectPut') !== 'DirectPut') {
    throw unsupported(resource, 'sources other than DirectPut');
  }
  const destination = part<S3Destination>(resource, 'ExtendedS3DestinationConfiguration');
  if (!destination) throw unsupported(resource, 'destinations other than ExtendedS3');
  if (destination.ProcessingConfiguration?.Enabled) throw unsupported(resource, 'processors');
  const { BufferingHints: hints = {}, Prefix: prefix, BucketARN, RoleARN } = destination;
  const who = permissions.assume(RoleARN, 'firehose.amazonaws.com', resource.ref);
  services.firehose.createDeliveryStream({
    name: resource.ref,
    arn: attribute(resource, 'Arn'),
    bucket: bucketOfArn(BucketARN),
    mayPut: (key) => permissions.may(who, { action: 's3:PutObject', resource: `${BucketARN}/${key}` }),
    compression: compressionOf(resource, destination.CompressionFormat),
    bufferSeconds: Number(hints.IntervalInSeconds ?? 300),
    bufferMegabytes: Number(hints.SizeInMBs ?? 5),
    ...(prefix === undefined ? {} : { prefix }),
  });
};

/** A bucket's name from its arn. */
export const bucketOfArn = (arn: string) => arn.replace('arn:aws:s3:::', '');

function compressionOf(resource: Resource, format = 'UNCOMPRESSED'): 'UNCOMPRESSED' | 'GZIP' {
  if (format === 'UNCOMPRESSED' || format === 'GZIP') return format;
  throw unsupported(resource, `compression ${format}`);
}
