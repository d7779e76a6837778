import { filledRelease } from '../../domain/catalog/releases/next-release.ts';
import { SYSTEM } from '../../domain/catalog/releases/release.ts';
import type { CensusTask } from '../../domain/decisions/census/task.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import { dynamoCatalogStore } from '../adapters/catalog-store.ts';
import type { Clients } from '../adapters/clients.ts';
import { dynamoJobs } from '../adapters/jobs.ts';
import { athenaLake } from '../adapters/lake-query.ts';
import { dynamoLastCensus } from '../adapters/last-census.ts';
import { dynamoProfileScan } from '../adapters/profile-scan.ts';
import { dynamoProfileStore } from '../adapters/profile-store.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSchedules } from '../adapters/schedules.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import type { World } from '../runtime/world.ts';
import { rememberLag } from '../state/known-lag.ts';
import { livePlan } from '../state/live-plan.ts';
import { beginOwed } from './census/owed.ts';
import type { CensusState } from './census/state.ts';
import { censusOf } from './census.handler.ts';
import { censusSettings } from './census.settings.ts';

export function wireCensus(
  environment: NodeJS.ProcessEnv,
  {
    dynamodb,
    optionalDynamodb,
    sqs,
    s3,
    athena,
  }: Pick<Clients, 'dynamodb' | 'optionalDynamodb' | 'sqs' | 's3' | 'athena'>,
  { now, pause, log }: World,
) {
  const settings = censusSettings.read(environment);
  const zone = zoneNamed(settings.timeZone);
  if (zone === undefined) throw new Error(`There is no time zone ${settings.timeZone}`);

  const catalog = dynamoCatalogReader(dynamodb, settings.definitionsTable);
  const cursor = dynamoSweepCursor(optionalDynamodb, settings.ledgerTable);
  const store = dynamoCatalogStore(dynamodb, settings.definitionsTable);
  const jobs = dynamoJobs<CensusTask, CensusState>(dynamodb, settings.ledgerTable);
  const census = sqsQueue(sqs, settings.censusQueueUrl);
  const lastCensus = dynamoLastCensus(dynamodb, settings.ledgerTable);
  return censusOf({
    jobs,
    scan: dynamoProfileScan(dynamodb, settings.profilesTable),
    plans: livePlan({ catalog, compile: (live) => compilePlan(live, zone), now, log }),
    readLive: () => catalog.readLive(),
    lake: athenaLake(athena, s3, { database: settings.lakeDatabase, workGroup: settings.lakeWorkGroup }),
    profiles: dynamoProfileStore(dynamodb, settings.profilesTable, settings.dueShards, pause),
    bulk: sqsQueue(sqs, settings.bulkQueueUrl),
    census,
    lastCensus,
    schedules: dynamoSchedules(dynamodb, settings.ledgerTable),
    // Not the one that may fail: without it nobody would look again.
    cursor: dynamoSweepCursor(dynamodb, settings.ledgerTable),
    readLag: rememberLag(cursor, now, log),
    async publishFilled(counters) {
      const filled = new Set(counters);
      await store.republish((current) => filledRelease(current, filled, now(), SYSTEM));
      // Whatever is live by now, and whoever published it: an invocation may have died right after it did.
      const live = await catalog.readLive();
      if (live !== undefined) await beginOwed({ jobs, census, lastCensus, now }, live);
    },
    zone,
    goOnFor: settings.goOnFor * 1_000,
    now,
    log,
  });
}
