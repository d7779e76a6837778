import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { compileDraftCatalog } from '../../../domain/decisions/census/draft.ts';
import { lookAtAll } from '../../../domain/decisions/census/look.ts';
import type { CountTask } from '../../../domain/decisions/census/task.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { LakeQueries } from '../../adapters/lake-query.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import type { ProfileScan } from '../../adapters/profile-scan.ts';
import { type BeginDependencies, jobIdOf, slicesFor } from '../../decisions/census/begin.ts';
import { askForPast } from '../../decisions/census/lake-past.ts';
import { beginAsking } from './begin-asking.ts';
import { quickSlicesFor, scanQuickly } from './quick-scan.ts';

export interface CountAffectedDependencies extends BeginDependencies {
  readonly scan: ProfileScan;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly lake: LakeQueries;
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type Affected =
  | { readonly outcome: 'counted'; readonly people: number }
  /** There are more than can be asked while somebody waits, or part of it is only in the lake: a job counts them. */
  | { readonly outcome: 'takes-longer'; readonly job: string };

/** Whoever publishes waits for it, and the publish itself still has to follow (ms). */
const LONGEST = 10_000;

/**
 * How many people would change stage or segment by a publish, once its past is counted.
 * @param id of the request
 */
export async function countAffected(
  dependencies: CountAffectedDependencies,
  next: LiveCatalog,
  id: string,
): Promise<Affected> {
  const { scan, readLive, lake, lastCensus, zone, now } = dependencies;
  const at = now();
  const live = (await readLive()) ?? { number: 0, publishedAt: 0, segments: [], counters: [] };
  const { plan, uncounted } = compileDraftCatalog(next, live, zone);
  const people = (await lastCensus.read())?.people;
  if (uncounted.length === 0) {
    const of = quickSlicesFor(people);
    const { tally, done } = await scanQuickly(
      scan,
      of,
      `publish-${next.number}`,
      (profiles) => lookAtAll(profiles, plan).tally,
      () => now() - at < LONGEST,
    );
    if (done === of) return { outcome: 'counted', people: tally.changing };
  }
  const queries = uncounted.length === 0 ? [] : await askForPast(lake, uncounted, zone, at);
  const task: CountTask = { kind: 'count', catalog: next, uncounted, queries };
  const job = jobIdOf('count', id);
  await beginAsking(dependencies, { id: job, task, slices: slicesFor(people), startedAt: at });
  return { outcome: 'takes-longer', job };
}
