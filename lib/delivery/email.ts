import { Duration, Stack } from 'aws-cdk-lib';
import { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { deliverEmailSettings } from '../../lambdas/delivery/deliver-email.settings.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface EmailProps {
  readonly house: House;
  readonly data: DataReferences;
}

const timeout = Duration.seconds(60);

/** The email channel: its queue, and the worker that claims a message before it sends it. */
export class Email extends Construct {
  readonly marketing: QueueWithDeadLetters;
  readonly configurationSetName: string;

  constructor(scope: Construct, id: string, { house, data }: EmailProps) {
    super(scope, id);
    const { fromAddress, concurrency } = house.stage.email;
    this.marketing = new QueueWithDeadLetters(this, 'Marketing', {
      house,
      consumerTimeout: timeout,
      retention: Duration.days(14),
      // A day of tries: while SES throttles or has paused the account, messages wait here; stale ones end by themselves.
      maxReceiveCount: 240,
      article: 'email-dead-letters',
      impact: 'Emails that were decided on were not sent and will not be: these people got nothing.',
    });
    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', { reputationMetrics: true });
    this.configurationSetName = configurationSet.configurationSetName;

    const deliver = new FunctionWithDefaults(this, 'Deliver', {
      house,
      name: 'deliver-email',
      description: 'Sends emails by SES, each claimed first',
      environment: deliverEmailSettings.environment({
        profilesTable: data.profiles.name,
        sendsTable: data.sends.name,
        fromAddress,
        configurationSet: configurationSet.configurationSetName,
      }),
      memorySize: 512,
      timeout,
    });
    const stack = Stack.of(this);
    const ses = (resource: string, resourceName: string) => stack.formatArn({ service: 'ses', resource, resourceName });
    const anyIdentity = ses('identity', '*');
    deliver
      .allow(['dynamodb:GetItem'], [data.profiles.arn])
      .allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [data.sends.arn])
      .allow(['ses:SendEmail'], [anyIdentity, ses('configuration-set', configurationSet.configurationSetName)], {
        StringEquals: { 'ses:FromAddress': fromAddress },
      });
    acknowledgeWildcard(
      deliver.role ?? deliver,
      anyIdentity,
      'SES checks the identity it picks for the sender (address or any parent domain) and, in its sandbox, those of ' +
        'recipients too; the condition on the sender is what bounds it.',
    );
    this.marketing.feed(deliver, { maxConcurrency: concurrency });
  }
}
