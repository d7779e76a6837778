import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { CfnConfigurationSetEventDestination, EmailSendingEvent } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { receiptsSettings } from '../../lambdas/delivery/receipts.settings.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DeliveryStreamReference } from '../insights/delivery-stream.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface ReceiptsProps {
  readonly house: House;
  readonly data: DataReferences;
  readonly timers: QueueWithDeadLetters;
  readonly stream: DeliveryStreamReference;
  readonly configurationSetName: string;
}

const timeout = Duration.seconds(60);

/**
 * Not `send`: that SES took a message is known from its answer, and it would be four events in ten. Nor opens and clicks:
 * for those SES would put a picture of its own into every message and rewrite its links, whoever it is for.
 */
const TOLD = [
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.RENDERING_FAILURE,
];

/** What SES tells of messages comes back: from the account's default bus, the only one it publishes to, to a queue. */
export class Receipts extends Construct {
  readonly incoming: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, props: ReceiptsProps) {
    super(scope, id);
    const { house, data, timers, stream, configurationSetName } = props;
    this.incoming = new QueueWithDeadLetters(this, 'Incoming', {
      // On AWS's key: EventBridge can use one of the stage's own only if that key's policy names it, and would lose what
      // it cannot leave here.
      house: { ...house, dataKey: undefined },
      consumerTimeout: timeout,
      // A day of tries.
      maxReceiveCount: 240,
      article: 'receipts-dead-letters',
      impact: 'Bounces and complaints were not taken in: people who must get no more emails may go on getting them.',
    });
    this.#rule(configurationSetName);

    const receipts = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'receipts',
      description: 'Takes what SES tells of messages: suppresses addresses, notes outcomes, keeps all in the lake',
      environment: receiptsSettings.environment({
        sendsTable: data.sends.name,
        ledgerTable: data.ledger.name,
        definitionsTable: data.definitions.name,
        timersQueueUrl: timers.url,
        receiptsStream: stream.name,
      }),
      memorySize: 512,
      timeout,
    });
    receipts
      .allow(['dynamodb:UpdateItem'], [data.sends.arn])
      .allow(['dynamodb:UpdateItem'], [data.ledger.arn], {
        'ForAllValues:StringLike': {
          'dynamodb:LeadingKeys': ['suppression', 'soft-bounces', 'receipt-counts', 'journey-count#*'],
        },
      })
      // What journeys ask of their messages.
      .allow(['dynamodb:GetItem'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['catalog', 'release'] },
      })
      .allow(['dynamodb:BatchGetItem'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['part'] },
      })
      .allow(['sqs:SendMessage'], [timers.arn])
      .allow(['firehose:PutRecord'], [stream.arn]);
    // Keeps up with a thousand emails a second, and leaves the account's concurrency to others after a large campaign.
    this.incoming.feed(receipts, { maxConcurrency: 20 });
    this.#alarms(house, receipts);
  }

  /** Only this deployment's messages: every configuration set of the account publishes to the same bus. */
  #rule(configurationSetName: string): void {
    const { incoming } = this;
    const rule = new Rule(this, 'Told', {
      description: 'What SES tells of messages of this deployment',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [configurationSetName] } } },
      },
      targets: [new SqsQueue(incoming.queue, { deadLetterQueue: incoming.deadLetters })],
    });
    const destination = new CfnConfigurationSetEventDestination(this, 'Destination', {
      configurationSetName,
      eventDestination: {
        enabled: true,
        matchingEventTypes: TOLD,
        eventBridgeDestination: {
          eventBusArn: Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' }),
        },
      },
    });
    // Nothing is told before somebody listens.
    destination.node.addDependency(rule);
  }

  #alarms(house: House, { logGroup }: FunctionWithDefaults): void {
    new ImpactAlarm(this, 'LagAlarm', {
      house,
      article: 'receipts-lag',
      impact: 'Bounces and complaints wait: for half an hour emails went to addresses that must get no more.',
      metric: this.incoming.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: Duration.minutes(15).toSeconds(),
      evaluationPeriods: 3,
    });
    new LogAlarm(this, 'Unknown', {
      house,
      logGroup,
      code: 'receipt-unknown',
      article: 'unknown-receipts',
      impact: 'SES tells what we cannot read: if it is bounces or complaints, these people go on getting emails.',
      threshold: 10,
      period: Duration.minutes(15),
    });
    new LogAlarm(this, 'Rejected', {
      house,
      logGroup,
      code: 'send-rejected',
      article: 'rejected-emails',
      impact:
        'SES finds malware in our emails or cannot put them together, and does not send them; it may pause the account.',
      threshold: 1,
    });
  }
}
