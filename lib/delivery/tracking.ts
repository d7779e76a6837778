import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { trackingSettings } from '../../lambdas/delivery/tracking.settings.ts';
import type { HttpApi } from '../events/http-api.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface TrackingProps {
  readonly house: House;
  readonly data: DataReferences;
  readonly http: HttpApi;
  /** Where the provider's receipts come in, too. */
  readonly receipts: QueueWithDeadLetters;
}

/** Where the links and pictures of messages lead: on, and seen. */
export class Tracking extends Construct {
  constructor(scope: Construct, id: string, { house, data, http, receipts }: TrackingProps) {
    super(scope, id);
    const tracking = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'tracking',
      description: 'Leads on who follows a link of a message, and has it counted',
      environment: trackingSettings.environment({ ledgerTable: data.ledger.name, receiptsQueueUrl: receipts.url }),
      memorySize: 512,
      // Whoever waits longer is gone.
      timeout: Duration.seconds(10),
    });
    tracking
      .allow(['dynamodb:GetItem'], [data.ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['secret'] },
      })
      .allow(['sqs:SendMessage'], [receipts.arn]);
    http.linkRoute('/l/{token}', 'Click', tracking);
    http.linkRoute('/o/{token}', 'Open', tracking);
  }
}
