import { dynamoAuditLog } from '../adapters/audit-log.ts';
import type { Clients } from '../adapters/clients.ts';
import { s3LakeReader } from '../adapters/lake-reader.ts';
import { dynamoPeopleIndex } from '../adapters/people-index.ts';
import { dynamoPlanSettings } from '../adapters/plan-settings.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoQuarantineListReader } from '../adapters/quarantine-list.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoRecentEventsReader } from '../adapters/recent-events.ts';
import { dynamoSendLedgerReader } from '../adapters/send-ledger.ts';
import { dynamoSourceRegistry } from '../adapters/source-registry.ts';
import { dynamoTimelineReader } from '../adapters/timeline.ts';
import { dynamoTrackingPlanStore } from '../adapters/tracking-plan.ts';
import type { World } from '../runtime/world.ts';
import { adminApi } from './api.handler.ts';
import { apiSettings } from './api.settings.ts';

export function wireApi(
  environment: NodeJS.ProcessEnv,
  { dynamodb, answeringSqs, s3 }: Pick<Clients, 'dynamodb' | 'answeringSqs' | 's3'>,
  { now, log }: World,
) {
  const {
    profilesTable,
    definitionsTable,
    ledgerTable,
    timelineTable,
    sendsTable,
    lakeBucket,
    bulkQueueUrl,
    roleClaim,
  } = apiSettings.read(environment);
  return adminApi({
    profiles: dynamoProfileReader(dynamodb, profilesTable),
    people: dynamoPeopleIndex(dynamodb, profilesTable),
    sources: dynamoSourceRegistry(dynamodb, definitionsTable),
    recent: dynamoRecentEventsReader(dynamodb, ledgerTable),
    plan: dynamoTrackingPlanStore(dynamodb, ledgerTable),
    settings: dynamoPlanSettings(dynamodb, definitionsTable),
    quarantine: dynamoQuarantineListReader(dynamodb, ledgerTable),
    timeline: dynamoTimelineReader(dynamodb, timelineTable),
    sends: dynamoSendLedgerReader(dynamodb, sendsTable),
    lake: s3LakeReader(s3, lakeBucket),
    bulk: sqsQueue(answeringSqs, bulkQueueUrl),
    audit: dynamoAuditLog(dynamodb, definitionsTable),
    roleClaim,
    now,
    log,
  });
}
