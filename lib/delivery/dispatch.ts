import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { dispatchSettings } from '../../lambdas/delivery/dispatch.settings.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';
import type { Email } from './email.ts';

export interface DispatchProps {
  readonly house: House;
  readonly data: DataReferences;
  readonly bus: EventBus;
  readonly timers: QueueWithDeadLetters;
  readonly email: Email;
  /** Where other systems are told something. */
  readonly calls: QueueWithDeadLetters;
}

const timeout = Duration.seconds(60);

/** Hands the effects of every commit to the sinks they are for; a sink that refuses is tried again apart from the stream. */
export class Dispatch extends Construct {
  /** The mapping of the stream, to be paused when nothing may leave. */
  readonly streamMappingId: string;
  /** What a sink refused. */
  readonly retry: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, { house, data, bus, timers, email, calls }: DispatchProps) {
    super(scope, id);
    this.retry = new QueueWithDeadLetters(this, 'Retry', {
      house,
      consumerTimeout: timeout,
      // Six hours of tries, as long as the stream itself would go on trying.
      maxReceiveCount: 60,
      article: 'dispatch-dead-letters',
      impact:
        'Effects of decisions reached neither channel, event bus nor timeline: messages decided on were not sent.',
    });
    const environment = dispatchSettings.environment({
      timelineTable: data.timeline.name,
      ledgerTable: data.ledger.name,
      eventBus: bus.eventBusName,
      timersQueueUrl: timers.url,
      emailQueueUrl: email.marketing.url,
      transactionalEmailQueueUrl: email.transactional.url,
      callsQueueUrl: calls.url,
      dispatchRetryQueueUrl: this.retry.url,
    });
    const sized = { house, environment, memorySize: 512, timeout };
    const dispatch = new FunctionWithDefaults(this, 'Function', {
      ...sized,
      name: 'dispatch',
      description: 'Hands effects from the stream of profiles to channels, event bus and timeline',
      hot: true,
    });
    const redeliver = new FunctionWithDefaults(this, 'Redeliver', {
      ...sized,
      name: 'redeliver',
      description: 'Hands over again what a sink refused',
    });
    for (const one of [dispatch, redeliver])
      one
        .allow(['dynamodb:BatchWriteItem'], [data.timeline.arn])
        .allow(['dynamodb:PutItem'], [data.ledger.arn], {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['quarantine'] },
        })
        .allow(['dynamodb:UpdateItem'], [data.ledger.arn], {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['journey-count#*'] },
        })
        .allow(['events:PutEvents'], [bus.eventBusArn])
        .allow(['sqs:SendMessage'], [email.marketing.arn, email.transactional.arn, calls.arn, timers.arn]);
    // What redeliver cannot hand over just stays on that queue.
    dispatch.allow(['sqs:SendMessage'], [this.retry.arn]);
    this.retry.feed(redeliver);

    const stream = this.#stream(data, dispatch);
    dispatch.addEventSource(stream);
    this.streamMappingId = stream.eventSourceMappingId;
    this.#alarms(house, dispatch);
    new LogAlarm(this, 'RefusingSinks', {
      house,
      // Dispatch logs a refusal once; redeliver does as long as it goes on.
      logGroup: redeliver.logGroup,
      code: 'sink-refused',
      article: 'refusing-sinks',
      impact:
        'For half an hour a sink has taken nothing: what was decided waits there, and is given up after six hours.',
      threshold: 1,
      // A refused message is offered again after six minutes.
      period: Duration.minutes(10),
      evaluationPeriods: 3,
    });
  }

  #stream({ profiles, failuresBucket }: DataReferences, dispatch: FunctionWithDefaults): DynamoEventSource {
    const table = TableV2.fromTableAttributes(this, 'Profiles', {
      tableArn: profiles.arn,
      tableStreamArn: profiles.streamArn,
    });
    // What Lambda needs to leave a record there; CDK's own destination would let dispatch read and delete as well.
    const anyObject = `${failuresBucket.arn}/*`;
    dispatch.allow(['s3:PutObject'], [anyObject]).allow(['s3:ListBucket'], [failuresBucket.arn]);
    acknowledgeWildcard(
      dispatch.role ?? dispatch,
      anyObject,
      'Lambda names the failed records it leaves in the bucket.',
    );
    return new DynamoEventSource(table, {
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Filters match leaves only: `fx` itself, an attribute with its type inside, would never match.
      filters: [{ pattern: JSON.stringify({ dynamodb: { NewImage: { fx: { S: [{ exists: true }] } } } }) }],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(6),
      onFailure: { bind: () => ({ destination: failuresBucket.arn }) },
      metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
    });
  }

  #alarms(house: House, dispatch: FunctionWithDefaults): void {
    new ImpactAlarm(this, 'LagAlarm', {
      house,
      article: 'dispatch-lag',
      impact: 'Decided messages and domain events wait minutes before they leave; after six hours they leave no more.',
      metric: dispatch.metric('IteratorAge', { period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      threshold: Duration.minutes(2).toMilliseconds(),
      evaluationPeriods: 5,
    });
    new LogAlarm(this, 'QuarantinedUsers', {
      house,
      logGroup: dispatch.logGroup,
      code: 'user-quarantined',
      article: 'quarantined-users',
      impact:
        'So much came in for one user that it is left aside for a day: if she is a person, her profile stands still.',
      threshold: 1,
    });
    const period = Duration.minutes(1);
    const mapped = (metricName: string) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { EventSourceMappingUUID: this.streamMappingId },
        statistic: Stats.SUM,
        period,
      });
    new ImpactAlarm(this, 'FailuresAlarm', {
      house,
      article: 'dispatch-failures',
      impact: 'Dispatch gave up on records: messages and events decided for these people have not left.',
      // Left in the bucket, given up without that, or refused by the bucket.
      metric: new MathExpression({
        expression: 'FILL(kept, 0) + FILL(dropped, 0) + FILL(undelivered, 0)',
        label: 'Records given up',
        usingMetrics: {
          kept: mapped('OnFailureDestinationDeliveredEventCount'),
          dropped: mapped('DroppedEventCount'),
          undelivered: dispatch.metric('DestinationDeliveryFailures', { period, statistic: Stats.SUM }),
        },
        period,
      }),
      threshold: 1,
    });
  }
}
