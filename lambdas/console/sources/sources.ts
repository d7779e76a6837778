import { personalNames } from '../../../domain/events/personal-names.ts';
import { type RecentEventView, viewRecent } from '../../../domain/events/recent-event.ts';
import type { Source, SourceKey } from '../../../domain/events/source.ts';
import type { PlanSettingsReader } from '../../adapters/plan-settings.ts';
import type { RecentEventsReader } from '../../adapters/recent-events.ts';
import type { SourceRegistry } from '../../adapters/source-registry.ts';
import { type Answer, ok, problem } from '../api/answer.ts';

export interface SourcesDependencies {
  readonly sources: Pick<SourceRegistry, 'sources' | 'keys'>;
  readonly recent: RecentEventsReader;
  readonly settings: PlanSettingsReader;
  readonly now: () => number;
}

/** What each may do, and which keys it has. */
export async function listSources({ sources }: SourcesDependencies) {
  const [all, keys] = await Promise.all([sources.sources(), sources.keys()]);
  return ok({ sources: all.map((source) => viewSource(source, keys)) });
}

/** Each field by its name, so that a new one is not shown unseen: secrets and hashes of keys must not leave. */
function viewSource(
  { id, kind, identity, origins, activity, eventsPerSecond, eventsPerDay }: Source,
  keys: readonly SourceKey[],
) {
  const own = keys.filter(({ sourceId }) => sourceId === id).sort((a, b) => a.createdAt - b.createdAt);
  return {
    id,
    kind,
    identity,
    origins,
    activity: kind === 'client' || activity === true,
    eventsPerSecond: eventsPerSecond ?? null,
    eventsPerDay: eventsPerDay ?? null,
    keys: own.map(({ hint, createdAt, expiresAt }) => ({
      hint,
      createdAt: iso(createdAt),
      expiresAt: expiresAt === undefined ? null : iso(expiresAt),
    })),
  };
}

/** Entries of each kind that are shown. */
const SHOWN = 50;

/** What the source has sent lately, newest first, and what became of it. */
export async function recentOf(
  { sources, recent, settings, now }: SourcesDependencies,
  sourceId: string,
): Promise<Answer<200, Readonly<Record<'accepted' | 'rejected', readonly RecentEventView[]>>>> {
  if (!(await sources.sources()).some(({ id }) => id === sourceId))
    return problem(404, 'unknown_source', 'There is no source with this id; GET /api/sources lists them.');
  const [{ accepted, refused }, plan] = await Promise.all([recent.read(sourceId, now()), settings.read()]);
  const isPersonal = personalNames(plan);
  return ok({
    accepted: accepted.slice(0, SHOWN).map((entry) => viewRecent(entry, isPersonal)),
    // The word of the API for all that was not taken; `outcome` tells what it was.
    rejected: refused.slice(0, SHOWN).map((entry) => viewRecent(entry, isPersonal)),
  });
}

const iso = (time: number) => new Date(time).toISOString();
