import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { idIn, isKnown, type UserKey } from '../../../domain/state/user-key.ts';
import type { ProfileScan } from '../../adapters/profile-scan.ts';
import { readableIn } from '../../decisions/census/scan-job.ts';
import { type Answer, ok } from '../api/answer.ts';
import { cursorOf } from '../api/cursor.ts';
import { UNKNOWN_SEGMENT } from './segments.ts';

export interface MembersDependencies {
  readonly scan: ProfileScan;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Where a list of members goes on. */
export interface MembersPosition {
  readonly after: string;
}

export interface Members {
  readonly members: readonly { readonly userId: string; readonly since: string }[];
  readonly next: string | null;
}

/** Pages of a megabyte that one request reads at most: a segment of few among millions comes in many answers with none. */
const MOST_PAGES = 10;
/** After this (ms) no further page is begun: a table that throttles takes seconds for one, and the gateway waits for thirty. */
const LONGEST = 8_000;

/**
 * Who is in a segment as it stands in the profiles, read from the whole table until the answer is full, or enough was read
 * for one answer. Then it may have nobody, and goes on where it ended.
 */
export async function membersOf(
  { scan, readLive, now }: MembersDependencies,
  key: string,
  limit: number,
  position: MembersPosition | undefined,
): Promise<Answer<200, Members>> {
  const segment = (await readLive())?.segments.find((one) => one.key === key);
  if (segment === undefined) return UNKNOWN_SEGMENT;
  const members: { userId: string; since: string }[] = [];
  const until = now() + LONGEST;
  let after = position?.after as UserKey | undefined;
  for (let read = 0; read === 0 || (read < MOST_PAGES && now() < until); read++) {
    const page = await scan.page({ part: 0, of: 1 }, after);
    for (const profile of readableIn(page).profiles) {
      const since = profile.segments.get(segment.id);
      if (since === undefined || !isKnown(profile.key)) continue;
      members.push({ userId: idIn(profile.key), since: new Date(since).toISOString() });
      // Wherever a page is left, the next one can begin there.
      if (members.length === limit) return ok({ members, next: cursorOf({ after: profile.key }) });
    }
    after = page.next;
    if (after === undefined) return ok({ members, next: null });
  }
  return ok({ members, next: cursorOf({ after }) });
}
