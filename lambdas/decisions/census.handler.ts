import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import {
  decodeJobMessage,
  encodeJobMessage,
  type JobMessage,
  OWED,
  SCHEDULES,
} from '../../domain/decisions/census/job-message.ts';
import type { CensusTask } from '../../domain/decisions/census/task.ts';
import type { Job } from '../adapters/jobs.ts';
import type { LastCensusStore } from '../adapters/last-census.ts';
import type { Queue } from '../adapters/queue.ts';
import type { Log } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';
import { type BackfillDependencies, backfill } from './census/backfill.ts';
import { type EnrolDependencies, type EnrolOutcome, enrolling } from './census/enrol.ts';
import { giveUp } from './census/lake-past.ts';
import { asking, type LookAtDependencies, reconciling } from './census/look-at.ts';
import { beginOwed } from './census/owed.ts';
import { type LookAt, type ScanDependencies, wholeTally, workOnSlice } from './census/scan-job.ts';
import { beginScheduled, type SchedulesDependencies } from './census/schedules.ts';

export interface CensusDependencies
  extends ScanDependencies,
    LookAtDependencies,
    BackfillDependencies,
    EnrolDependencies,
    Pick<SchedulesDependencies, 'schedules' | 'cursor'> {
  /** Its own queue: what one invocation does not get done, it sends itself. */
  readonly census: Queue;
  readonly lastCensus: LastCensusStore;
  /** Publishes that these counters are filled, and begins the reconcile that follows from it. May be asked twice. */
  readonly publishFilled: (counters: readonly number[]) => Promise<void>;
  /** For how long one invocation goes on (ms). */
  readonly goOnFor: number;
  readonly log: Log;
}

/** A job that has not ended after so long (ms) never will: the longest wait for dead letters is two weeks. */
const LONGEST = 14 * 86_400_000;
/** Nobody waits any longer for what the lake says to a question (ms). */
const LONGEST_IN_LAKE = 30 * 60_000;
const ASK_AGAIN = 5;

/**
 * Works on slices of jobs: passes over all profiles that ask something or tell who is to ask anew, and backfills. A message
 * only names a slice; how far it is stands with the job. So a message that comes twice changes nothing, and one that fails
 * comes again and goes on from there.
 */
export function censusOf(dependencies: CensusDependencies): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const ask = asking(dependencies);
  const enrol = enrolling(dependencies);
  return ({ Records }) =>
    eachMessage(Records, ({ body }) => workOn(dependencies, { ask, enrol }, decodeJobMessage(body)), dependencies.log);
}

/** What they compile, they keep for all slices that one worker works on. */
interface Workers {
  readonly ask: ReturnType<typeof asking>;
  readonly enrol: ReturnType<typeof enrolling>;
}

async function workOn(dependencies: CensusDependencies, { ask, enrol }: Workers, message: JobMessage): Promise<void> {
  const { jobs, now, goOnFor } = dependencies;
  if (message.job === OWED.job || message.job === SCHEDULES.job) return beginWhatIsOwed(dependencies);
  const job = await jobs.read(message.job);
  if (job === undefined || job.status !== 'running') return;
  const startedAt = now();
  if (startedAt - job.startedAt > LONGEST) return fail(dependencies, job, 'took-too-long');
  const mayGoOn = () => now() - startedAt < goOnFor;

  const { task } = job;
  if (task.kind === 'backfill') {
    const outcome = await backfill(dependencies, job, task, mayGoOn);
    if (outcome.outcome === 'later') return again(dependencies, message, outcome.seconds);
    if (outcome.outcome === 'failed') return fail(dependencies, job, outcome.reason);
    if (outcome.outcome === 'overtaken') return undefined;
    // Before the job ends: whoever comes again for it finds it running and publishes, which only the first does.
    await dependencies.publishFilled(task.counters.map(({ id }) => id));
    return end(dependencies, job, { people: outcome.people, missing: outcome.missing });
  }
  if (task.kind === 'reconcile')
    return scan(dependencies, job, message, reconciling(dependencies, job, task.number), mayGoOn);
  if (task.kind === 'enrol')
    return afterEnrolling(dependencies, job, message, await enrol(job, task, message.slice, mayGoOn));
  const asked = await ask(job, task);
  if (asked.outcome === 'waits')
    return startedAt - job.startedAt > LONGEST_IN_LAKE
      ? fail(dependencies, job, 'lake-took-too-long')
      : again(dependencies, message, ASK_AGAIN);
  if (asked.outcome === 'fails') return fail(dependencies, job, asked.reason);
  return scan(dependencies, job, message, asked.lookAt, mayGoOn);
}

async function beginWhatIsOwed(dependencies: CensusDependencies): Promise<void> {
  const live = await dependencies.readLive();
  if (live === undefined) return;
  await beginScheduled(dependencies, live);
  await beginOwed(dependencies, live);
}

async function scan(
  dependencies: CensusDependencies,
  job: Job<CensusTask>,
  message: JobMessage,
  lookAt: LookAt,
  mayGoOn: () => boolean,
): Promise<void> {
  const { jobs, now, lastCensus } = dependencies;
  const outcome = await workOnSlice(dependencies, job, message.slice, lookAt, mayGoOn);
  if (outcome === 'time-is-up') return again(dependencies, message, 0);
  if (outcome === 'stopped') {
    await jobs.end(job.id, { status: 'stopped', at: now(), reason: 'newer-publish' });
    return undefined;
  }
  if (outcome === 'overtaken') return undefined;
  const tally = await wholeTally(jobs, job);
  if (tally === undefined) return undefined;
  if (job.task.kind === 'reconcile') {
    const { people, members, inStage } = tally;
    await lastCensus.write({ at: now(), number: job.task.number, people, members, inStage });
  }
  return end(dependencies, job, tally);
}

async function afterEnrolling(
  dependencies: CensusDependencies,
  job: Job<CensusTask>,
  message: JobMessage,
  outcome: EnrolOutcome,
): Promise<void> {
  const { jobs, now } = dependencies;
  if (outcome.outcome === 'later') return again(dependencies, message, outcome.seconds);
  if (outcome.outcome === 'stopped') {
    await jobs.end(job.id, { status: 'stopped', at: now(), reason: outcome.reason });
    return undefined;
  }
  if (outcome.outcome !== 'done') return undefined;
  const tally = await wholeTally(jobs, job);
  if (tally === undefined) return undefined;
  const { people, matching, unreadable } = tally;
  return end(dependencies, job, { people, enrolled: matching, unreadable });
}

async function again({ census }: CensusDependencies, message: JobMessage, delaySeconds: number): Promise<void> {
  const refused = await census.send([{ body: encodeJobMessage(message), group: message.job, delaySeconds }]);
  // The message itself comes again then.
  if (refused.length > 0) throw new Error('The census queue did not take the rest of a slice');
}

async function end({ jobs, now }: CensusDependencies, { id }: Job<CensusTask>, result: object): Promise<void> {
  await jobs.end(id, { status: 'done', at: now(), result });
}

/** What it has asked of the lake goes on costing money until it is stopped. */
async function fail(
  { jobs, lake, now, log }: CensusDependencies,
  { id, task }: Job<CensusTask>,
  reason: string,
): Promise<void> {
  log(task.kind === 'backfill' ? 'backfill-failed' : 'job-failed', { reason });
  await jobs.end(id, { status: 'failed', at: now(), reason });
  if (task.kind === 'count' || task.kind === 'preview') return giveUp(lake, task.queries);
  const only = await jobs.slice(id, 0);
  if (only?.state.kind === 'backfill') await giveUp(lake, only.state.queries);
}
