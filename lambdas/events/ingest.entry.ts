import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { dynamoAllowanceStore } from '../adapters/allowance-store.ts';
import { dynamodbClient, sqsClient } from '../adapters/clients.ts';
import { dynamoKnownUsers } from '../adapters/known-users.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSourceDirectory, rememberSources } from '../adapters/source-directory.ts';
import type { HttpEvent } from '../runtime/http.ts';
import { jsonLog } from '../runtime/log.ts';
import { ingest } from './ingest.handler.ts';
import { ingestSettings } from './ingest.settings.ts';
import { sourceMeter } from './source-meter.ts';

const settings = ingestSettings.read(process.env);
const dynamodb = dynamodbClient();
const dependencies = {
  sources: rememberSources(dynamoSourceDirectory(dynamodb, settings.definitionsTable, Date.now), Date.now),
  plan: { read: async () => OPEN_PLAN },
  meter: sourceMeter(dynamoAllowanceStore(dynamodb, settings.ledgerTable), Date.now, jsonLog),
  users: dynamoKnownUsers(dynamodb, settings.profilesTable),
  live: sqsQueue(sqsClient(), settings.liveQueueUrl),
  observer: { note() {}, async flush() {} },
  log: jsonLog,
};

export const handler = (event: HttpEvent) => ingest(dependencies, event);
