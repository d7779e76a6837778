import type { SQSEvent } from 'aws-lambda';
import { zoneNamed } from '../../domain/zone.ts';
import { dynamoBudgets } from '../adapters/budgets.ts';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import type { Clients } from '../adapters/clients.ts';
import { sesEmailProvider } from '../adapters/email-provider.ts';
import { dynamoHolds } from '../adapters/holds.ts';
import { dynamoLinkSecret } from '../adapters/link-secret.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSendLedger } from '../adapters/send-ledger.ts';
import { dynamoSendSlots } from '../adapters/send-slots.ts';
import { sesSendingQuota } from '../adapters/sending-quota.ts';
import { dynamoSuppressionListReader } from '../adapters/suppression-list.ts';
import { dynamoTemplateReader } from '../adapters/template-reader.ts';
import type { World } from '../runtime/world.ts';
import { deliverEmail } from './deliver-email.handler.ts';
import { deliverEmailSettings } from './deliver-email.settings.ts';
import { emailChannel } from './email-channel.ts';
import { liveBudgets } from './live-budgets.ts';
import { liveHolds } from './live-holds.ts';
import { liveJourneys } from './live-journeys.ts';
import { liveRules } from './live-rules.ts';
import { liveTemplates } from './live-templates.ts';
import { marketingRate } from './marketing-rate.ts';
import { waysOut } from './message-links.ts';
import { emailWords } from './render-email.ts';
import { rememberedTokens } from './sealed-tokens.ts';
import { limitsOf } from './stage-limits.settings.ts';
import { trackedEmail } from './tracked-email.ts';
import { turnsAt } from './turns.ts';

export function wireDeliverEmail(
  environment: NodeJS.ProcessEnv,
  { dynamodb, ses, sqs }: Pick<Clients, 'dynamodb' | 'ses' | 'sqs'>,
  { now, random, pause, log }: World,
) {
  const settings = deliverEmailSettings.read(environment);
  const zone = zoneNamed(settings.timeZone);
  if (zone === undefined) throw new Error(`There is no time zone ${settings.timeZone}`);
  const templates = liveTemplates({ reader: dynamoTemplateReader(dynamodb, settings.definitionsTable), now, log });
  const links = {
    tokens: rememberedTokens(dynamoLinkSecret(dynamodb, settings.ledgerTable)),
    host: async () => (await templates.host('links')) ?? settings.linksUrl,
  };
  const dependencies = {
    profiles: dynamoProfileReader(dynamodb, settings.profilesTable),
    sends: dynamoSendLedger(dynamodb, settings.sendsTable, pause),
    suppressions: dynamoSuppressionListReader(dynamodb, settings.ledgerTable),
    channel: emailChannel(
      sesEmailProvider(ses, settings),
      emailWords({ templates, zone: settings.timeZone, now, log }),
      waysOut(links),
      trackedEmail({ ...links, tracking: templates.tracking, now }),
    ),
    rules: liveRules(templates, zone),
    journeys: liveJourneys({ catalog: dynamoCatalogReader(dynamodb, settings.definitionsTable), now, log }),
    limits: limitsOf(settings),
    slots: dynamoSendSlots(dynamodb, settings.sendsTable),
    timers: sqsQueue(sqs, settings.timersQueueUrl),
    queues: {
      marketing: sqsQueue(sqs, settings.marketingQueueUrl),
      transactional: sqsQueue(sqs, settings.transactionalQueueUrl),
    },
    holds: liveHolds({ holds: dynamoHolds(dynamodb, settings.ledgerTable), now, log }),
    turns: turnsAt({
      perSecond: marketingRate({ quota: sesSendingQuota(ses), workers: settings.marketingWorkers, now, log }),
      now,
      pause,
    }),
    permits: liveBudgets(
      {
        budgets: dynamoBudgets(
          dynamodb,
          { ledger: settings.ledgerTable, definitions: settings.definitionsTable },
          zone,
        ),
        now,
        log,
      },
      'email',
    ),
    now,
    random,
    log,
  };
  return (event: SQSEvent) => deliverEmail(dependencies, event);
}
