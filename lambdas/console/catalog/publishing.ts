import { type DefinitionName, idOf, placeOf } from '../../../domain/catalog/definition.ts';
import { error, hasErrors, type Problem } from '../../../domain/catalog/problems/problem.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { type Changes, changesOf } from '../../../domain/catalog/releases/changes.ts';
import type { Choice } from '../../../domain/catalog/releases/choose.ts';
import type { Moves } from '../../../domain/catalog/releases/journeys.ts';
import { addressIn, nextRelease } from '../../../domain/catalog/releases/next-release.ts';
import type { ApprovalReason } from '../../../domain/catalog/releases/proposal.ts';
import type { Publisher, Release } from '../../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import { type Part, packed } from '../../adapters/catalog-parts.ts';
import { backfillId, reconcileId } from '../../decisions/census/begin.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import type { CatalogDependencies, Loaded } from './catalog.ts';
import { makeLive } from './make-live.ts';
import { type NewVersion, newVersions, problemsOfHalted, problemsOfMoves } from './new-versions.ts';
import { prepareTemplates } from './preparing.ts';
import { proposalFor } from './second-person.ts';
import { hasSeen, movedOn } from './seen.ts';

/** How a publish is made, whatever it publishes. */
export interface HowToPublish {
  /** The number of the release that its author has looked at. */
  readonly expect: number;
  readonly note?: string | undefined;
  /** Whether who changes stage or segment by this publish may enter journeys by it. */
  readonly startJourneys: boolean;
  /** Whether what was received before is counted for what is counted anew. */
  readonly fill: boolean;
  /** Journeys whose new version is that of everybody inside, with the steps that are others there. */
  readonly moves?: Moves | undefined;
}

export interface PublishAsked extends HowToPublish {
  readonly id: string;
  readonly by: Publisher;
  /** The second person, who has seen what the first proposed. */
  readonly approvedBy?: Publisher;
  readonly rollbackOf?: number;
}

export type Outcome =
  | {
      readonly outcome: 'published';
      readonly number: number;
      readonly changes: Changes;
      readonly problems: readonly Problem[];
      readonly job: string | null;
      /** Counts what was received before, where something is counted anew. */
      readonly backfillJob: string | null;
      /** The journeys that have a new version by it. */
      readonly journeys: readonly NewVersion[];
    }
  | {
      readonly outcome: 'proposed';
      readonly proposal: string;
      readonly reasons: readonly ApprovalReason[];
      /** Counts how many people it would concern, where nobody could wait for that. */
      readonly countJob: string | null;
      readonly changes: Changes;
      readonly problems: readonly Problem[];
    };

/**
 * Makes a choice live: its contents, then its release, then the pointer. Before the pointer has moved nobody sees any of it.
 * Where a second person is needed the choice is kept for her instead.
 */
