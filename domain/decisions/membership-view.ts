import type { LiveCatalog } from '../catalog/live-catalog.ts';
import type { Profile } from '../state/profile.ts';
import type { Zone } from '../zone.ts';
import { explainer } from './expressions/explain.ts';
import { contextOf } from './plan.ts';

/** That somebody is in a segment, as the admin API shows it. */
export interface MembershipView {
  readonly key: string;
  /** What people call the segment. */
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** By what, in a few words; null where a few do not tell. */
  readonly reason: string | null;
}

/**
 * The segments somebody is in, those she came into last first. Profiles know them by ids alone, so what a segment is called
 * follows what is published. Only those she is in are compiled.
 *
 * @param live what the profile was decided under, or something newer
 * @param now ms
 */
export function viewMemberships(
  profile: Profile,
  live: Pick<LiveCatalog, 'segments' | 'counters'>,
  zone: Zone,
  now: number,
): readonly MembershipView[] {
  const { segments } = profile;
  if (segments.size === 0) return [];
  const context = contextOf(live, zone);
  return live.segments
    .flatMap(({ id, key, name = key, where }) => {
      const since = segments.get(id);
      if (since === undefined) return [];
      const reason = explainer(where, context)(profile, now) ?? null;
      return [{ key, name, since, reason }];
    })
    .toSorted((a, b) => b.since - a.since || (a.key < b.key ? -1 : 1))
    .map(({ since, ...view }) => ({ ...view, since: new Date(since).toISOString() }));
}
