import type { CensusTask } from '../../domain/decisions/census/task.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { dynamoAskedMessages } from '../adapters/asked-messages.ts';
import { dynamoAuditLog } from '../adapters/audit-log.ts';
import { dynamoBudgets } from '../adapters/budgets.ts';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import { dynamoCatalogStore } from '../adapters/catalog-store.ts';
import type { Clients } from '../adapters/clients.ts';
import { dynamoDefinitionDrafts } from '../adapters/definition-drafts.ts';
import { sesEmailProvider } from '../adapters/email-provider.ts';
import { dynamoHolds } from '../adapters/holds.ts';
import { dynamoJobs } from '../adapters/jobs.ts';
import { dynamoJourneyCountsReader } from '../adapters/journey-counts.ts';
import { athenaLake } from '../adapters/lake-query.ts';
import { s3LakeReader } from '../adapters/lake-reader.ts';
import { dynamoLastCensus } from '../adapters/last-census.ts';
import { mjmlCompiler } from '../adapters/mjml.ts';
import { dynamoPeopleIndex } from '../adapters/people-index.ts';
import { dynamoPlanSettings } from '../adapters/plan-settings.ts';
import { dynamoProfileScan } from '../adapters/profile-scan.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { dynamoPublishProposals } from '../adapters/publish-proposals.ts';
import { dynamoQuarantineListReader } from '../adapters/quarantine-list.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoReceiptCountsReader } from '../adapters/receipt-counts.ts';
import { dynamoRecentEventsReader } from '../adapters/recent-events.ts';
import { dynamoSchedules } from '../adapters/schedules.ts';
import { dynamoSendLedgerReader } from '../adapters/send-ledger-reader.ts';
import { sesWholeQuota } from '../adapters/sending-quota.ts';
import { dynamoSoftBounces } from '../adapters/soft-bounces.ts';
import { dynamoSourceRegistry } from '../adapters/source-registry.ts';
import { dynamoStageBindings } from '../adapters/stage-bindings.ts';
import { dynamoSuppressionList, dynamoSuppressionListReader } from '../adapters/suppression-list.ts';
import { dynamoTimelineReader } from '../adapters/timeline.ts';
import { dynamoTrackingPlanStore } from '../adapters/tracking-plan.ts';
import { announce, beginOwed } from '../decisions/census/owed.ts';
import type { CensusState } from '../decisions/census/state.ts';
import { onlyToOf } from '../delivery/stage-limits.settings.ts';
import type { World } from '../runtime/world.ts';
import { adminApi } from './api.handler.ts';
import { apiSettings } from './api.settings.ts';
import { countInside } from './journeys/counts.ts';
import { countAffected } from './segments/count-affected.ts';

/** What messages can go out on, and the scores there are without anybody's settings: as far as the engine has come. */
const CHANNELS: ReadonlySet<string> = new Set(['email']);
const SCORES: ReadonlySet<string> = new Set();

export function wireApi(
  environment: NodeJS.ProcessEnv,
  { dynamodb, answeringSqs, s3, athena, ses }: Pick<Clients, 'dynamodb' | 'answeringSqs' | 's3' | 'athena' | 'ses'>,
  { now, pause, log }: World,
) {
  const {
    profilesTable,
    definitionsTable,
    ledgerTable,
    timelineTable,
    sendsTable,
    lakeBucket,
    liveQueueUrl,
    bulkQueueUrl,
    censusQueueUrl,
    lakeDatabase,
    lakeWorkGroup,
    fromAddress,
    deployment,
    onlyTo,
    timeZone,
    roleClaim,
  } = apiSettings.read(environment);
  const zone = zoneNamed(timeZone);
  if (zone === undefined) throw new Error(`There is no time zone ${timeZone}`);
  const catalog = dynamoCatalogReader(dynamodb, definitionsTable);
  const plan = dynamoTrackingPlanStore(dynamodb, ledgerTable);
  const lastCensus = dynamoLastCensus(dynamodb, ledgerTable);
  const jobs = dynamoJobs<CensusTask, CensusState>(dynamodb, ledgerTable);
  const census = sqsQueue(answeringSqs, censusQueueUrl);
  const scan = dynamoProfileScan(dynamodb, profilesTable);
  const journeyCounts = dynamoJourneyCountsReader(dynamodb, ledgerTable);
  const readLive = () => catalog.readLive();
  const store = dynamoCatalogStore(dynamodb, definitionsTable);
  const rawEvents = athenaLake(athena, s3, { database: lakeDatabase, workGroup: lakeWorkGroup });
  const owed = { jobs, census, lastCensus, now };
  return adminApi({
    profiles: dynamoProfileReader(dynamodb, profilesTable),
    people: dynamoPeopleIndex(dynamodb, profilesTable),
    readLive,
    zone,
    sources: dynamoSourceRegistry(dynamodb, definitionsTable),
    recent: dynamoRecentEventsReader(dynamodb, ledgerTable),
    plan,
    settings: dynamoPlanSettings(dynamodb, definitionsTable),
    quarantine: dynamoQuarantineListReader(dynamodb, ledgerTable),
    timeline: dynamoTimelineReader(dynamodb, timelineTable),
    sends: dynamoSendLedgerReader(dynamodb, sendsTable),
    asked: dynamoAskedMessages(dynamodb, sendsTable),
    lake: s3LakeReader(s3, lakeBucket),
    live: sqsQueue(answeringSqs, liveQueueUrl),
    bulk: sqsQueue(answeringSqs, bulkQueueUrl),
    audit: dynamoAuditLog(dynamodb, definitionsTable),
    catalog: {
      catalog: store,
      drafts: dynamoDefinitionDrafts(dynamodb, definitionsTable),
      bindings: dynamoStageBindings(dynamodb, definitionsTable),
      emailDomain: fromAddress.slice(fromAddress.lastIndexOf('@') + 1),
      deployment,
      proposals: dynamoPublishProposals(dynamodb, definitionsTable),
      plan,
      stage: { zone: timeZone, channels: CHANNELS, scores: SCORES },
      countInside: (key) => countInside(journeyCounts, key),
      mjmlCompiler,
      announce: () => announce(census),
      beginOwed: (owing) => beginOwed(owed, owing),
      countAffected: (next, id) => countAffected({ ...owed, scan, readLive, lake: rawEvents, zone }, next, id),
      now,
      log,
    },
    campaigns: {
      ...{ jobs, schedules: dynamoSchedules(dynamodb, ledgerTable), readLive, now },
      ...{ quota: sesWholeQuota(ses), log },
    },
    segments: {
      scan,
      readLive,
      lake: rawEvents,
      catalog: store,
      ...owed,
      zone,
      pause,
    },
    testProvider: sesEmailProvider(ses, { fromAddress }),
    holds: dynamoHolds(dynamodb, ledgerTable),
    budgets: dynamoBudgets(dynamodb, { ledger: ledgerTable, definitions: definitionsTable }, zone),
    journeyCounts,
    receiptCounts: dynamoReceiptCountsReader(dynamodb, ledgerTable),
    suppressions: {
      ...dynamoSuppressionListReader(dynamodb, ledgerTable),
      ...dynamoSuppressionList(dynamodb, ledgerTable),
    },
    softBounces: dynamoSoftBounces(dynamodb, ledgerTable),
    writesTo: onlyToOf(onlyTo),
    roleClaim,
    now,
    log,
  });
}
