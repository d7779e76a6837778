import { DescribeContinuousBackupsCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface TableState {
  /** ACTIVE, UPDATING … */
  readonly status: string;
  readonly deletionProtected: boolean;
  /** Since when DynamoDB cannot use the table's own key; the table does not work then. */
  readonly keyLostSince: Date | undefined;
}

export interface StoreAccountReader {
  /** Needs `dynamodb:DescribeTable`. */
  table(name: string): Promise<TableState>;
  /** Days that a table can be brought back to; 0 when it cannot. Needs `dynamodb:DescribeContinuousBackups`. */
  recoveryDays(name: string): Promise<number>;
  /** Messages on a queue, in flight ones included, as nearly as SQS says. Needs `sqs:GetQueueAttributes`. */
  messages(queueUrl: string): Promise<number>;
}

export const storeAccount = (dynamodb: DynamoDBClient, sqs: SQSClient): StoreAccountReader => ({
  async table(name) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return {
      status: Table?.TableStatus ?? 'unknown',
      deletionProtected: Table?.DeletionProtectionEnabled === true,
      keyLostSince: Table?.SSEDescription?.InaccessibleEncryptionDateTime,
    };
  },
  async recoveryDays(name) {
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName: name }),
    );
    const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    // AWS's own default, where it says no number.
    return recovery?.PointInTimeRecoveryStatus === 'ENABLED' ? (recovery.RecoveryPeriodInDays ?? 35) : 0;
  },
  async messages(queueUrl) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
  },
});
