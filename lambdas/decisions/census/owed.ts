import type { LiveCatalog, RegisteredCounter } from '../../../domain/catalog/live-catalog.ts';
import { encodeJobMessage, OWED } from '../../../domain/decisions/census/job-message.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import type { Queue } from '../../adapters/queue.ts';
import { type BeginDependencies, backfillId, beginJob, reconcileId, slicesFor } from './begin.ts';

/** What a release that is live has to have done: that everybody is looked at, and what profiles have not counted is. */
export type Owing = Pick<LiveCatalog, 'reconcile' | 'counters'>;

export interface OwedDependencies extends BeginDependencies {
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * A worker knows what was live ten seconds ago and works on a batch for a minute at most (s). Of somebody whom it commits by
 * the old catalog after she was looked at by the new one, nobody would ask until she does something again.
 */
const UNTIL_ALL_WORKERS_KNOW = 75;

/** Counters begin a minute after the publish, and what came before needs two to be in the lake (s). */
const UNTIL_SETTLED = 180;

/**
 * Begins what a live release is owed and nobody has begun. May be asked as often as anybody likes. Rejects when a queue or
 * table refused: the release is live all the same, and somebody has to ask again.
 */
export async function beginOwed(dependencies: OwedDependencies, { reconcile, counters }: Owing): Promise<void> {
  const startedAt = dependencies.now();
  for (const [number, unfilled] of backfillsOf(counters)) {
    const task = { kind: 'backfill', number, counters: unfilled } as const;
    await beginMissing(dependencies, { id: backfillId(number), task, slices: 1, startedAt }, UNTIL_SETTLED);
  }
  if (reconcile === undefined) return;
  // Its job is forgotten after a month; that everybody was looked at is not.
  const last = await dependencies.lastCensus.read();
  if (last !== undefined && last.number >= reconcile) return;
  const task = { kind: 'reconcile', number: reconcile } as const;
  await beginMissing(
    dependencies,
    { id: reconcileId(reconcile), task, slices: slicesFor(last?.people), startedAt },
    UNTIL_ALL_WORKERS_KNOW,
  );
}

export async function beginMissing(
  dependencies: BeginDependencies,
  job: Parameters<typeof beginJob>[1],
  delaySeconds = 0,
): Promise<void> {
  if ((await dependencies.jobs.read(job.id))?.queued !== true) await beginJob(dependencies, job, delaySeconds);
}

/** What still has to be counted from the lake, by the number of the release whose backfill does it. */
export function backfillsOf(counters: readonly RegisteredCounter[]): ReadonlyMap<number, readonly RegisteredCounter[]> {
  const found = new Map<number, RegisteredCounter[]>();
  for (const counter of counters)
    if (counter.backfill !== undefined) found.set(counter.backfill, [...(found.get(counter.backfill) ?? []), counter]);
  return found;
}

/** Longer than a request that publishes can take (s). */
const LOOK_AFTER = 60;

/**
 * Has somebody look in a minute what is live then, and begin what it is owed. Goes out before a pointer moves: who dies
 * right after moving it has left nothing undone.
 */
export async function announce(census: Queue): Promise<void> {
  const refused = await census.send([{ body: encodeJobMessage(OWED), group: OWED.job, delaySeconds: LOOK_AFTER }]);
  if (refused.length > 0) throw new Error('The census queue did not take what has to follow a publish');
}
