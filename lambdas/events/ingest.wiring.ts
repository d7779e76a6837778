import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { dynamoAllowanceStore } from '../adapters/allowance-store.ts';
import type { Clients } from '../adapters/clients.ts';
import { dynamoKnownUsers } from '../adapters/known-users.ts';
import { dynamoPlanSettings, rememberPlanSettings } from '../adapters/plan-settings.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoRecentEvents } from '../adapters/recent-events.ts';
import { dynamoSourceDirectory, rememberSources } from '../adapters/source-directory.ts';
import { dynamoTrackingPlan } from '../adapters/tracking-plan.ts';
import type { HttpEvent } from '../runtime/http.ts';
import type { World } from '../runtime/world.ts';
import { ingest } from './ingest.handler.ts';
import { ingestSettings } from './ingest.settings.ts';
import { observing } from './observing/observing.ts';
import { sourceMeter } from './source-meter.ts';

export function wireIngest(
  environment: NodeJS.ProcessEnv,
  {
    answeringDynamodb,
    optionalDynamodb,
    answeringSqs,
  }: Pick<Clients, 'answeringDynamodb' | 'optionalDynamodb' | 'answeringSqs'>,
  { now, timeout, log }: World,
) {
  const settings = ingestSettings.read(environment);
  const planSettings = rememberPlanSettings(dynamoPlanSettings(optionalDynamodb, settings.definitionsTable), now);
  const dependencies = {
    sources: rememberSources(dynamoSourceDirectory(answeringDynamodb, settings.definitionsTable, now), now),
    plan: { read: async () => (await planSettings.read()) ?? OPEN_PLAN },
    meter: sourceMeter(dynamoAllowanceStore(optionalDynamodb, settings.ledgerTable), now, log),
    users: dynamoKnownUsers(optionalDynamodb, settings.profilesTable),
    live: sqsQueue(answeringSqs, settings.liveQueueUrl),
    observer: observing({
      settings: planSettings,
      recent: dynamoRecentEvents(optionalDynamodb, settings.ledgerTable),
      plan: dynamoTrackingPlan(optionalDynamodb, settings.ledgerTable),
      now,
      timeout,
      log,
    }),
    log,
  };
  return (event: HttpEvent) => ingest(dependencies, event);
}
