import { type Definition, type DefinitionName, idOf } from '../../../domain/catalog/definition.ts';
import { hasErrors, type Problem, warning } from '../../../domain/catalog/problems/problem.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { type Catalog, type Choice, changedMeanwhile, choose } from '../../../domain/catalog/releases/choose.ts';
import type { Moves } from '../../../domain/catalog/releases/journeys.ts';
import { candidateOf } from '../../../domain/catalog/releases/live.ts';
import { addressIn, nextRelease } from '../../../domain/catalog/releases/next-release.ts';
import type { Release } from '../../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { mayAct } from '../api/roles.ts';
import type { RouteRequest } from '../api/route.ts';
import { type CatalogDependencies, type Loaded, liveNumber, load } from './catalog.ts';
import { type NewVersion, newVersions, problemsOfMoves } from './new-versions.ts';
import { type HowToPublish, type Outcome, publishChoice, refusedFor } from './publishing.ts';
import { hasSeen, movedOn } from './seen.ts';

type Asking = Pick<RouteRequest, 'caller' | 'id'>;

export interface PublishRequest extends HowToPublish {
  readonly items: readonly DefinitionName[];
  readonly remove: readonly DefinitionName[];
  readonly withDependencies: boolean;
}

/** Publishes some drafts, and takes away what is not wanted any more. */
export async function publish(
  dependencies: CatalogDependencies,
  request: PublishRequest,
  { caller, id }: Asking,
): Promise<Answer<200, Outcome>> {
  if (request.items.length === 0 && request.remove.length === 0 && Object.keys(request.moves ?? {}).length === 0)
    return problem(400, 'nothing_to_publish', 'Choose items or remove: drafts that go live, or what is live and goes.');
  const loaded = await load(dependencies);
  const choice = choiceOf(loaded, loaded.drafts, request, dependencies.now());
  return publishChoice(dependencies, loaded, choice, { ...howOf(request), id, by: publisherOf(caller) });
}

const howOf = ({ expect, note, startJourneys, fill, moves }: HowToPublish): HowToPublish => ({
  ...{ expect, note, startJourneys, fill, moves },
});

export const publisherOf = ({ subject, name }: Asking['caller']) => ({ subject, name });

function choiceOf(
  { live, around, drafts: written }: Loaded,
  drafts: Catalog['drafts'],
  wish: Pick<PublishRequest, 'items' | 'remove' | 'withDependencies'>,
  now: number,
): Choice {
  const choice = choose({ live: live?.definitions ?? [], drafts }, wish, around, now);
  const bases = new Map(written.map((draft) => [idOf(draft), draft]));
  const begun = choice.chosen.filter((one) => bases.has(idOf(one)));
  const changed = changedMeanwhile(
    begun,
    (name) => bases.get(idOf(name))?.base,
    (name) => addressIn(live?.release, name),
  );
  return { ...choice, problems: [...choice.problems, ...changed] };
}

export interface CheckRequest {
  /** Drafts; all of them if neither these, nor definitions, nor what to remove are given. */
  readonly items?: readonly DefinitionName[] | undefined;
  readonly remove: readonly DefinitionName[];
  readonly withDependencies: boolean;
  /** Held against what is live as if they were drafts: those of a folder, say. */
  readonly definitions?: readonly Definition[] | undefined;
  /** As a publish would say them. */
  readonly moves?: Moves | undefined;
  /** Whether to count whom it would concern, which takes some seconds. */
  readonly count: boolean;
}

export interface Checked {
  /** Of the live release. */
  readonly number: number;
  /** Whether it could be published. */
  readonly ready: boolean;
  readonly problems: readonly Problem[];
  /** What would be published: with what was taken along. */
  readonly items: readonly DefinitionName[];
  /** How many people would change stage or segment; null: nobody has counted. */
  readonly affected: number | null;
  /** Counts them, where nobody can wait for it. */
  readonly countJob: string | null;
  /** The journeys that would have a new version, and how many people are inside. */
  readonly journeys: readonly NewVersion[];
}

