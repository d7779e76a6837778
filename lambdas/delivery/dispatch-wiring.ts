import { dynamodbClient, eventBridgeClient, sqsClient } from '../adapters/clients.ts';
import { eventBridgeBus } from '../adapters/event-bus.ts';
import { dynamoQuarantineList } from '../adapters/quarantine-list.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoTimeline } from '../adapters/timeline.ts';
import { jsonLog } from '../runtime/log.ts';
import type { DispatchDependencies } from './dispatch.handler.ts';
import { dispatchSettings } from './dispatch.settings.ts';

/** The real sinks, for dispatch and for redeliver. */
export function wireDispatch(environment: NodeJS.ProcessEnv): DispatchDependencies {
  const settings = dispatchSettings.read(environment);
  const sqs = sqsClient();
  const dynamodb = dynamodbClient();
  return {
    timeline: dynamoTimeline(dynamodb, settings.timelineTable),
    bus: eventBridgeBus(eventBridgeClient(), settings.eventBus),
    quarantine: dynamoQuarantineList(dynamodb, settings.ledgerTable),
    email: sqsQueue(sqs, settings.emailQueueUrl),
    timers: sqsQueue(sqs, settings.timersQueueUrl),
    retry: sqsQueue(sqs, settings.dispatchRetryQueueUrl),
    now: Date.now,
    log: jsonLog,
  };
}
