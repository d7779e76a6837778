import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { compileDraftCatalog } from '../../../domain/decisions/census/draft.ts';
import { lookAtAll } from '../../../domain/decisions/census/look.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import type { ProfileScan } from '../../adapters/profile-scan.ts';
import { quickSlicesFor, scanQuickly } from './quick-scan.ts';

export interface CountAffectedDependencies {
  readonly scan: ProfileScan;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whoever publishes waits for it, and the publish itself still has to follow (ms). */
const LONGEST = 10_000;

/**
 * How many people would change stage or segment by a publish; undefined when nobody can tell: there are more than can be
 * asked while somebody waits, or part of it is only in the lake.
 */
export async function countAffected(
  { scan, readLive, lastCensus, zone, now }: CountAffectedDependencies,
  next: LiveCatalog,
): Promise<number | undefined> {
  const live = (await readLive()) ?? { number: 0, publishedAt: 0, segments: [], counters: [] };
  const { plan, uncounted } = compileDraftCatalog(next, live, zone);
  if (uncounted.length > 0) return undefined;
  const until = now() + LONGEST;
  const of = quickSlicesFor((await lastCensus.read())?.people);
  const { tally, done } = await scanQuickly(
    scan,
    of,
    `publish-${next.number}`,
    (profiles) => lookAtAll(profiles, plan).tally,
    () => now() < until,
  );
  return done === of ? tally.changing : undefined;
}
