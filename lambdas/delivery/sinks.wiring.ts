import type { Clients } from '../adapters/clients.ts';
import { eventBridgeBus } from '../adapters/event-bus.ts';
import { dynamoJourneyCounts } from '../adapters/journey-counts.ts';
import { dynamoQuarantineList } from '../adapters/quarantine-list.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoTimeline } from '../adapters/timeline.ts';
import type { World } from '../runtime/world.ts';
import type { DispatchDependencies } from './dispatch.handler.ts';
import { dispatchSettings } from './dispatch.settings.ts';

/** The real sinks, for dispatch and for redeliver. */
export function wireSinks(
  environment: NodeJS.ProcessEnv,
  { dynamodb, eventBridge, sqs }: Pick<Clients, 'dynamodb' | 'eventBridge' | 'sqs'>,
  { now, log }: World,
): DispatchDependencies {
  const settings = dispatchSettings.read(environment);
  return {
    timeline: dynamoTimeline(dynamodb, settings.timelineTable),
    bus: eventBridgeBus(eventBridge, settings.eventBus),
    journeyCounts: dynamoJourneyCounts(dynamodb, settings.ledgerTable),
    quarantine: dynamoQuarantineList(dynamodb, settings.ledgerTable),
    email: {
      marketing: sqsQueue(sqs, settings.emailQueueUrl),
      transactional: sqsQueue(sqs, settings.transactionalEmailQueueUrl),
    },
    calls: sqsQueue(sqs, settings.callsQueueUrl),
    timers: sqsQueue(sqs, settings.timersQueueUrl),
    retry: sqsQueue(sqs, settings.dispatchRetryQueueUrl),
    now,
    log,
  };
}
