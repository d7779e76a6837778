import type { NamedRelease } from '../../../domain/catalog/releases/next-release.ts';
import { SYSTEM } from '../../../domain/catalog/releases/release.ts';
import type { ReleaseSummary } from '../../adapters/catalog-store.ts';
import { problem } from '../api/answer.ts';
import { type CatalogDependencies, liveNumber } from './catalog.ts';

interface LiveRelease {
  readonly live: NamedRelease | undefined;
}

/**
 * Whether somebody who has looked at a release has seen what is live. A later one that has the same content is no news to
 * her: the system publishes one when what came before is counted.
 */
export async function hasSeen(
  { catalog }: Pick<CatalogDependencies, 'catalog'>,
  { live }: LiveRelease,
  expect: number,
): Promise<boolean> {
  if (liveNumber({ live }) === expect) return true;
  const seen = await catalog.find(expect);
  return seen !== undefined && JSON.stringify(seen.release.items) === JSON.stringify(live?.release.items);
}

type Winner = Pick<ReleaseSummary, 'number' | 'by' | 'publishedAt'>;

/** Somebody else has published since: looking again comes before publishing again. */
export async function movedOn({ catalog }: Pick<CatalogDependencies, 'catalog'>, winner: Winner | undefined) {
  if (winner === undefined)
    return problem(409, 'catalog_moved', 'Nothing is live yet: publish with "expect": 0.', { more: { number: 0 } });
  const person = isOfTheSystem(winner) ? await latestOfSomebody(catalog) : winner;
  const { number } = winner;
  const { by, publishedAt } = person;
  const at = new Date(publishedAt).toISOString();
  const followed =
    person === winner ? '' : `; release ${number}, of the same definitions, is what Perennial made of it`;
  return problem(
    409,
    'catalog_moved',
    `${by.name} has published release ${person.number} at ${at}${followed}. Look at it and publish again.`,
    { more: { number, by: by.name, publishedAt: at } },
  );
}

const isOfTheSystem = ({ by }: Winner): boolean => by.subject === SYSTEM.subject;

/** What the system publishes has nothing new to look at, and follows what somebody has published. */
async function latestOfSomebody(catalog: CatalogDependencies['catalog']): Promise<Winner> {
  for (let before: string | undefined; ; ) {
    const { releases, next } = await catalog.history(20, before);
    const found = releases.find((one) => !isOfTheSystem(one));
    if (found !== undefined) return found;
    if (next === undefined) throw new Error('The system has published before anybody');
    before = next;
  }
}
