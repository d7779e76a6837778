import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { callSettings } from '../../lambdas/delivery/call.settings.ts';
import { limitsAsText } from '../../lambdas/delivery/stage-limits.settings.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface CallsProps {
  readonly house: House;
  readonly data: DataReferences;
  /** Takes what became of them. */
  readonly timers: QueueWithDeadLetters;
}

/** One that waits for a system waits ten seconds; our own stores answer in the rest. */
const timeout = Duration.seconds(30);

/** Webhooks and tasks for people: what steps of journeys tell other systems. */
export class Calls extends Construct {
  readonly queue: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, { house, data, timers }: CallsProps) {
    super(scope, id);
    this.queue = new QueueWithDeadLetters(this, 'Calls', {
      house,
      consumerTimeout: timeout,
      // Six hours of tries while our own tables fail: then it is too late. What a system does not take comes back as a copy.
      maxReceiveCount: 120,
      article: 'calls-dead-letters',
      impact: 'Other systems were not told what journeys decided: no webhook, no task in the helpdesk.',
    });
    const call = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'call',
      description: 'Tells other systems what journeys say: webhooks and tasks, signed',
      environment: callSettings.environment({
        profilesTable: data.profiles.name,
        definitionsTable: data.definitions.name,
        timeZone: house.stage.timeZone,
        callsQueueUrl: this.queue.url,
        timersQueueUrl: timers.url,
        ...limitsAsText(house.stage.email),
      }),
      memorySize: 512,
      timeout,
      // What was not taken comes back as a copy; after six hours it is given up.
      callsItself: true,
    });
    // What is published, and where an endpoint's name leads on this stage.
    call
      .allow(['dynamodb:GetItem'], [data.profiles.arn])
      .allow(['dynamodb:GetItem'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['catalog', 'release', 'binding'] },
      })
      .allow(['dynamodb:BatchGetItem'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['part'] },
      })
      .allow(['sqs:SendMessage'], [this.queue.arn, timers.arn]);
    // Whoever may write bindings must not read other secrets of the account by them.
    const secrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      resourceName: `perennial/${house.stage.deployment}/*`,
    });
    call.allow(['secretsmanager:GetSecretValue'], [secrets]);
    acknowledgeWildcard(call.role ?? call, secrets, 'Secrets are named by bindings; their names begin with ours.');
    // A system that is slow holds a few workers, and those of the account stay free for others.
    this.queue.feed(call, { maxConcurrency: 10 });
    new LogAlarm(this, 'GivenUp', {
      house,
      logGroup: call.logGroup,
      code: 'call-given-up',
      article: 'given-up-calls',
      impact: 'A system was not told what journeys decided, and will not be: no webhook, no task in the helpdesk.',
      // A single one may be about data that the receiver does not like.
      threshold: 5,
      period: Duration.minutes(15),
    });
  }
}
