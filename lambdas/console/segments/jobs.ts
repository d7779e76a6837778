import type { Tally } from '../../../domain/decisions/census/tally.ts';
import type { CensusTask } from '../../../domain/decisions/census/task.ts';
import { idIn } from '../../../domain/state/user-key.ts';
import type { Job, Jobs } from '../../adapters/jobs.ts';
import type { CensusState } from '../../decisions/census/state.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { ageOfLake, type Preview } from './preview.ts';

export interface JobsDependencies {
  readonly jobs: Pick<Jobs<CensusTask, CensusState>, 'read' | 'slices'>;
}

export type JobResult =
  | { readonly preview: Preview }
  | { readonly changes: Changes }
  | { readonly enrolled: Enrolled }
  | { readonly filled: { readonly people: number; readonly missing: number } };

/** What came of an occurrence of a scheduled journey: how many people were asked, and how many it was for. */
interface Enrolled {
  readonly people: number;
  readonly enrolled: number;
  readonly unreadable: number;
}

/** What a publish changes, or would change: by segment and by stage, who comes to be in it and who ceases to be. */
type Changes = Pick<
  Tally,
  'people' | 'unreadable' | 'differing' | 'changing' | 'entering' | 'leaving' | 'enteringStage' | 'leavingStage'
>;

export interface JobView {
  readonly id: string;
  readonly kind: CensusTask['kind'];
  readonly status: 'running' | 'done' | 'stopped' | 'failed';
  /** In [0, 1]. */
  readonly progress: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly reason?: string;
  /** The reason in words. */
  readonly detail?: string;
  readonly result?: JobResult;
}

const REASONS: Readonly<Record<string, string>> = {
  'newer-publish': 'Something else was published meanwhile: what was asked is out of date.',
  cancelled: 'Somebody has cancelled it.',
  'journey-stopped': 'The journey was closed, stopped or taken away.',
  'journey-changed': 'Its schedule was changed while it was at work.',
  'too-late': 'Its time came more than a day before anybody could begin it, or it was paused for longer than that.',
  'took-too-long': 'It has not ended within two weeks.',
  'lake-failed': 'The lake did not answer: see what Athena says of the query.',
  'lake-took-too-long': 'The lake has not answered within half an hour; the query was stopped.',
  'lake-too-many':
    'What profiles do not count would have to come from the lake for more than 500,000 people at once. Ask for a rarer event or a shorter window, or publish it: filling has no such limit.',
};

/** How a job is getting on, and what came of it. */
export async function viewJob({ jobs }: JobsDependencies, id: string): Promise<Answer<200, JobView>> {
  const job = await jobs.read(id);
  if (job === undefined) return problem(404, 'unknown_job', 'There is no such job; they are forgotten after a month.');
  const { task, status, startedAt, endedAt, reason, result } = job;
  return ok({
    id,
    kind: task.kind,
    status,
    progress: status === 'done' ? 1 : await progressOf(jobs, job),
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
    ...(reason !== undefined && { reason, detail: REASONS[reason] ?? 'It cannot go on.' }),
    ...(result !== undefined && { result: resultOf(task, result) }),
  });
}

/** Of a pass over everybody, how many slices are through; of a backfill, sending is the first half and arriving the second. */
export async function progressOf(jobs: JobsDependencies['jobs'], { id, slices }: Job<CensusTask>): Promise<number> {
  const begun = await jobs.slices(id);
  const [only] = begun;
  if (only?.state.kind === 'backfill') {
    const { phase, sent, committed } = only.state;
    if (phase === 'checking') return 0.5 + (sent === 0 ? 0 : committed / sent / 2);
    // Nobody knows how many there are before they are sent.
    return sent === 0 ? 0 : 0.25;
  }
  return begun.filter(({ done }) => done).length / slices;
}

function resultOf(task: CensusTask, result: unknown): JobResult {
  if (task.kind === 'backfill') return { filled: result as { people: number; missing: number } };
  if (task.kind === 'enrol') return { enrolled: result as Enrolled };
  const tally = result as Tally;
  if (task.kind === 'preview')
    return {
      preview: {
        count: tally.matching,
        total: tally.people,
        exact: true,
        sample: tally.sample.map(idIn),
        ...(task.overlap !== undefined && { overlap: { segment: task.overlap, count: tally.overlapping } }),
        asOf: new Date(task.at).toISOString(),
        ...(task.queries.length > 0 && { lake: { age: ageOfLake(task.at) } }),
      },
    };
  const { people, unreadable, differing, changing, entering, leaving, enteringStage, leavingStage } = tally;
  return { changes: { people, unreadable, differing, changing, entering, leaving, enteringStage, leavingStage } };
}
