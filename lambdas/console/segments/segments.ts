import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import type { CensusTask } from '../../../domain/decisions/census/task.ts';
import type { Job } from '../../adapters/jobs.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import { type BeginDependencies, backfillId, beginJob, reconcileId, slicesFor } from '../../decisions/census/begin.ts';
import { type Answer, type Done, ok, problem } from '../api/answer.ts';
import { type JobsDependencies, progressOf } from './jobs.ts';

export interface SegmentsDependencies extends JobsDependencies {
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
}

export interface SegmentView {
  readonly key: string;
  /** `filling`: nobody enters or leaves yet. `reconciling`: a publish has not reached everybody. */
  readonly status: 'live' | 'filling' | 'reconciling';
  /** Of what is going on: in [0, 1]. */
  readonly progress?: number;
  readonly members?: number;
  readonly countedAt?: string;
}

/** The live segments, how far each has got, and how many were in it when everybody was last looked at. */
export async function listSegments({
  jobs,
  readLive,
  lastCensus,
}: SegmentsDependencies): Promise<Done<200, { readonly segments: readonly SegmentView[] }>> {
  const [live, census] = await Promise.all([readLive(), lastCensus.read()]);
  const { segments = [], number = 0 } = live ?? {};
  const isFilling = segments.some(({ filling }) => filling === true);
  const reconcile = await progress(jobs, number, reconcileId);
  const backfill = isFilling ? await progress(jobs, number, backfillId) : undefined;
  const statusOf = (filling: boolean) => {
    if (filling) return { status: 'filling', progress: backfill ?? 0 } as const;
    return reconcile === undefined
      ? ({ status: 'live' } as const)
      : ({ status: 'reconciling', progress: reconcile } as const);
  };
  const countOf = (key: string, filling: boolean) =>
    census === undefined || filling
      ? {}
      : { members: census.members[key] ?? 0, countedAt: new Date(census.at).toISOString() };
  return ok({
    segments: segments.map(({ key, filling = false }) => ({ key, ...statusOf(filling), ...countOf(key, filling) })),
  });
}

/** Not every publish begins a job: the last one that did is looked for among so many. */
const LOOK_BACK = 20;

/** How far the latest job of a kind is; undefined when it has ended, or there was none. */
async function progress(
  jobs: SegmentsDependencies['jobs'],
  number: number,
  idOf: (number: number) => string,
): Promise<number | undefined> {
  for (let one = number; one > Math.max(0, number - LOOK_BACK); one--) {
    const job: Job<CensusTask> | undefined = await jobs.read(idOf(one));
    if (job !== undefined) return job.status === 'running' ? progressOf(jobs, job) : undefined;
  }
  return undefined;
}

/** Begins the reconcile of what is live, or sends its slices out once more: for when whoever published could not. */
export async function reconcileAgain(
  dependencies: Omit<SegmentsDependencies, 'jobs'> & BeginDependencies & { readonly now: () => number },
): Promise<Answer<202, { readonly job: string }>> {
  const { readLive, lastCensus, now } = dependencies;
  const live = await readLive();
  if (live === undefined) return problem(409, 'nothing_published', 'Nothing was published yet.');
  const job = reconcileId(live.number);
  const slices = slicesFor((await lastCensus.read())?.people);
  const task = { kind: 'reconcile', number: live.number } as const;
  await beginJob(dependencies, { id: job, task, slices, startedAt: now() });
  return { status: 202, body: { job }, change: { after: { job } } };
}
