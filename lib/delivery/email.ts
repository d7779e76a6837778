import { Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { deliverEmailSettings } from '../../lambdas/delivery/deliver-email.settings.ts';
import { limitsAsText } from '../../lambdas/delivery/stage-limits.settings.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface EmailProps {
  readonly house: House;
  readonly data: DataReferences;
  /** Takes back what may go only later. */
  readonly timers: QueueWithDeadLetters;
  /** Where links of messages lead, unless the stage has a binding `host/links`. */
  readonly linksUrl: string;
}

const timeout = Duration.seconds(60);

/** The email channel: a queue for each class, and the worker that claims a message before it sends it. */
export class Email extends Construct {
  readonly marketing: QueueWithDeadLetters;
  /** Apart, so that a campaign never stands before a password mail. */
  readonly transactional: QueueWithDeadLetters;
  readonly configurationSetName: string;
  /** Shares of what was sent lately, of the whole account: SES judges and pauses accounts. */
  readonly bounceRate = reputation('BounceRate');
  readonly complaintRate = reputation('ComplaintRate');

  constructor(scope: Construct, id: string, { house, data, timers, linksUrl }: EmailProps) {
    super(scope, id);
    const { fromAddress, concurrency } = house.stage.email;
    const emails = {
      house,
      consumerTimeout: timeout,
      retention: Duration.days(14),
      // A day of tries while our own tables fail. What SES does not take comes back as a copy, which counts anew.
      maxReceiveCount: 240,
    };
    this.marketing = new QueueWithDeadLetters(this, 'Marketing', {
      ...emails,
      article: 'email-dead-letters',
      impact: 'Emails that were decided on were not sent and will not be: these people got nothing.',
    });
    this.transactional = new QueueWithDeadLetters(this, 'Transactional', {
      ...emails,
      article: 'transactional-dead-letters',
      impact: 'Emails that people wait for were not sent and will not be: a receipt, a confirmation, a password.',
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
        ledgerTable: data.ledger.name,
        definitionsTable: data.definitions.name,
        timeZone: house.stage.timeZone,
        fromAddress,
        configurationSet: configurationSet.configurationSetName,
        linksUrl,
        timersQueueUrl: timers.url,
        ...limitsAsText(house.stage.email),
        marketingQueueUrl: this.marketing.url,
        transactionalQueueUrl: this.transactional.url,
        marketingWorkers: concurrency,
      }),
      memorySize: 512,
      timeout,
      // What may not go now comes back as a copy; the time after which it is not sent ends that.
      callsItself: true,
    });
    const stack = Stack.of(this);
    const ses = (resource: string, resourceName: string) => stack.formatArn({ service: 'ses', resource, resourceName });
    const anyIdentity = ses('identity', '*');
    deliver
      .allow(['dynamodb:GetItem'], [data.profiles.arn])
      .allow(['sqs:SendMessage'], [this.marketing.arn, this.transactional.arn, timers.arn])
      // AWS knows no resources for reading the quota.
      .allow(['ses:GetAccount'], ['*'])
      .allow(['dynamodb:GetItem'], [data.ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['suppression', 'secret', 'budget'] },
      })
      .allow(['dynamodb:UpdateItem'], [data.ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['budget'] },
      })
      .allow(['dynamodb:Query'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['binding'] },
      })
      // Whoever makes the first link makes the secret it is sealed with.
      .allow(['dynamodb:PutItem'], [data.ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['secret', 'hold'] },
      })
      .allow(['dynamodb:Query'], [data.ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['hold'] },
      })
      .allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [data.sends.arn])
      .allow(['ses:SendEmail'], [anyIdentity, ses('configuration-set', configurationSet.configurationSetName)], {
        // Senders are bindings: any of the domain that is set up for sending.
        StringLike: { 'ses:FromAddress': `*@${fromAddress.split('@').at(-1)}` },
      })
      // What is published: its pointer, its release, templates, and whom the names of senders mean.
      .allow(['dynamodb:GetItem'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['catalog', 'release', 'binding'] },
      })
      .allow(['dynamodb:BatchGetItem'], [data.definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['part'] },
      });
    acknowledgeWildcard(deliver.role ?? deliver, '*', 'GetAccount has no resource to name.');
    acknowledgeWildcard(
      deliver.role ?? deliver,
      anyIdentity,
      'SES checks the identity it picks for the sender (address or any parent domain) and, in its sandbox, those of ' +
        'recipients too; the condition on the sender is what bounds it.',
    );
    for (const queue of [this.marketing, this.transactional]) queue.feed(deliver, { maxConcurrency: concurrency });
    this.#alarms(house, deliver);
  }

  #alarms(house: House, { logGroup }: FunctionWithDefaults): void {
    const logged = { house, logGroup };
    new LogAlarm(this, 'HeldUp', {
      ...logged,
      code: 'send-not-now',
      article: 'held-up-emails',
      impact: 'For an hour SES has refused emails for now: they wait, and those that have to leave in time will not.',
      threshold: 1,
      // A refused message comes back within five minutes, so that even a single one is heard of in every period.
      period: Duration.minutes(15),
      evaluationPeriods: 4,
    });
    new LogAlarm(this, 'Held', {
      ...logged,
      code: 'channel-held',
      article: 'held-channel',
      impact: 'SES refuses all that we send: no email leaves, receipts and passwords included, until somebody resumes.',
      threshold: 1,
      // What is held comes back every 15 minutes, and it is said each time.
      period: Duration.minutes(30),
    });
    new LogAlarm(this, 'Refused', {
      ...logged,
      code: 'send-refused',
      article: 'refused-sends',
      impact: 'SES refuses emails for good: these people get nothing, and nothing is tried again.',
      // Single ones are addresses that are none.
      threshold: 5,
      period: Duration.minutes(15),
    });
    new LogAlarm(this, 'Unknown', {
      ...logged,
      code: 'send-unknown',
      article: 'unknown-sends',
      impact: 'SES does not answer: nobody knows whether these people got their emails, and they are not sent again.',
      // Of a large campaign a few time out on any day.
      threshold: 20,
    });
    new LogAlarm(this, 'Stuck', {
      ...logged,
      code: 'claim-stuck',
      article: 'stuck-claims',
      impact: 'Emails were claimed and not sent, and the claims cannot be given back: nobody will send them.',
      threshold: 1,
    });
    new ImpactAlarm(this, 'BouncesAlarm', {
      house,
      article: 'bounces',
      impact: 'Too many emails bounce: soon mailbox providers file all of them as spam, and SES may pause the account.',
      metric: this.bounceRate,
      // Where SES puts an account under review; at twice that it may pause it.
      threshold: 0.05,
    });
    new ImpactAlarm(this, 'ComplaintsAlarm', {
      house,
      article: 'complaints',
      impact: 'Too many people mark emails as spam: they do not want them, and SES may pause the account.',
      metric: this.complaintRate,
      threshold: 0.001,
    });
  }
}

function reputation(rate: 'BounceRate' | 'ComplaintRate'): IMetric {
  return new Metric({
    namespace: 'AWS/SES',
    metricName: `Reputation.${rate}`,
    statistic: 'Maximum',
    // SES tells them now and then, and only while something is sent.
    period: Duration.hours(1),
  });
}
