import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { House } from './house.ts';
import { ImpactAlarm } from './impact-alarm.ts';

export interface QueueWithDeadLettersProps {
  readonly house: House;
  /** The time-out of the function that reads it. */
  readonly consumerTimeout: Duration;
  /** How long messages wait for a consumer that is down. Default: 4 days. */
  readonly retention?: Duration;
  /** How often a message is tried. Each try of a failing one takes the visibility time-out: 6 × the consumer's. */
  readonly maxReceiveCount: number;
  /** The runbook's article about its dead letters. */
  readonly article: string;
  /** Who is hurt when messages die here. */
  readonly impact: string;
}

/**
 * A queue, the queue of what could not be processed, and an alarm as soon as one message is there. Dead letters keep
 * the age they had, so a queue's own retention is taken off the 14 days there.
 */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const { house } = props;
    const protection = { ...encryptionWith(house.dataKey), enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...protection, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...protection,
      // AWS's advice: room for the batch to be retried while the function is throttled.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      retentionPeriod: props.retention ?? Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
    acknowledge(this.deadLetters, 'Serverless-SQSRedrivePolicy', 'Redriving ends here.');
    new ImpactAlarm(this, 'DeadLettersAlarm', {
      house,
      article: props.article,
      impact: props.impact,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
    });
  }

  get url(): string {
    return this.queue.queueUrl;
  }

  get arn(): string {
    return this.queue.queueArn;
  }

  /** Has a function process it; messages of a batch fail one by one. `maxConcurrency` bounds the workers at it. */
  feed(
    consumer: lambda.Function,
    { maxConcurrency, batchSize = 10 }: { maxConcurrency?: number; batchSize?: number } = {},
  ): void {
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        reportBatchItemFailures: true,
        ...(maxConcurrency !== undefined && { maxConcurrency }),
      }),
    );
    acknowledge(
      consumer,
      'Serverless-LambdaEventSourceMappingDestination',
      'Mappings of queues have no destinations; what fails goes to the dead letters. That of the stream has one.',
    );
  }
}

const encryptionWith = (key: IKey | undefined) =>
  key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key };
