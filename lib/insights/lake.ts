import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { archiveSettings } from '../../lambdas/insights/archive.settings.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { BucketReference } from '../stacks/data-references.ts';
import { type DeliveryStreamReference, deliveryStream, freshnessOf } from './delivery-stream.ts';
import { LakeQueries } from './lake-queries.ts';

export interface LakeProps {
  readonly house: House;
  readonly bucket: BucketReference;
}

const timeout = Duration.seconds(30);

/** Keeps every raw input in S3: Firehose gathers them, and what it refuses waits on a queue until it takes it. */
export class Lake extends Construct {
  readonly streamName: string;
  readonly streamArn: string;
  /** Takes what providers tell of messages. What it refuses waits on the queue it came from. */
  readonly receipts: DeliveryStreamReference;
  /** What the stream refused, as it was to be written. */
  readonly retry: QueueWithDeadLetters;
  /** Age of the oldest input that is not in the bucket yet (s). */
  readonly freshness: IMetric;
  /** The way to ask what has been kept. */
  readonly queries: LakeQueries;

  constructor(scope: Construct, id: string, { house, bucket }: LakeProps) {
    super(scope, id);
    const stream = { house, bucketArn: bucket.arn, role: this.#streamRole(house, bucket.arn) };
    const raw = deliveryStream(this, 'Stream', { ...stream, prefix: 'raw/' });
    this.streamName = raw.name;
    this.streamArn = raw.arn;
    this.freshness = freshnessOf(raw);
    this.receipts = deliveryStream(this, 'Receipts', { ...stream, prefix: 'receipts/' });
    new ImpactAlarm(this, 'FreshnessAlarm', {
      house,
      article: 'lake-delivery',
      impact: 'Raw inputs do not reach the lake; after a day they are dropped, and nothing else keeps them.',
      metric: this.freshness,
      // Seconds: an object is closed each minute.
      threshold: 900,
      evaluationPeriods: 3,
    });
    new ImpactAlarm(this, 'ReceiptsFreshnessAlarm', {
      house,
      article: 'receipts-lake-delivery',
      impact: 'What became of emails does not reach the lake; after a day it is dropped, and numbers are short of it.',
      metric: freshnessOf(this.receipts),
      threshold: 900,
      evaluationPeriods: 3,
    });
    this.retry = new QueueWithDeadLetters(this, 'Retry', {
      house,
      consumerTimeout: timeout,
      // Twelve hours of tries: nobody waits for the lake.
      maxReceiveCount: 240,
      article: 'lake-dead-letters',
      impact: 'Raw inputs are missing from the lake: counts, funnels and backtests over those hours are short of them.',
    });
    const archive = new FunctionWithDefaults(this, 'Archive', {
      house,
      name: 'archive',
      description: 'Brings raw inputs that the lake refused to it again',
      environment: archiveSettings.environment({ lakeStream: this.streamName }),
      memorySize: 256,
      timeout,
    });
    archive.allow(['firehose:PutRecord'], [this.streamArn]);
    this.retry.feed(archive);
    this.queries = new LakeQueries(this, 'Queries', { house, bucket });
  }

  #streamRole({ dataKey }: House, bucketArn: string): Role {
    const role = new Role(this, 'StreamRole', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') });
    // The list Firehose's documentation asks for; CDK's destination would add deleting.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucketArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [`${bucketArn}/*`],
      }),
    );
    acknowledgeWildcard(role, `${bucketArn}/*`, 'Firehose names the objects it writes by the time of writing.');
    if (dataKey)
      role.addToPolicy(
        new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [dataKey.keyArn] }),
      );
    return role;
  }
}
