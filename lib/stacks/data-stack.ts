import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../house/acknowledge.ts';
import type { StageSettings } from '../house/stage-settings.ts';
import { publish } from './data-references.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });
const number = (name: string) => ({ name, type: AttributeType.NUMBER });

/** Kept when the stack goes; a first deployment that fails leaves nothing behind. */
const kept = { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };

/** Everything that is remembered: five tables, the lake, and the bucket for what could not be handed on. */
export class DataStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: StackProps & { readonly stage: StageSettings }) {
    super(scope, id, props);
    const { deployment } = stage;
    const key = stage.cmkArn === undefined ? undefined : Key.fromKeyArn(this, 'DataKey', stage.cmkArn);

    const table = (name: string, shape: Pick<TablePropsV2, 'partitionKey'> & Partial<TablePropsV2>) =>
      new TableV2(this, name, {
        ...kept,
        billing: Billing.onDemand(),
        // As short as an erasure may take: what was erased must not come back out of a backup for a month.
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
        deletionProtection: stage.protectData,
        ...(key && { encryption: TableEncryptionV2.customerManagedKey(key) }),
        ...shape,
      });
    const bucket = (name: string, shape: BucketProps) =>
      new Bucket(this, name, {
        ...kept,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        enforceSSL: true,
        ...(key
          ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
          : { encryption: BucketEncryption.S3_MANAGED }),
        ...shape,
      });
    const unfinishedUploads = { abortIncompleteMultipartUploadAfter: Duration.days(7) };

    const profiles = table('Profiles', {
      partitionKey: text('id'),
      dynamoStream: StreamViewType.NEW_IMAGE,
      // All from the first day: an update of a table can add only one.
      globalSecondaryIndexes: [
        { indexName: 'due', partitionKey: text('dueShard'), sortKey: number('dueAt') },
        { indexName: 'email', partitionKey: text('email') },
        { indexName: 'phone', partitionKey: text('phone') },
      ].map((index) => ({ ...index, projectionType: ProjectionType.KEYS_ONLY })),
    });
    const timeline = table('Timeline', {
      partitionKey: text('user'),
      sortKey: text('entry'),
      timeToLiveAttribute: 'expiresAt',
    });
    const sends = table('Sends', {
      partitionKey: text('sendId'),
      timeToLiveAttribute: 'expiresAt',
      globalSecondaryIndexes: [
        { indexName: 'provider', partitionKey: text('providerId'), projectionType: ProjectionType.KEYS_ONLY },
      ],
    });
    const definitions = table('Definitions', { partitionKey: text('kind'), sortKey: text('name') });
    const ledger = table('Ledger', {
      partitionKey: text('kind'),
      sortKey: text('name'),
      timeToLiveAttribute: 'expiresAt',
    });

    const lake = bucket('Lake', {
      lifecycleRules: [
        {
          ...unfinishedUploads,
          ...(stage.lakeRetentionDays && { expiration: Duration.days(stage.lakeRetentionDays) }),
        },
        // Answers of Athena: read within minutes, and copies of personal data that nobody erases.
        { prefix: 'athena/', expiration: Duration.days(1) },
      ],
    });
    // As dead letters of queues: what nobody has looked at in 14 days goes, also because it holds personal data.
    const failures = bucket('Failures', { lifecycleRules: [{ ...unfinishedUploads, expiration: Duration.days(14) }] });
    for (const one of [lake, failures])
      acknowledge(
        one,
        'AwsSolutions-S1',
        'Only roles of this deployment reach it. Whoever must prove who read it turns on CloudTrail data events, which ' +
          'name the principal; server access logs would be another store of personal data.',
      );

    publish(this, deployment, 'profilesTable', profiles.tableName);
    publish(this, deployment, 'profilesStreamArn', profiles.tableStreamArn ?? '');
    publish(this, deployment, 'timelineTable', timeline.tableName);
    publish(this, deployment, 'sendsTable', sends.tableName);
    publish(this, deployment, 'definitionsTable', definitions.tableName);
    publish(this, deployment, 'ledgerTable', ledger.tableName);
    publish(this, deployment, 'lakeBucket', lake.bucketName);
    publish(this, deployment, 'failuresBucket', failures.bucketName);

    for (const [name, value] of Object.entries({
      ProfilesTable: profiles.tableName,
      TimelineTable: timeline.tableName,
      SendsTable: sends.tableName,
      DefinitionsTable: definitions.tableName,
      LedgerTable: ledger.tableName,
      LakeBucket: lake.bucketName,
      FailuresBucket: failures.bucketName,
    }))
      new CfnOutput(this, `${name}Name`, { value });
  }
}
