import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ingestSettings } from '../../lambdas/events/ingest.settings.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';
import { HttpApi } from './http-api.ts';

export interface IngestProps {
  readonly house: House;
  readonly data: DataReferences;
  readonly live: QueueWithDeadLetters;
}

/** The door: apps post events, which are checked, stamped and queued. */
export class Ingest extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { house, data, live }: IngestProps) {
    super(scope, id);
    const { definitions, ledger, profiles } = data;
    const ingest = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'ingest',
      description: 'Takes events over HTTP and puts them on the live queue',
      environment: ingestSettings.environment({
        definitionsTable: definitions.name,
        ledgerTable: ledger.name,
        profilesTable: profiles.name,
        liveQueueUrl: live.url,
      }),
      memorySize: 512,
      // Under the gateway's 30 s, so that the client gets our answer and not the gateway's.
      timeout: Duration.seconds(25),
      hot: true,
    });
    ingest
      .allow(['dynamodb:GetItem'], [definitions.arn])
      .allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [ledger.arn])
      .allow(['dynamodb:BatchGetItem'], [profiles.arn])
      .allow(['sqs:SendMessage'], [live.arn]);
    this.api = new HttpApi(this, 'Api', { house, ingest });

    new LogAlarm(this, 'MangledBodies', {
      house,
      logGroup: ingest.logGroup,
      code: 'body-mangled',
      article: 'mangled-bodies',
      impact: 'An app sends compressed events that arrive damaged: all of them are lost until it stops compressing.',
      // An app sends them for as long as it runs; a stray request that looks like one wakes nobody.
      threshold: 5,
      evaluationPeriods: 3,
    });
  }
}
