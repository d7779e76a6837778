import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ingestSettings } from '../../lambdas/events/ingest.settings.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { TableReference } from '../stacks/data-references.ts';
import { HttpApi } from './http-api.ts';

export interface IngestProps {
  readonly house: House;
  readonly definitions: TableReference;
  readonly live: QueueWithDeadLetters;
}

/** The door: apps post events, which are checked, stamped and queued. */
export class Ingest extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { house, definitions, live }: IngestProps) {
    super(scope, id);
    const ingest = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'ingest',
      description: 'Takes events over HTTP and puts them on the live queue',
      environment: ingestSettings.environment({ definitionsTable: definitions.name, liveQueueUrl: live.url }),
      memorySize: 512,
      // Under the gateway's 30 s, so that the client gets our answer and not the gateway's.
      timeout: Duration.seconds(25),
      hot: true,
    });
    ingest.allow(['dynamodb:GetItem'], [definitions.arn]).allow(['sqs:SendMessage'], [live.arn]);
    this.api = new HttpApi(this, 'Api', { house, ingest });
  }
}
