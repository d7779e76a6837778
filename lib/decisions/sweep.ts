import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { sweepSettings } from '../../lambdas/decisions/sweep.settings.ts';
import { acknowledge, acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { TableReference } from '../stacks/data-references.ts';

export interface SweepProps {
  readonly house: House;
  readonly profiles: TableReference;
  readonly ledger: TableReference;
  readonly timers: QueueWithDeadLetters;
  /** Begins scheduled journeys when their time has come. */
  readonly census: QueueWithDeadLetters;
  /** Where events wait; while they wait for long, timers are held back. */
  readonly live: QueueWithDeadLetters;
}

/** Each minute, sends everybody whose time comes in the next one to the reducer, delayed to the second. */
export class Sweep extends Construct {
  /** The minutes that EventBridge could not start it in. */
  readonly missed: Queue;

  constructor(scope: Construct, id: string, { house, profiles, ledger, timers, census, live }: SweepProps) {
    super(scope, id);
    const sweep = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'sweep',
      description: 'Emits a due input for every profile whose time has come',
      environment: sweepSettings.environment({
        profilesTable: profiles.name,
        ledgerTable: ledger.name,
        dueShards: house.stage.dueShards,
        timersQueueUrl: timers.url,
        censusQueueUrl: census.url,
        liveQueueName: live.queue.queueName,
      }),
      memorySize: 512,
      // A full pass after an outage may take longer than the minute; two sweeps side by side only emit twice.
      timeout: Duration.minutes(5),
    });
    sweep
      .allow(['dynamodb:Query'], [`${profiles.arn}/index/due`])
      .allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sweep-cursor'] },
      })
      .allow(['sqs:SendMessage'], [timers.arn, census.arn])
      .allow(['cloudwatch:GetMetricStatistics'], ['*']);
    acknowledgeWildcard(
      sweep.role ?? sweep,
      '*',
      'Reading a metric knows no resources and no conditions; it tells figures of this account and changes nothing.',
    );
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    acknowledge(
      sweep,
      'Serverless-LambdaAsyncFailureDestination',
      'The next minute does what a failed one left, because its cursor stayed where it was.',
    );

    // Holds no personal data, only "a minute has come"; kept on AWS's key because a rule cannot use a key of the
    // stage's own unless that key's policy names EventBridge.
    this.missed = new Queue(this, 'Missed', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const rule of ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'])
      acknowledge(this.missed, rule, 'It is itself where the rule leaves what it could not start.');
    new Rule(this, 'EachMinute', {
      description: 'Starts the sweep',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(sweep, { deadLetterQueue: this.missed, retryAttempts: 1, maxEventAge: Duration.minutes(1) }),
      ],
    });

    const period = Duration.minutes(5);
    new ImpactAlarm(this, 'StoppedAlarm', {
      house,
      article: 'sweep-stopped',
      impact: 'Nothing comes due: nobody turns dormant, no wait ends and no message that hangs on time leaves.',
      metric: new MathExpression({
        expression: 'invocations - errors',
        label: 'Sweeps that succeeded',
        usingMetrics: { invocations: sweep.metricInvocations({ period }), errors: sweep.metricErrors({ period }) },
        period,
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      silenceIsTrouble: true,
    });
    new ImpactAlarm(this, 'MissedAlarm', {
      house,
      article: 'sweep-missed',
      impact: 'EventBridge could not start sweeps: what came due in those minutes was late.',
      metric: this.missed.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
    });
  }
}
