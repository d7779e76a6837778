import type { UserKey } from '../../../domain/state/user-key.ts';
import { knownKey } from '../../../domain/state/user-key.ts';
import type { Followed, ProfileFollower } from '../../adapters/profile-store.ts';
import type { TimelineLine, TimelineReader } from '../../adapters/timeline.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { cursorOf } from '../api/cursor.ts';
import { type BecameOfDependencies, becameOf } from '../trace/became-of.ts';
import type { Trace } from '../trace/trace-schema.ts';

export interface TimelineDependencies extends BecameOfDependencies {
  readonly profiles: ProfileFollower;
  readonly timeline: Pick<TimelineReader, 'newest'>;
}

/** Where a timeline goes on. */
export interface TimelinePosition {
  readonly before: string;
}

interface TimelinePage {
  readonly effects: Trace['effects'];
  readonly next: string | null;
}

/** Somebody has a few ids; each has lines of its own, from before it was known whose it is. */
const MOST_IDS = 20;
const READS_AT_ONCE = 10;

/** What was decided about a person under all her user ids, newest first, and of messages what became of them. */
export async function timelineOf(
  dependencies: TimelineDependencies,
  userId: string,
  limit: number,
  position: TimelinePosition | undefined,
): Promise<Answer<200, TimelinePage>> {
  const followed = await dependencies.profiles.follow(knownKey(userId));
  const { found } = followed;
  const { lines, more } = await newestOf(dependencies.timeline, idsOf(followed), limit, position?.before);
  // A program may have written to an id of which nothing is known.
  if (found === undefined && lines.length === 0 && position === undefined)
    return problem(404, 'unknown_user', 'Nobody with this user id has been seen, and nothing was decided about her.');
  const effects = await becameOf(
    dependencies,
    lines.map(({ effect }) => effect),
  );
  const last = lines.at(-1)?.entry;
  return ok({ effects, next: more && last !== undefined ? cursorOf({ before: last }) : null });
}

/** The ids under which something may have been decided about her. */
export function idsOf({ keys, found }: Followed): readonly UserKey[] {
  const merged = found?.outcome === 'profile' ? found.profile.mergedIds.map(knownKey) : [];
  return [...new Set([...keys, ...merged])].slice(0, MOST_IDS);
}

/** What was decided under some ids, the newest first, before the line `before`. */
export async function newestOf(
  timeline: TimelineDependencies['timeline'],
  ids: readonly UserKey[],
  limit: number,
  before: string | undefined,
): Promise<{ readonly lines: readonly TimelineLine[]; readonly more: boolean }> {
  const read: TimelineLine[] = [];
  // Of an id that has more, nothing is known behind its last line: the others are told no further than that.
  let known = '';
  await eachOf(ids, READS_AT_ONCE, async (id) => {
    const { lines, more } = await timeline.newest(id, limit, before);
    read.push(...lines);
    const last = lines.at(-1)?.entry ?? '';
    if (more && last > known) known = last;
  });
  const sorted = read.filter(({ entry }) => entry >= known).sort((a, b) => (a.entry < b.entry ? 1 : -1));
  return { lines: sorted.slice(0, limit), more: known !== '' || sorted.length > limit };
}
