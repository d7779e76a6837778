import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { idIn, isKnown, type UserKey } from '../../../domain/state/user-key.ts';
import type { ProfileScan } from '../../adapters/profile-scan.ts';
import { readableIn } from '../../decisions/census/scan-job.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { cursorOf } from '../api/cursor.ts';

export interface MembersDependencies {
  readonly scan: ProfileScan;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
}

/** Where a list of members goes on. */
export interface MembersPosition {
  readonly after: string;
}

export interface Members {
  readonly members: readonly { readonly userId: string; readonly since: string }[];
  readonly next?: string;
}

/** Pages of a megabyte that one request reads at most: a segment of few among millions comes in many answers with none. */
const MOST_PAGES = 10;

/** Who is in a segment as it stands in the profiles, read from the whole table until the answer is full. */
export async function membersOf(
  { scan, readLive }: MembersDependencies,
  key: string,
  limit: number,
  position: MembersPosition | undefined,
): Promise<Answer<200, Members>> {
  const segment = (await readLive())?.segments.find((one) => one.key === key);
  if (segment === undefined)
    return problem(404, 'unknown_segment', 'There is no such segment among what is published.');
  const members: { userId: string; since: string }[] = [];
  let after = position?.after as UserKey | undefined;
  for (let read = 0; read < MOST_PAGES; read++) {
    const page = await scan.page({ part: 0, of: 1 }, after);
    for (const profile of readableIn(page).profiles) {
      const since = profile.segments.get(segment.id);
      if (since === undefined || !isKnown(profile.key)) continue;
      members.push({ userId: idIn(profile.key), since: new Date(since).toISOString() });
      // Wherever a page is left, the next one can begin there.
      if (members.length === limit) return ok({ members, next: cursorOf({ after: profile.key }) });
    }
    after = page.next;
    if (after === undefined) return ok({ members });
  }
  return ok({ members, next: cursorOf({ after }) });
}
