import type { RegisteredCounter } from '../../../domain/catalog/live-catalog.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import { type BeginDependencies, backfillId, beginJob, reconcileId, slicesFor } from './begin.ts';

/** A release that has become live. */
export interface Published {
  readonly number: number;
  /** Whether somebody may be in another stage or segment by it. */
  readonly needsReconcile: boolean;
  /** The counters for which what was received before has to be counted from the lake. */
  readonly backfill: readonly RegisteredCounter[];
}

export interface AfterPublishDependencies extends BeginDependencies {
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Counters begin a minute after the publish, and what came before needs two to be in the lake (s). */
const UNTIL_SETTLED = 180;

/**
 * Has a release reach everybody; answers with the reconcile's id, if it needs one. May be asked twice. Rejects when a queue
 * or table refused: the release is live all the same, and somebody has to ask again.
 */
export async function afterPublish(
  dependencies: AfterPublishDependencies,
  { number, needsReconcile, backfill }: Published,
): Promise<string | undefined> {
  const startedAt = dependencies.now();
  if (backfill.length > 0) {
    const task = { kind: 'backfill', number, counters: backfill } as const;
    await beginJob(dependencies, { id: backfillId(number), task, slices: 1, startedAt }, UNTIL_SETTLED);
  }
  if (!needsReconcile) return undefined;
  const slices = slicesFor((await dependencies.lastCensus.read())?.people);
  const id = reconcileId(number);
  await beginJob(dependencies, { id, task: { kind: 'reconcile', number }, slices, startedAt });
  return id;
}
