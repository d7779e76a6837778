import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { dynamoAllowanceStore } from '../adapters/allowance-store.ts';
import { answeringDynamodbClient, answeringSqsClient, optionalDynamodbClient } from '../adapters/clients.ts';
import { dynamoKnownUsers } from '../adapters/known-users.ts';
import { dynamoPlanSettings, rememberPlanSettings } from '../adapters/plan-settings.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoRecentEvents } from '../adapters/recent-events.ts';
import { dynamoSourceDirectory, rememberSources } from '../adapters/source-directory.ts';
import { dynamoTrackingPlan } from '../adapters/tracking-plan.ts';
import type { HttpEvent } from '../runtime/http.ts';
import { jsonLog } from '../runtime/log.ts';
import { ingest } from './ingest.handler.ts';
import { ingestSettings } from './ingest.settings.ts';
import { observing } from './observing/observing.ts';
import { sourceMeter } from './source-meter.ts';

const settings = ingestSettings.read(process.env);
const optional = optionalDynamodbClient();
const planSettings = rememberPlanSettings(dynamoPlanSettings(optional, settings.definitionsTable), Date.now);
const dependencies = {
  sources: rememberSources(
    dynamoSourceDirectory(answeringDynamodbClient(), settings.definitionsTable, Date.now),
    Date.now,
  ),
  plan: { read: async () => (await planSettings.read()) ?? OPEN_PLAN },
  meter: sourceMeter(dynamoAllowanceStore(optional, settings.ledgerTable), Date.now, jsonLog),
  users: dynamoKnownUsers(optional, settings.profilesTable),
  live: sqsQueue(answeringSqsClient(), settings.liveQueueUrl),
  observer: observing({
    settings: planSettings,
    recent: dynamoRecentEvents(optional, settings.ledgerTable),
    plan: dynamoTrackingPlan(optional, settings.ledgerTable),
    now: Date.now,
    log: jsonLog,
  }),
  log: jsonLog,
};

export const handler = (event: HttpEvent) => ingest(dependencies, event);
