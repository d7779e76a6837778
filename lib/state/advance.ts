import { Construct } from 'constructs';
import { advanceSettings } from '../../lambdas/state/advance.settings.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import type { Lake } from '../insights/lake.ts';
import type { TableReference } from '../stacks/data-references.ts';
import { advanceTimeout, type Inputs } from './inputs.ts';

export interface AdvanceProps {
  readonly house: House;
  readonly inputs: Inputs;
  readonly profiles: TableReference;
  readonly definitions: TableReference;
  readonly ledger: TableReference;
  readonly lake: Lake;
}

/** The reducer's worker: the only writer of profiles, fed by the three queues. */
export class Advance extends Construct {
  constructor(scope: Construct, id: string, { house, inputs, profiles, definitions, ledger, lake }: AdvanceProps) {
    super(scope, id);
    const { live, timers, bulk } = inputs;
    const advance = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'advance',
      description: 'Reduces inputs into profiles, each with one conditional write',
      environment: advanceSettings.environment({
        profilesTable: profiles.name,
        definitionsTable: definitions.name,
        timeZone: house.stage.timeZone,
        dueShards: house.stage.dueShards,
        ledgerTable: ledger.name,
        lakeStream: lake.streamName,
        lakeRetryQueueUrl: lake.retry.url,
        liveQueueUrl: live.url,
        timersQueueUrl: timers.url,
        bulkQueueUrl: bulk.url,
      }),
      memorySize: 1_024,
      timeout: advanceTimeout,
      hot: true,
      // A user who cannot be committed goes back to the queue she came from; the message counts its hops.
      callsItself: true,
    });
    advance
      .allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], [profiles.arn])
      // What is published. The same table binds keys and holds drafts, which are none of its business.
      .allow(['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['catalog', 'part', 'release'] },
      })
      .allow(['dynamodb:GetItem'], [ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sweep-cursor'] },
      })
      .allow(['firehose:PutRecord'], [lake.streamArn])
      .allow(['sqs:SendMessage'], [lake.retry.arn, live.arn, timers.arn, bulk.arn]);

    new LogAlarm(this, 'NewerProfiles', {
      house,
      logGroup: advance.logGroup,
      code: 'newer-profile',
      article: 'newer-profiles',
      impact: 'Workers of an older release meet profiles of a newer one: what comes in for these people waits.',
      threshold: 1,
      // A roll-out takes minutes, and both releases run in them.
      evaluationPeriods: 3,
    });
    new LogAlarm(this, 'UnreadableProfiles', {
      house,
      logGroup: advance.logGroup,
      code: 'profile-unreadable',
      article: 'unreadable-profiles',
      impact: 'Stored profiles cannot be understood: nothing that comes in for these people counts.',
      // Their inputs would ring as dead letters an hour later; after a bad release that is an hour of damage.
      threshold: 1,
    });

    live.feed(advance);
    timers.feed(advance);
    bulk.feed(advance, { maxConcurrency: house.stage.bulkConcurrency });
  }
}
