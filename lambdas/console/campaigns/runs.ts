import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import type { CensusTask } from '../../../domain/decisions/census/task.ts';
import type { Jobs } from '../../adapters/jobs.ts';
import type { Schedules } from '../../adapters/schedules.ts';
import type { CensusState } from '../../decisions/census/state.ts';
import { type Answer, ok, problem } from '../api/answer.ts';

export interface CampaignRunsDependencies {
  readonly jobs: Pick<Jobs<CensusTask, CensusState>, 'read' | 'slices' | 'end'>;
  readonly schedules: Pick<Schedules, 'list'>;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface CampaignRun {
  /** Its day and time of day. */
  readonly occurrence: string;
  readonly job: string;
  readonly status: 'running' | 'done' | 'stopped' | 'failed';
  readonly reason?: string;
  /** In [0, 1]: of everybody, how many were looked at. */
  readonly progress: number;
  readonly people: number;
  readonly enrolled: number;
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** Nobody looks at more of them at once. */
const SHOWN = 50;

/** The occurrences of a scheduled journey or campaign that were begun in the last month, the latest first. */
export async function campaignRuns(
  dependencies: CampaignRunsDependencies,
  key: string,
): Promise<Answer<200, { readonly runs: readonly CampaignRun[] }>> {
  const { schedules, readLive } = dependencies;
  const begun = await schedules.list(key);
  if (begun.length === 0 && !isThere(await readLive(), key)) return unknownCampaign(key);
  const runs = await Promise.all(begun.slice(0, SHOWN).map((one) => runOf(dependencies, one.occurrence, one.job)));
  return ok({ runs: runs.filter((run) => run !== undefined) });
}

/** Ends the enrolment that is at work: who was enrolled goes on. */
export async function cancelCampaign(
  dependencies: CampaignRunsDependencies,
  key: string,
): Promise<Answer<200, { readonly runs: readonly CampaignRun[] }>> {
  const { jobs, schedules, now } = dependencies;
  const begun = (await schedules.list(key)).slice(0, SHOWN);
  if (begun.length === 0) return unknownCampaign(key);
  const ended: string[] = [];
  for (const { job, occurrence } of begun) {
    if ((await jobs.read(job))?.status !== 'running') continue;
    await jobs.end(job, { status: 'stopped', at: now(), reason: 'cancelled' });
    ended.push(occurrence);
  }
  if (ended.length === 0) return problem(409, 'nothing_running', 'Nobody is being enrolled at the moment.');
  const runs = await Promise.all(begun.map((one) => runOf(dependencies, one.occurrence, one.job)));
  return ok({ runs: runs.filter((run) => run !== undefined) }, { after: { cancelled: ended } });
}

const isThere = (live: LiveCatalog | undefined, key: string): boolean =>
  live?.journeys?.some((journey) => journey.key === key) === true;

const unknownCampaign = (key: string) =>
  problem(404, 'unknown_campaign', `Nothing called ${key} is live, or was begun within a month.`);

async function runOf(
  { jobs }: CampaignRunsDependencies,
  occurrence: string,
  id: string,
): Promise<CampaignRun | undefined> {
  const job = await jobs.read(id);
  if (job === undefined) return undefined;
  const slices = await jobs.slices(id);
  const tallies = slices.flatMap(({ state }) => (state.kind === 'enrol' ? [state.tally] : []));
  const sum = (of: 'people' | 'matching') => tallies.reduce((total, tally) => total + tally[of], 0);
  return {
    ...{ occurrence, job: id, status: job.status, ...(job.reason !== undefined && { reason: job.reason }) },
    progress: job.status === 'done' ? 1 : slices.filter(({ done }) => done).length / job.slices,
    ...{ people: sum('people'), enrolled: sum('matching') },
    startedAt: new Date(job.startedAt).toISOString(),
    ...(job.endedAt !== undefined && { endedAt: new Date(job.endedAt).toISOString() }),
  };
}
