import { dynamoAllowanceStore } from '../adapters/allowance-store.ts';
import { dynamoAskedMessages } from '../adapters/asked-messages.ts';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import type { Clients } from '../adapters/clients.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSendLedgerReader } from '../adapters/send-ledger-reader.ts';
import { dynamoSourceDirectory, rememberSources } from '../adapters/source-directory.ts';
import { dynamoTemplateReader } from '../adapters/template-reader.ts';
import { dynamoTimeline } from '../adapters/timeline.ts';
import { sourceMeter } from '../events/source-meter.ts';
import type { HttpEvent } from '../runtime/http.ts';
import type { World } from '../runtime/world.ts';
import { liveJourneys } from './live-journeys.ts';
import { liveTemplates } from './live-templates.ts';
import { messages } from './messages.handler.ts';
import { messagesSettings } from './messages.settings.ts';

export function wireMessages(
  environment: NodeJS.ProcessEnv,
  {
    answeringDynamodb,
    optionalDynamodb,
    answeringSqs,
  }: Pick<Clients, 'answeringDynamodb' | 'optionalDynamodb' | 'answeringSqs'>,
  { now, log }: World,
) {
  const settings = messagesSettings.read(environment);
  const { definitionsTable, ledgerTable, sendsTable, timelineTable } = settings;
  const reader = dynamoTemplateReader(answeringDynamodb, definitionsTable);
  const dependencies = {
    sources: rememberSources(dynamoSourceDirectory(answeringDynamodb, definitionsTable, now), now),
    meter: sourceMeter(dynamoAllowanceStore(optionalDynamodb, ledgerTable), now, log),
    journeys: liveJourneys({ catalog: dynamoCatalogReader(answeringDynamodb, definitionsTable), now, log }),
    templates: liveTemplates({ reader, now, log }),
    asked: dynamoAskedMessages(answeringDynamodb, sendsTable),
    sends: dynamoSendLedgerReader(answeringDynamodb, sendsTable),
    timeline: dynamoTimeline(optionalDynamodb, timelineTable),
    email: sqsQueue(answeringSqs, settings.transactionalQueueUrl),
    live: sqsQueue(answeringSqs, settings.liveQueueUrl),
    log,
  };
  return (event: HttpEvent) => messages(dependencies, event);
}
