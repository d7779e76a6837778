import type { SQSEvent } from 'aws-lambda';
import type { Clients } from '../adapters/clients.ts';
import { sesEmailProvider } from '../adapters/email-provider.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoSendLedger } from '../adapters/send-ledger.ts';
import { dynamoSuppressionListReader } from '../adapters/suppression-list.ts';
import { dynamoTemplateReader } from '../adapters/template-reader.ts';
import type { World } from '../runtime/world.ts';
import { deliverEmail } from './deliver-email.handler.ts';
import { deliverEmailSettings } from './deliver-email.settings.ts';
import { emailChannel } from './email-channel.ts';
import { liveTemplates } from './live-templates.ts';
import { emailWords } from './render-email.ts';

export function wireDeliverEmail(
  environment: NodeJS.ProcessEnv,
  { dynamodb, ses }: Pick<Clients, 'dynamodb' | 'ses'>,
  { now, random, pause, log }: World,
) {
  const settings = deliverEmailSettings.read(environment);
  const templates = liveTemplates({ reader: dynamoTemplateReader(dynamodb, settings.definitionsTable), now, log });
  const dependencies = {
    profiles: dynamoProfileReader(dynamodb, settings.profilesTable),
    sends: dynamoSendLedger(dynamodb, settings.sendsTable, pause),
    suppressions: dynamoSuppressionListReader(dynamodb, settings.ledgerTable),
    channel: emailChannel(
      sesEmailProvider(ses, settings),
      emailWords({ templates, zone: settings.timeZone, now, log }),
    ),
    now,
    random,
    log,
  };
  return (event: SQSEvent) => deliverEmail(dependencies, event);
}
