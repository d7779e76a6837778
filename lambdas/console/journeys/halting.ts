import type { Halt, HaltedJourney } from '../../../domain/catalog/live-catalog.ts';
import type { Problem as Notice } from '../../../domain/catalog/problems/problem.ts';
import { didYouMean } from '../../../domain/catalog/problems/spelling.ts';
import { registeredJourney } from '../../../domain/catalog/releases/journeys.ts';
import { haltingRelease } from '../../../domain/catalog/releases/next-release.ts';
import { reconcileId } from '../../decisions/census/begin.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import type { RouteRequest } from '../api/route.ts';
import type { CatalogDependencies } from '../catalog/catalog.ts';
import { makeLive } from '../catalog/make-live.ts';
import { publisherOf } from '../catalog/publish.ts';
import { hasSeen, movedOn } from '../catalog/seen.ts';

export interface HaltRequest {
  /** Undefined: it goes on. */
  readonly how?: Halt;
  /** The number of the release that its author has looked at. */
  readonly expect: number;
  readonly note?: string | undefined;
}

export interface Halted {
  readonly number: number;
  readonly halted: { readonly how: Halt; readonly since: string } | null;
  readonly inside: number | null;
  /** Looks at everybody whom it makes go on or leave. */
  readonly job: string | null;
  readonly problems: readonly Notice[];
}

/**
 * Halts a journey or a campaign, or lets it go on: by a release of its own, so that every worker knows it within seconds and
 * it has a moment. No second person is asked: who stops something needs to be quick, and nobody enters who could not before.
 */
export async function haltJourney(
  dependencies: CatalogDependencies,
  key: string,
  { how, expect, note }: HaltRequest,
  { caller }: Pick<RouteRequest, 'caller'>,
): Promise<Answer<200, Halted>> {
  const { catalog, countInside, now } = dependencies;
  const live = await catalog.live();
  if (live === undefined) return unknownJourney(key, []);
  const journey = registeredJourney(live.release.registry, key);
  if (journey === undefined) return unknownJourney(key, live.release.registry.journeys ?? []);
  if (!(await hasSeen(dependencies, { live }, expect))) return movedOn(dependencies, live.release);
  const before = journey.halted;
  if (before?.how === how) return problem(409, 'nothing_to_change', `It is ${before?.how ?? 'running'} already.`);
  const since = now();
  const after = how && { how, since };
  const release = haltingRelease(live, key, after, {
    ...{ publishedAt: since, by: publisherOf(caller) },
    note: note ?? `The ${journey.type} “${key}” ${how === undefined ? 'goes on' : `is ${how}`}.`,
  });
  const made = await makeLive(dependencies, release);
  if (made.outcome === 'conflict') return movedOn(dependencies, made.winner);
  const { number, reconcile } = release;
  return ok(
    {
      ...{ number, halted: view(after), inside: (await countInside(key)) ?? null },
      job: reconcile === number && made.later.length === 0 ? reconcileId(number) : null,
      problems: made.later,
    },
    { before: { halted: before?.how ?? null }, after: { halted: how ?? null, number } },
  );
}

const view = (halted: HaltedJourney | undefined): Halted['halted'] =>
  halted === undefined ? null : { how: halted.how, since: new Date(halted.since).toISOString() };

const unknownJourney = (key: string, known: readonly { readonly key: string }[]) => {
  const meant = didYouMean(
    key,
    known.map((one) => one.key),
  );
  return problem(404, 'unknown_journey', `No journey or campaign “${key}” is live${meant || '.'}`);
};
