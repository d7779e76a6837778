import { type Problem, warning } from '../../../domain/catalog/problems/problem.ts';
import type { Release } from '../../../domain/catalog/releases/release.ts';
import type { Published } from '../../adapters/catalog-store.ts';
import { errorName } from '../../runtime/log.ts';
import type { CatalogDependencies } from './catalog.ts';

export type MadeLive =
  | Extract<Published, { readonly outcome: 'conflict' }>
  /** `later`: what nobody could be told to begin yet. */
  | { readonly outcome: 'live'; readonly later: readonly Problem[] };

/** Makes a release live whose parts are stored, and begins what it is owed. */
export async function makeLive(dependencies: CatalogDependencies, release: Release): Promise<MadeLive> {
  // Before it is live, so that nobody has to know if we die when it is.
  await dependencies.announce();
  const published = await dependencies.catalog.publish(release);
  if (published.outcome === 'conflict') return published;
  return { outcome: 'live', later: await beginWhatIsOwed(dependencies, release) };
}

/** It is live whether or not everybody could be told to look anew; in a minute somebody looks what was not begun. */
async function beginWhatIsOwed(
  { beginOwed, log }: CatalogDependencies,
  { reconcile, registry }: Release,
): Promise<readonly Problem[]> {
  try {
    await beginOwed({ counters: registry.counters, ...(reconcile !== undefined && { reconcile }) });
    return [];
  } catch (thrown) {
    log('reconcile-not-begun', { error: errorName(thrown) });
    return [warning('', 'changed-meanwhile', 'this is live, and everybody is looked at anew a minute or more later')];
  }
}
