import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { preferencesSettings } from '../../lambdas/delivery/preferences.settings.ts';
import type { HttpApi } from '../events/http-api.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import { LogAlarm } from '../house/log-alarm.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface PreferencesProps {
  readonly house: House;
  readonly data: DataReferences;
  readonly http: HttpApi;
  readonly timers: QueueWithDeadLetters;
}

/** The pages that her own links in messages lead to, and the button of her mail program. */
export class Preferences extends Construct {
  constructor(scope: Construct, id: string, { house, data, http, timers }: PreferencesProps) {
    super(scope, id);
    const { profiles, definitions, ledger } = data;
    const preferences = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'preferences',
      description: 'Shows people what they get by email, and takes what they say',
      environment: preferencesSettings.environment({
        profilesTable: profiles.name,
        definitionsTable: definitions.name,
        ledgerTable: ledger.name,
        timersQueueUrl: timers.url,
      }),
      memorySize: 512,
      // Under the gateway's 30 s, so that people see our page and not the gateway's words.
      timeout: Duration.seconds(25),
    });
    const keys = (...of: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': of } });
    preferences
      .allow(['dynamodb:GetItem'], [profiles.arn])
      .allow(['dynamodb:GetItem'], [definitions.arn], keys('catalog', 'release'))
      .allow(['dynamodb:BatchGetItem'], [definitions.arn], keys('part'))
      // The secret is made by who makes links: what the world can reach only reads it.
      .allow(['dynamodb:GetItem'], [ledger.arn], keys('suppression', 'secret'))
      .allow(['dynamodb:UpdateItem'], [ledger.arn], keys('suppression'))
      .allow(['sqs:SendMessage'], [timers.arn]);
    http.linkRoute('/u/{token}', 'Preferences', preferences);
    http.linkRoute('/c/{token}', 'Confirmation', preferences);

    new LogAlarm(this, 'Untold', {
      house,
      logGroup: preferences.logGroup,
      code: 'refusal-untold',
      article: 'untold-refusals',
      impact:
        'People have unsubscribed and get no more, but their profiles do not know it: what looks at consent is wrong.',
      threshold: 1,
    });
  }
}
