import type { Expression } from '../../../domain/catalog/expression.ts';
import type { LiveCatalog, LiveSegment } from '../../../domain/catalog/live-catalog.ts';
import { sayExpression } from '../../../domain/catalog/words/expression.ts';
import { neededCounters } from '../../../domain/decisions/expressions/references.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import { beginJob, jobIdOf, reconcileId, slicesFor } from '../../decisions/census/begin.ts';
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
  /** What people call it. */
  readonly name: string;
  readonly members?: number;
  readonly countedAt?: string;
};

/** The live segments, how far each has got, and how many were in it when everybody was last looked at. */
export async function listSegments(
  dependencies: SegmentsDependencies,
): Promise<Done<200, { readonly segments: readonly SegmentView[] }>> {
  const live = await dependencies.readLive();
  if (live === undefined) return ok({ segments: [] });
  return ok({ segments: live.segments.map(await viewing(dependencies, live)) });
}

/** One live segment, with what it means. */
export async function getSegment(
  dependencies: SegmentsDependencies,
  key: string,
): Promise<Answer<200, SegmentView & { readonly where: Expression; readonly words: string }>> {
  const live = await dependencies.readLive();
  const segment = live?.segments.find((one) => one.key === key);
  if (live === undefined || segment === undefined) return UNKNOWN_SEGMENT;
  const view = await viewing(dependencies, live);
  const names = new Map(live.segments.map((one) => [one.key, nameOf(one)]));
  const { where } = segment;
  return ok({ ...view(segment), where, words: sayExpression(where, (other) => names.get(other) ?? other) });
}

export const UNKNOWN_SEGMENT = problem(404, 'unknown_segment', 'There is no such segment among what is published.');

const nameOf = ({ key, name = key }: LiveSegment): string => name;

/** How to view segments of what is live: how far they are is read once for all of them. */
async function viewing(
  { jobs, lastCensus }: SegmentsDependencies,
  live: LiveCatalog,
): Promise<(segment: LiveSegment) => SegmentView> {
  const [census, standingOf] = await Promise.all([lastCensus.read(), standings(jobs, live)]);
  const meant = new Map<string, Expression>(live.segments.map(({ key, where }) => [key, where]));
  const countOf = (key: string, filling: boolean) =>
    census === undefined || filling
      ? {}
      : {
          members: Object.hasOwn(census.members, key) ? (census.members[key] ?? 0) : 0,
          countedAt: new Date(census.at).toISOString(),
        };
  return (segment) => {
    const { key, where, filling = false } = segment;
    return {
      ...{ key, name: nameOf(segment) },
      ...standingOf(neededCounters(where, (one) => meant.get(one))),
      ...countOf(key, filling),
    };
  };
}

/**
 * Begins the reconcile of what is live, or sends its slices out once more, and whatever else what is live is owed. One that
 * is through is begun anew under another id: how many are in each segment is counted by it.
 * @param id of the request
 */
export async function reconcileAgain(
  dependencies: Pick<SegmentsDependencies, 'readLive'> & OwedDependencies,
  id: string,
): Promise<Answer<202, { readonly job: string }>> {
  const { readLive, lastCensus, now } = dependencies;
  const live = await readLive();
  if (live === undefined) return problem(409, 'nothing_published', 'Nothing was published yet.');
  const { number, counters } = live;
  await beginOwed(dependencies, { counters });
  const first = await dependencies.jobs.read(reconcileId(number));
  const isThrough = first !== undefined && first.status !== 'running';
  const job = isThrough ? jobIdOf('reconcile', id) : reconcileId(number);
  const slices = slicesFor((await lastCensus.read())?.people);
  await beginJob(dependencies, { id: job, task: { kind: 'reconcile', number }, slices, startedAt: now() });
  return { status: 202, body: { job }, change: { after: { job } } };
}
