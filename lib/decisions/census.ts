import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { censusSettings } from '../../lambdas/decisions/census.settings.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { Lake } from '../insights/lake.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface CensusProps {
  readonly house: House;
  readonly data: Pick<DataReferences, 'profiles' | 'definitions' | 'ledger'>;
  readonly bulk: QueueWithDeadLetters;
  readonly lake: Lake;
}

const timeout = Duration.minutes(2);
/** The rest of the time is for the page in hand, and for a table that is slow. */
const GO_ON_FOR = 0.6;

/** Passes over everybody: what a publish changes is carried out, counted beforehand, and filled from the lake. */
export class Census extends Construct {
  /** The slices of its jobs. */
  readonly slices: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, { house, data, bulk, lake }: CensusProps) {
    super(scope, id);
    const { profiles, definitions, ledger } = data;
    this.slices = new QueueWithDeadLetters(this, 'Slices', {
      house,
      consumerTimeout: timeout,
      maxReceiveCount: 5,
      article: 'census-dead-letters',
      impact:
        'A publish has not reached everybody, or a segment is not being filled: some people are missing from segments.',
    });
    const census = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'census',
      description: 'Works through slices of all profiles',
      environment: censusSettings.environment({
        profilesTable: profiles.name,
        definitionsTable: definitions.name,
        ledgerTable: ledger.name,
        timeZone: house.stage.timeZone,
        dueShards: house.stage.dueShards,
        bulkQueueUrl: bulk.url,
        censusQueueUrl: this.slices.url,
        lakeDatabase: lake.queries.database,
        lakeWorkGroup: lake.queries.workGroup,
        goOnFor: GO_ON_FOR * timeout.toSeconds(),
      }),
      // One whole processor, and room for what the lake says of half a million people.
      memorySize: 1_769,
      timeout,
      // What it does not get done in one go it sends itself; a job ends after two weeks at the latest.
      callsItself: true,
    });
    census
      .allow(['dynamodb:BatchGetItem', 'dynamodb:Scan'], [profiles.arn])
      .allow(['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['catalog', 'part', 'release'] },
      })
      // That a segment is filled, it publishes itself.
      .allow(['dynamodb:PutItem'], [definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['catalog', 'release'] },
      })
      .allow(['dynamodb:GetItem'], [ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['census', 'schedules', 'sweep-cursor'] },
      })
      .allow(['dynamodb:PutItem'], [ledger.arn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['census', 'schedules', 'occurrences#*'] },
      })
      // When the next scheduled journey begins: the sweep looks there each minute anyway.
      .allow(['dynamodb:UpdateItem'], [ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sweep-cursor'] },
      })
      .allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], [ledger.arn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['job#*'] },
      })
      .allow(['sqs:SendMessage'], [bulk.arn, this.slices.arn]);
    lake.queries.letAsk(census);
    new LogAlarm(this, 'FailedBackfills', {
      house,
      logGroup: census.logGroup,
      code: 'backfill-failed',
      article: 'failed-backfills',
      impact: 'Segments or stages wait for a past that is not counted any more: they decide about nobody.',
      threshold: 1,
    });
    // One slice an invocation: each takes as long as it may. As many at once as may work on bulk.
    this.slices.feed(census, { batchSize: 1, maxConcurrency: house.stage.bulkConcurrency });
  }
}
