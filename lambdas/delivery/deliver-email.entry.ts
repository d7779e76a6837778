import type { SQSEvent } from 'aws-lambda';
import { dynamodbClient, sesClient } from '../adapters/clients.ts';
import { sesEmailProvider } from '../adapters/email-provider.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoSendLedger } from '../adapters/send-ledger.ts';
import { jsonLog } from '../runtime/log.ts';
import { deliverEmail } from './deliver-email.handler.ts';
import { deliverEmailSettings } from './deliver-email.settings.ts';

const settings = deliverEmailSettings.read(process.env);
const dynamodb = dynamodbClient();
const dependencies = {
  profiles: dynamoProfileReader(dynamodb, settings.profilesTable),
  sends: dynamoSendLedger(dynamodb, settings.sendsTable),
  provider: sesEmailProvider(sesClient(), settings),
  now: Date.now,
  log: jsonLog,
};

export const handler = (event: SQSEvent) => deliverEmail(dependencies, event);
