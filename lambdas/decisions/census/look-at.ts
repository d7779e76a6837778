import type { LiveCatalog, RegisteredCounter } from '../../../domain/catalog/live-catalog.ts';
import { askAll, compileDraft, compileDraftCatalog } from '../../../domain/decisions/census/draft.ts';
import { lookAtAll, reconcileInput } from '../../../domain/decisions/census/look.ts';
import { type Past, withPast } from '../../../domain/decisions/census/past.ts';
import type { CensusTask, CountTask, PreviewTask } from '../../../domain/decisions/census/task.ts';
import { encodeInputs } from '../../../domain/state/input-message.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Job, Jobs } from '../../adapters/jobs.ts';
import type { LakeQueries } from '../../adapters/lake-query.ts';
import type { Queue } from '../../adapters/queue.ts';
import { chunksOf } from '../../runtime/concurrency.ts';
import type { LivePlan } from '../../state/live-plan.ts';
import { reconcileId } from './begin.ts';
import { readPast } from './lake-past.ts';
import type { LookAt } from './scan-job.ts';
import type { CensusState } from './state.ts';

export interface LookAtDependencies {
  readonly jobs: Jobs<CensusTask, CensusState>;
  readonly plans: LivePlan;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly lake: LakeQueries;
  readonly bulk: Queue;
  readonly zone: Zone;
}

/** `waits`: the lake has not answered yet. */
export type LookAtOrWhyNot =
  | { readonly outcome: 'look'; readonly lookAt: LookAt }
  | { readonly outcome: 'waits' }
  | { readonly outcome: 'fails'; readonly reason: string };

/** A worker's batch of ten messages should hold no more people than it can commit in a few seconds. */
const USERS_PER_MESSAGE = 100;

/**
 * Tells whoever a publish has changed to ask anew, and nobody else. A later publish that begins a reconcile of its own puts
 * an end to this one; one that does not is obeyed by this one.
 */
export function reconciling({ jobs, plans, bulk }: LookAtDependencies, job: Job<CensusTask>, number: number): LookAt {
  return async (profiles) => {
    const plan = await plans.atLeast(number);
    if (plan.number < number) throw new Error('The release to reconcile with is not live yet');
    for (let later = number + 1; later <= plan.number; later++)
      if ((await jobs.read(reconcileId(later))) !== undefined) return 'stop';
    const { tally, differing } = lookAtAll(profiles, plan);
    const messages = chunksOf(differing, USERS_PER_MESSAGE).flatMap((users) =>
      encodeInputs(users.map((user) => reconcileInput(user, plan))).map((body) => ({ body, group: job.id })),
    );
    if ((await bulk.send(messages)).length > 0) throw new Error('The bulk queue did not take everybody');
    return tally;
  };
}

/** What the tasks that only ask are answered from, made once for all slices of a job that one worker works on. */
export function asking({ readLive, lake, zone }: LookAtDependencies) {
  let latest: { readonly id: string; readonly lookAt: LookAt } | undefined;

  async function lookFor(task: CountTask | PreviewTask): Promise<LookAtOrWhyNot> {
    const live = (await readLive()) ?? NOTHING_LIVE;
    if (task.kind === 'count') {
      // Its ids follow from what was live; what somebody has published since may have given them to something else.
      if (task.catalog.number !== live.number + 1) return { outcome: 'fails', reason: 'newer-publish' };
      const { plan } = compileDraftCatalog(task.catalog, live, zone);
      return withLake(
        task.queries,
        task.uncounted,
        (past) => async (profiles) =>
          lookAtAll(past === undefined ? profiles : profiles.map((one) => withPast(one, past)), plan).tally,
      );
    }
    const draft = compileDraft(task.where, task.overlap, live, zone);
    return withLake(
      task.queries,
      draft.uncounted,
      (past) => async (profiles) =>
        askAll(past === undefined ? profiles : profiles.map((one) => withPast(one, past)), draft, task.at),
    );
  }

  async function withLake(
    queries: readonly string[],
    uncounted: readonly RegisteredCounter[],
    lookAtWith: (past: Past | undefined) => LookAt,
  ): Promise<LookAtOrWhyNot> {
    if (queries.length === 0) return { outcome: 'look', lookAt: lookAtWith(undefined) };
    const answer = await readPast(lake, queries, uncounted, zone);
    if (answer.outcome === 'running') return { outcome: 'waits' };
    if (answer.outcome !== 'past') return { outcome: 'fails', reason: `lake-${answer.outcome}` };
    return { outcome: 'look', lookAt: lookAtWith(answer.past) };
  }

  return async ({ id }: Job<CensusTask>, task: CountTask | PreviewTask): Promise<LookAtOrWhyNot> => {
    if (latest?.id === id) return { outcome: 'look', lookAt: latest.lookAt };
    const found = await lookFor(task);
    if (found.outcome === 'look') latest = { id, lookAt: found.lookAt };
    return found;
  };
}

const NOTHING_LIVE: LiveCatalog = { number: 0, publishedAt: 0, segments: [], counters: [] };