/** Says what is wrong with drafts, or with definitions that are none yet, as if they were published now. */
export async function check(
  dependencies: CatalogDependencies,
  request: CheckRequest,
  { id, caller }: Asking,
): Promise<Answer<200, Checked>> {
  if (request.count && !mayAct(caller.role, 'marketer'))
    return problem(403, 'role_too_low', 'To count asks everybody, and may ask the lake: that takes the role marketer.');
  const loaded = await load(dependencies);
  const { definitions = [], remove, withDependencies, moves = {} } = request;
  // Who sends a folder has said what it is about, also where nothing of it is new: others' drafts are no matter then.
  const asksForAll = request.items === undefined && request.definitions === undefined && remove.length === 0;
  const given = new Set(definitions.map(idOf));
  const drafts = [...loaded.drafts.filter((draft) => !given.has(idOf(draft))), ...definitions];
  const items = request.items ?? (asksForAll ? loaded.drafts : definitions);
  const wish = { items, remove, withDependencies };
  const choice = choiceOf(loaded, drafts, wish, dependencies.now());
  const { chosen, next } = choice;
  const problems = [...choice.problems, ...(await problemsOfMoves(dependencies, loaded, next, moves))];
  const ready = !hasErrors(problems);
  const release = ready ? releaseIf(dependencies, loaded, choice, moves) : undefined;
  const affected =
    release && request.count ? await dependencies.countAffected(candidateOf(release, next), id) : undefined;
  return ok({
    number: liveNumber(loaded),
    ready,
    affected: affected?.outcome === 'counted' ? affected.people : null,
    countJob: affected?.outcome === 'takes-longer' ? affected.job : null,
    problems: problems.slice(0, 200),
    items: chosen.map(({ type, key }) => ({ type, key })),
    journeys: release === undefined ? [] : await newVersions(dependencies, loaded.live?.release, release),
  });
}

/** Nobody published it: who, and where its contents would be stored, is no matter. */
const releaseIf = ({ now }: CatalogDependencies, { live }: Loaded, { next }: Choice, moves: Moves): Release =>
  nextRelease(live, {
    ...{ definitions: next, partOf: () => '', publishedAt: now(), by: { subject: '', name: '' } },
    ...{ startJourneys: false, fill: true, moves },
  });

/** Publishes what an earlier release had, under a new number. Bindings and keys of sources are no part of it. */
export async function rollback(
  dependencies: CatalogDependencies,
  { to, ...how }: HowToPublish & { readonly to: number },
  { caller, id }: Asking,
): Promise<Answer<200, Outcome>> {
  const { catalog, now } = dependencies;
  const loaded = await load(dependencies);
  if (!(await hasSeen(dependencies, loaded, how.expect))) return movedOn(dependencies, loaded.live?.release);
  const earlier = await catalog.find(to);
  if (earlier === undefined) return problem(404, 'unknown_release', `There is no release ${to}.`);
  const read = (await catalog.definitionsOf(earlier.release)).map(readDefinition);
  const broken = read.flatMap((one) => (one.outcome === 'problems' ? one.problems : []));
  // Written by an older release of ours, in a form that this one does not know any more.
  if (broken.length > 0) return refusedFor(broken);
  const definitions = read.flatMap((one) => (one.outcome === 'read' ? [one.value] : []));
  const wanted = new Set(definitions.map(idOf));
  const removed = (loaded.live?.definitions ?? []).filter((one) => !wanted.has(idOf(one)));
  const changed = definitions.filter((one) => addressIn(loaded.live?.release, one) !== addressIn(earlier.release, one));
  const wish = { items: changed, remove: removed, withDependencies: false };
  const { problems } = choose({ live: loaded.live?.definitions ?? [], drafts: changed }, wish, loaded.around, now());
  return publishChoice(
    dependencies,
    loaded,
    { next: unchangedKept(definitions, loaded), removed, problems: problems.map(asWarning) },
    { ...howOf(how), id, by: publisherOf(caller), rollbackOf: to },
  );
}

/** It was whole when it was published; what the stage has lost since must not keep a project from going back. */
export const asWarning = (one: Problem): Problem =>
  one.severity === 'error' ? warning(one.path, one.code, one.message) : one;

const unchangedKept = (definitions: readonly CheckedDefinition[], { live }: Loaded): readonly CheckedDefinition[] =>
  definitions.map(
    (definition) =>
      live?.definitions.find(
        (one) => idOf(one) === idOf(definition) && JSON.stringify(one.body) === JSON.stringify(definition.body),
      ) ?? definition,
  );
