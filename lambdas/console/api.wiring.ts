import type { Clients } from '../adapters/clients.ts';
import { dynamoPeopleIndex } from '../adapters/people-index.ts';
import { dynamoPlanSettings } from '../adapters/plan-settings.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoQuarantineListReader } from '../adapters/quarantine-list.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoRecentEventsReader } from '../adapters/recent-events.ts';
import { dynamoSourceRegistry } from '../adapters/source-registry.ts';
import { dynamoTrackingPlanStore } from '../adapters/tracking-plan.ts';
import type { HttpEvent } from '../runtime/http.ts';
import type { World } from '../runtime/world.ts';
import { api } from './api.handler.ts';
import { apiSettings } from './api.settings.ts';

export function wireApi(
  environment: NodeJS.ProcessEnv,
  { dynamodb, answeringSqs }: Pick<Clients, 'dynamodb' | 'answeringSqs'>,
  { now }: World,
) {
  const { profilesTable, definitionsTable, ledgerTable, bulkQueueUrl } = apiSettings.read(environment);
  const dependencies = {
    profiles: dynamoProfileReader(dynamodb, profilesTable),
    people: dynamoPeopleIndex(dynamodb, profilesTable),
    sources: dynamoSourceRegistry(dynamodb, definitionsTable),
    recent: dynamoRecentEventsReader(dynamodb, ledgerTable),
    plan: dynamoTrackingPlanStore(dynamodb, ledgerTable),
    settings: dynamoPlanSettings(dynamodb, definitionsTable),
    quarantine: dynamoQuarantineListReader(dynamodb, ledgerTable),
    bulk: sqsQueue(answeringSqs, bulkQueueUrl),
    now,
  };
  return (event: HttpEvent) => api(dependencies, event);
}
