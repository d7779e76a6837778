import type { Expression } from '../../../domain/catalog/expression.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { neededCounters } from '../../../domain/decisions/expressions/references.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import { beginJob, reconcileId, slicesFor } from '../../decisions/census/begin.ts';
import { beginOwed, type OwedDependencies } from '../../decisions/census/owed.ts';
import { type Answer, type Done, ok, problem } from '../api/answer.ts';
import type { JobsDependencies } from './jobs.ts';
import { type Standing, standings } from './standing.ts';

export interface SegmentsDependencies extends JobsDependencies {
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
}

export type SegmentView = Standing & {
  readonly key: string;
  readonly members?: number;
  readonly countedAt?: string;
};

/** The live segments, how far each has got, and how many were in it when everybody was last looked at. */
export async function listSegments({
  jobs,
  readLive,
  lastCensus,
}: SegmentsDependencies): Promise<Done<200, { readonly segments: readonly SegmentView[] }>> {
  const [live, census] = await Promise.all([readLive(), lastCensus.read()]);
  const { segments = [] } = live ?? {};
  const standingOf = await standings(jobs, live ?? { counters: [] });
  const meant = new Map<string, Expression>(segments.map(({ key, where }) => [key, where]));
  const countOf = (key: string, filling: boolean) =>
    census === undefined || filling
      ? {}
      : { members: census.members[key] ?? 0, countedAt: new Date(census.at).toISOString() };
  return ok({
    segments: segments.map(({ key, where, filling = false }) => ({
      key,
      ...standingOf(neededCounters(where, (one) => meant.get(one))),
      ...countOf(key, filling),
    })),
  });
}

/** Begins the reconcile of what is live, or sends its slices out once more; and whatever else what is live is owed. */
export async function reconcileAgain(
  dependencies: Pick<SegmentsDependencies, 'readLive'> & OwedDependencies,
): Promise<Answer<202, { readonly job: string }>> {
  const { readLive, lastCensus, now } = dependencies;
  const live = await readLive();
  if (live === undefined) return problem(409, 'nothing_published', 'Nothing was published yet.');
  const { number, counters } = live;
  await beginOwed(dependencies, { counters });
  const job = reconcileId(number);
  const slices = slicesFor((await lastCensus.read())?.people);
  await beginJob(dependencies, { id: job, task: { kind: 'reconcile', number }, slices, startedAt: now() });
  return { status: 202, body: { job }, change: { after: { job } } };
}
