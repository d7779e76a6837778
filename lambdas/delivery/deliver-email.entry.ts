import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { SQSEvent } from 'aws-lambda';
import { sendClient, storeClient } from '../adapters/clients.ts';
import { sesEmailProvider } from '../adapters/email-provider.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoSendLedger } from '../adapters/send-ledger.ts';
import { jsonLog } from '../runtime/log.ts';
import { deliverEmail } from './deliver-email.handler.ts';
import { deliverEmailSettings } from './deliver-email.settings.ts';

const settings = deliverEmailSettings.read(process.env);
const dynamodb = new DynamoDBClient(storeClient);
const dependencies = {
  profiles: dynamoProfileReader(dynamodb, settings.profilesTable),
  sends: dynamoSendLedger(dynamodb, settings.sendsTable),
  provider: sesEmailProvider(new SESv2Client(sendClient), settings),
  now: Date.now,
  log: jsonLog,
};

export const handler = (event: SQSEvent) => deliverEmail(dependencies, event);
