import { encodeJobMessage } from '../../../domain/decisions/census/job-message.ts';
import type { CensusTask } from '../../../domain/decisions/census/task.ts';
import type { Jobs, NewJob } from '../../adapters/jobs.ts';
import type { Queue } from '../../adapters/queue.ts';
import type { CensusState } from './state.ts';

export interface BeginDependencies {
  readonly jobs: Pick<Jobs<CensusTask, CensusState>, 'create' | 'read' | 'queued'>;
  readonly census: Queue;
}

/**
 * Begins a job. Who repeats it, because he cannot know whether it had begun, begins nothing new: the slices' messages go
 * out once more, and find how far their slices are.
 */
export async function beginJob(
  { jobs, census }: BeginDependencies,
  job: NewJob<CensusTask>,
  delaySeconds = 0,
): Promise<'begun' | 'had-begun'> {
  const created = await jobs.create(job);
  const messages = Array.from({ length: job.slices }, (_, slice) => ({
    body: encodeJobMessage({ job: job.id, slice }),
    group: job.id,
    delaySeconds,
  }));
  if ((await census.send(messages)).length > 0) throw new Error('The census queue did not take every slice');
  await jobs.queued(job.id);
  return created === 'created' ? 'begun' : 'had-begun';
}

/** A slice should be worked through in some minutes, and there are at most as many as one looks at at once. */
const PEOPLE_PER_SLICE = 20_000;
const MOST_SLICES = 100;
/** Where nobody has counted people yet. */
const USUAL_SLICES = 8;

/** @param people how many there were when everybody was last looked at */
export const slicesFor = (people: number | undefined): number =>
  people === undefined ? USUAL_SLICES : Math.min(MOST_SLICES, Math.max(1, Math.ceil(people / PEOPLE_PER_SLICE)));

export const reconcileId = (number: number): string => `reconcile-${number}`;
export const backfillId = (number: number): string => `backfill-${number}`;
/** @param occurrence its name */
export const enrolId = (journey: string, occurrence: string): string => `enrol-${journey}-${occurrence}`;
/** Of a job that somebody has asked for by a request. */
export const jobIdOf = (kind: 'preview' | 'count' | 'reconcile', request: string): string =>
  `${kind}-${request.replaceAll(/[^\w-]/g, '')}`;
