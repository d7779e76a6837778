import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Construct } from 'constructs';
import type { House } from '../house/house.ts';

export interface DeliveryStreamReference {
  readonly name: string;
  readonly arn: string;
}

export interface DeliveryStreamProps {
  readonly house: House;
  readonly bucketArn: string;
  /** What Firehose writes as. */
  readonly role: Role;
  /** Of the objects' names, with its slash: the hour follows. */
  readonly prefix: string;
}

/** Gathers lines into objects of the lake, under the hour of the first. */
export function deliveryStream(scope: Construct, id: string, props: DeliveryStreamProps): DeliveryStreamReference {
  const { bucketArn, role, prefix } = props;
  const { dataKey } = props.house;
  const stream = new CfnDeliveryStream(scope, id, {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: dataKey
      ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: dataKey.keyArn }
      : { keyType: 'AWS_OWNED_CMK' },
    extendedS3DestinationConfiguration: {
      bucketArn,
      roleArn: role.roleArn,
      prefix: `${prefix}!{timestamp:yyyy/MM/dd/HH}/`,
      errorOutputPrefix: 'refused/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
      // What comes first closes an object. A minute keeps the lake fresh; at low volume it costs at most 1,440 puts a
      // day (under a cent), and at high volume 64 MB keep objects large enough to be cheap to query.
      bufferingHints: { intervalInSeconds: 60, sizeInMBs: 64 },
      compressionFormat: 'GZIP',
    },
  });
  // Firehose checks at creation that its role reaches the bucket.
  stream.node.addDependency(role);
  return { name: stream.ref, arn: stream.attrArn };
}

/** Age of the oldest line that is not in the bucket yet (s). */
export const freshnessOf = ({ name }: DeliveryStreamReference): IMetric =>
  new Metric({
    namespace: 'AWS/Firehose',
    metricName: 'DeliveryToS3.DataFreshness',
    dimensionsMap: { DeliveryStreamName: name },
    statistic: 'Maximum',
    period: Duration.minutes(5),
  });
