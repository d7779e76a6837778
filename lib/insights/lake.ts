import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Construct } from 'constructs';
import { archiveSettings } from '../../lambdas/insights/archive.settings.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { BucketReference } from '../stacks/data-references.ts';
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
  /** What the stream refused, as it was to be written. */
  readonly retry: QueueWithDeadLetters;
  /** Age of the oldest input that is not in the bucket yet (s). */
  readonly freshness: IMetric;
  /** The way to ask what has been kept. */
  readonly queries: LakeQueries;

  constructor(scope: Construct, id: string, { house, bucket }: LakeProps) {
    super(scope, id);
    const stream = this.#stream(house, bucket.arn);
    this.streamName = stream.ref;
    this.streamArn = stream.attrArn;
    this.freshness = new Metric({
      namespace: 'AWS/Firehose',
      metricName: 'DeliveryToS3.DataFreshness',
      dimensionsMap: { DeliveryStreamName: this.streamName },
      statistic: 'Maximum',
      period: Duration.minutes(5),
    });
    new ImpactAlarm(this, 'FreshnessAlarm', {
      house,
      article: 'lake-delivery',
      impact: 'Raw inputs do not reach the lake; after a day they are dropped, and nothing else keeps them.',
      metric: this.freshness,
      // Seconds: an object is closed each minute.
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

  #stream({ dataKey }: House, bucketArn: string): CfnDeliveryStream {
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
    const stream = new CfnDeliveryStream(this, 'Stream', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: dataKey
        ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: dataKey.keyArn }
        : { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn,
        roleArn: role.roleArn,
        prefix: 'raw/!{timestamp:yyyy/MM/dd/HH}/',
        errorOutputPrefix: 'refused/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
        // What comes first closes an object. A minute keeps the lake fresh; at low volume it costs at most 1,440 puts a
        // day (under a cent), and at high volume 64 MB keep objects large enough to be cheap to query.
        bufferingHints: { intervalInSeconds: 60, sizeInMBs: 64 },
        compressionFormat: 'GZIP',
      },
    });
    // Firehose checks at creation that its role reaches the bucket.
    stream.node.addDependency(role);
    return stream;
  }
}
