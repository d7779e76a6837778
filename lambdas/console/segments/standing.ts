import { type CounterSpec, counterKey } from '../../../domain/catalog/counter-spec.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { backfillId, reconcileId } from '../../decisions/census/begin.ts';
import { backfillsOf } from '../../decisions/census/owed.ts';
import { type JobsDependencies, progressOf } from './jobs.ts';

/** How far something that was published has got. */
export type Standing =
  | { readonly status: 'live' }
  /** Its past is being counted: it decides nothing about anybody yet. In [0, 1]. */
  | { readonly status: 'filling'; readonly progress: number }
  /** Its past could not be counted, and somebody has to have it begun anew. The reason is a word for programs. */
  | { readonly status: 'failed'; readonly reason: string }
  /** A publish has not reached everybody. */
  | { readonly status: 'reconciling'; readonly progress: number };

/** How far things that ask for some counters are, as of now. */
export async function standings(
  jobs: JobsDependencies['jobs'],
  { counters, reconcile }: Pick<LiveCatalog, 'counters' | 'reconcile'>,
): Promise<(asked: readonly CounterSpec[]) => Standing> {
  const waitsFor = new Map<string, Standing>();
  for (const [number, unfilled] of backfillsOf(counters)) {
    const standing = await backfillStanding(jobs, number);
    for (const { spec } of unfilled) waitsFor.set(counterKey(spec), standing);
  }
  const reached = await reconcileStanding(jobs, reconcile);
  return (asked) => {
    const waits = asked.flatMap((spec) => waitsFor.get(counterKey(spec)) ?? []);
    return waits.length === 0 ? reached : waits.reduce(worse);
  };
}

async function backfillStanding(jobs: JobsDependencies['jobs'], number: number): Promise<Standing> {
  const job = await jobs.read(backfillId(number));
  if (job === undefined) return { status: 'filling', progress: 0 };
  if (job.status === 'failed' || job.status === 'stopped') return { status: 'failed', reason: job.reason ?? 'unknown' };
  return { status: 'filling', progress: job.status === 'done' ? 1 : await progressOf(jobs, job) };
}

async function reconcileStanding(jobs: JobsDependencies['jobs'], number: number | undefined): Promise<Standing> {
  const job = number === undefined ? undefined : await jobs.read(reconcileId(number));
  if (job?.status !== 'running') return { status: 'live' };
  return { status: 'reconciling', progress: await progressOf(jobs, job) };
}

/** It waits for the slowest, and for ever for one that has failed. */
function worse(a: Standing, b: Standing): Standing {
  if (a.status === 'failed' || b.status !== 'filling') return a.status === 'failed' ? a : b;
  return a.status === 'filling' && a.progress <= b.progress ? a : b;
}
