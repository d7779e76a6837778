import { addTallies, type Tally } from '../../../domain/decisions/census/tally.ts';
import { hash48 } from '../../../domain/hash.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import type { UserKey } from '../../../domain/state/user-key.ts';
import type { ProfileScan } from '../../adapters/profile-scan.ts';
import { readableIn } from '../../decisions/census/scan-job.ts';
import { eachOf } from '../../runtime/concurrency.ts';

export interface QuickScan {
  /** What was found in the slices that were done in time. */
  readonly tally: Tally;
  /** How many slices were done, of how many. */
  readonly done: number;
  readonly of: number;
}

/** A slice should be a page or two, so that many are done even where all are not. */
const PEOPLE_PER_SLICE = 1_000;
const FEWEST = 16;
const MOST = 1_024;
/** Where nobody has counted people yet. */
const USUAL = 64;
/** A worker of the admin API unpacks one page while others are on their way. */
const SLICES_AT_ONCE = 6;

export const quickSlicesFor = (people: number | undefined): number =>
  people === undefined ? USUAL : Math.min(MOST, Math.max(FEWEST, Math.ceil(people / PEOPLE_PER_SLICE)));

/**
 * Looks at everybody, slice by slice, for as long as there is time. The slices' order follows from the seed and has nothing
 * to do with who is in them: those done are a random sample. One that is not done is left out whole, because who comes
 * first in a slice takes no longer than others, but a slice with more people does.
 */
export async function scanQuickly(
  scan: ProfileScan,
  of: number,
  seed: string,
  lookAt: (profiles: readonly Profile[]) => Tally,
  hasTime: () => boolean,
): Promise<QuickScan> {
  const order = Array.from({ length: of }, (_, part) => ({ part, place: hash48(`${seed}/${part}`) }));
  order.sort((a, b) => a.place - b.place);
  const done: Tally[] = [];
  await eachOf(order, SLICES_AT_ONCE, async ({ part }) => {
    const found: Tally[] = [];
    let after: UserKey | undefined;
    do {
      if (!hasTime()) return;
      const page = await scan.page({ part, of }, after);
      const { profiles, unreadable } = readableIn(page);
      found.push({ ...lookAt(profiles), unreadable });
      after = page.next;
    } while (after !== undefined);
    done.push(addTallies(found));
  });
  return { tally: addTallies(done), done: done.length, of };
}
