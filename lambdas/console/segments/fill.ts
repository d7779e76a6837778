import { refilledRelease } from '../../../domain/catalog/releases/next-release.ts';
import type { Publisher } from '../../../domain/catalog/releases/release.ts';
import type { CatalogStore } from '../../adapters/catalog-store.ts';
import { backfillId } from '../../decisions/census/begin.ts';
import { announce, backfillsOf, beginOwed, type OwedDependencies } from '../../decisions/census/owed.ts';
import { type Answer, problem } from '../api/answer.ts';
import type { SegmentsDependencies } from './segments.ts';

export interface FillDependencies extends OwedDependencies, Pick<SegmentsDependencies, 'readLive'> {
  readonly catalog: Pick<CatalogStore, 'republish'>;
}

/**
 * Begins anew what should have counted the past of segments and stages and has failed, by a release of the same definitions
 * whose own backfill does it; begins what nobody has begun, and leaves alone what is under way. So it may be asked twice.
 */
export async function fillAgain(
  dependencies: FillDependencies,
  by: Publisher,
): Promise<Answer<202, { readonly jobs: readonly string[] }>> {
  const { catalog, readLive, jobs, census, now } = dependencies;
  const live = await readLive();
  if (live === undefined) return problem(409, 'nothing_published', 'Nothing was published yet.');
  const failed = new Set<number>();
  for (const number of backfillsOf(live.counters).keys()) {
    const status = (await jobs.read(backfillId(number)))?.status;
    if (status === 'failed' || status === 'stopped') failed.add(number);
  }
  if (failed.size > 0) {
    await announce(census);
    await catalog.republish((current) => refilledRelease(current, failed, now(), by));
  }
  const after = (await readLive()) ?? live;
  await beginOwed(dependencies, after);
  const begun = [...backfillsOf(after.counters).keys()].map(backfillId);
  return { status: 202, body: { jobs: begun }, change: { after: { jobs: begun } } };
}
