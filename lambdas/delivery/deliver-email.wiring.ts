import type { SQSEvent } from 'aws-lambda';
import type { Clients } from '../adapters/clients.ts';
import { sesEmailProvider } from '../adapters/email-provider.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoSendLedger } from '../adapters/send-ledger.ts';
import type { World } from '../runtime/world.ts';
import { deliverEmail } from './deliver-email.handler.ts';
import { deliverEmailSettings } from './deliver-email.settings.ts';

export function wireDeliverEmail(
  environment: NodeJS.ProcessEnv,
  { dynamodb, ses }: Pick<Clients, 'dynamodb' | 'ses'>,
  { now, random, pause, log }: World,
) {
  const settings = deliverEmailSettings.read(environment);
  const dependencies = {
    profiles: dynamoProfileReader(dynamodb, settings.profilesTable),
    sends: dynamoSendLedger(dynamodb, settings.sendsTable, pause),
    provider: sesEmailProvider(ses, settings),
    now,
    random,
    log,
  };
  return (event: SQSEvent) => deliverEmail(dependencies, event);
}