export async function publishChoice(
  dependencies: CatalogDependencies,
  loaded: Loaded,
  choice: Pick<Choice, 'next' | 'removed' | 'problems'>,
  asked: PublishAsked,
): Promise<Answer<200, Outcome>> {
  const { next, removed } = choice;
  if (!(await hasSeen(dependencies, loaded, asked.expect))) return movedOn(dependencies, loaded.live?.release);
  const { moves = {} } = asked;
  const moved = await problemsOfMoves(dependencies, loaded, next, moves);
  const problems = [...choice.problems, ...moved, ...problemsOfHalted(loaded, next)];
  if (hasErrors(problems)) return refusedFor(problems);
  const packing = packedParts(next, loaded);
  if (packing.outcome === 'problems') return refusedFor(packing.problems);
  const preparation = await prepareTemplates(next, loaded.live?.release, dependencies.mjmlCompiler);
  if (preparation.outcome === 'problems') return refusedFor(preparation.problems);
  const release = nextRelease(loaded.live, {
    ...{ definitions: next, partOf: packing.partOf, readyOf: preparation.readyOf },
    ...{ publishedAt: dependencies.now(), by: asked.by },
    ...{ approvedBy: asked.approvedBy, note: asked.note, rollbackOf: asked.rollbackOf },
    ...{ startJourneys: asked.startJourneys, fill: asked.fill, moves },
  });
  const changes = changesOf(loaded.live?.release, release);
  if (changes.definitions.length === 0 && Object.keys(asked.moves ?? {}).length === 0)
    return problem(400, 'nothing_to_publish', 'What was chosen is live already, as it is.');

  const told = problems.filter(({ severity }) => severity === 'warning');
  await dependencies.catalog.putParts([...packing.fresh, ...preparation.fresh]);
  if (asked.approvedBy === undefined) {
    const proposal = await proposalFor(dependencies, loaded, { release, next, removed, asked });
    if (proposal !== undefined) {
      await dependencies.proposals.put(proposal);
      const { id, reasons, countJob = null } = proposal;
      return ok({ outcome: 'proposed', proposal: id, reasons, countJob, changes, problems: told });
    }
  }
  const made = await makeLive(dependencies, release);
  if (made.outcome === 'conflict') return movedOn(dependencies, made.winner);
  const { number } = release;
  const { later } = made;
  await discardPublished(dependencies, loaded, release);
  const job = changes.needsReconcile && later.length === 0 ? reconcileId(number) : null;
  const backfillJob = changes.backfill.length > 0 && later.length === 0 ? backfillId(number) : null;
  const journeys = await newVersions(dependencies, loaded.live?.release, release);
  return ok(
    { outcome: 'published', number, changes, problems: [...told, ...later], job, backfillJob, journeys },
    { before: { number: number - 1 }, after: { number, definitions: changes.definitions.map(idOfChange) } },
  );
}

const idOfChange = ({ type, key, change }: Changes['definitions'][number]) => `${change} ${idOf({ type, key })}`;

export const refusedFor = (problems: readonly Problem[]) =>
  problem(422, 'invalid_definitions', 'There are errors in what would be live.', { problems: problems.slice(0, 100) });

type Packing =
  | {
      readonly outcome: 'packed';
      readonly partOf: (name: DefinitionName) => string;
      /** Those that the live release does not have. */
      readonly fresh: readonly Part[];
    }
  | { readonly outcome: 'problems'; readonly problems: readonly Problem[] };

/** What is live keeps its address, also if a later release of ours would write the same thing in other words. */
function packedParts(next: readonly CheckedDefinition[], { live }: Loaded): Packing {
  const kept = new Map(
    live?.definitions.map((definition) => [definition as unknown, addressIn(live.release, definition)]),
  );
  const addresses = new Map<string, string>();
  const fresh: Part[] = [];
  const problems: Problem[] = [];
  for (const definition of next) {
    const known = kept.get(definition);
    const part = known === undefined ? packed(definition.body) : undefined;
    if (part?.outcome === 'too-large')
      problems.push(error(placeOf(definition), 'too-large', 'this has more than 300 KB, deflated'));
    if (part?.outcome === 'part') fresh.push(part.part);
    addresses.set(idOf(definition), known ?? (part?.outcome === 'part' ? part.part.address : ''));
  }
  if (problems.length > 0) return { outcome: 'problems', problems };
  return { outcome: 'packed', partOf: (name) => addresses.get(idOf(name)) ?? '', fresh };
}

/** A draft that is live now is no draft any more; one that somebody has worked on since stays. */
async function discardPublished({ drafts }: CatalogDependencies, loaded: Loaded, release: Release): Promise<void> {
  for (const draft of loaded.drafts) {
    const read = readDefinition(draft);
    if (read.outcome !== 'read') continue;
    const same = packed(read.value.body);
    if (same.outcome === 'part' && same.part.address === addressIn(release, draft))
      await drafts.discard(draft, draft.revision);
  }
}
