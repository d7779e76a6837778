import { type DefinitionName, idOf } from '../../../domain/catalog/definition.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { choose } from '../../../domain/catalog/releases/choose.ts';
import { addressIn } from '../../../domain/catalog/releases/next-release.ts';
import { type ApprovalReason, isOpen, type Proposal } from '../../../domain/catalog/releases/proposal.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import type { RouteRequest } from '../api/route.ts';
import { type CatalogDependencies, load } from './catalog.ts';
import { publisherOf } from './publish.ts';
import { type Outcome, publishChoice, refusedFor } from './publishing.ts';

export interface ProposalView {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly reasons: readonly ApprovalReason[];
  readonly items: readonly DefinitionName[];
  readonly remove: readonly DefinitionName[];
  readonly note: string | null;
  readonly rollbackOf: number | null;
  readonly startJourneys: boolean;
  readonly affected: number | null;
  readonly countJob: string | null;
}

/** Publishes that wait for a second person, the newest first. */
export async function listProposals({
  proposals,
  now,
}: Pick<CatalogDependencies, 'proposals' | 'now'>): Promise<
  Answer<200, { readonly proposals: readonly ProposalView[] }>
> {
  const open = (await proposals.list()).filter((proposal) => isOpen(proposal, now()));
  return ok({ proposals: open.toSorted((a, b) => b.at - a.at).map(viewProposal) });
}

const viewProposal = ({
  status: _,
  fill: __,
  at,
  by,
  items,
  remove,
  note,
  rollbackOf,
  affected,
  countJob,
  ...rest
}: Proposal) => ({
  ...rest,
  at: new Date(at).toISOString(),
  by: by.name,
  items: items.map(({ type, key }) => ({ type, key })),
  remove: remove.map(({ type, key }) => ({ type, key })),
  note: note ?? null,
  rollbackOf: rollbackOf ?? null,
  affected: affected ?? null,
  countJob: countJob ?? null,
});

/** Publishes what somebody else has proposed, as it was then: whatever became of the drafts since. */
export async function approve(
  dependencies: CatalogDependencies,
  proposalId: string,
  expect: number,
  { caller, id }: Pick<RouteRequest, 'caller' | 'id'>,
): Promise<Answer<200, Outcome>> {
  const { proposals, catalog, now } = dependencies;
  const proposal = await proposals.find(proposalId);
  if (proposal === undefined) return problem(404, 'unknown_proposal', 'There is no such proposal.');
  if (proposal.by.subject === caller.subject)
    return problem(403, 'same_person', 'You have proposed this yourself: somebody else has to approve it.');
  if (!isOpen(proposal, now()))
    return problem(
      409,
      'proposal_closed',
      'It was published already, or it is older than seven days: propose it again.',
    );
  const loaded = await load(dependencies);
  const moved = proposal.items.find((item) => addressIn(loaded.live?.release, item) !== item.base);
  if (moved !== undefined)
    return problem(409, 'proposal_outdated', `${idOf(moved)} was published differently since. Propose it again.`);

  const contents = await catalog.contents(proposal.items.map(({ part }) => part));
  const drafts = proposal.items.map(({ type, key, part }) => ({ type, key, body: contents.get(part) }));
  const broken = drafts.map(readDefinition).flatMap((one) => (one.outcome === 'problems' ? one.problems : []));
  if (broken.length > 0) return refusedFor(broken);
  const wish = { items: proposal.items, remove: proposal.remove, withDependencies: false };
  const choice = choose({ live: loaded.live?.definitions ?? [], drafts }, wish, loaded.around, now());
  const { by, note, rollbackOf, startJourneys, fill } = proposal;
  const answer = await publishChoice(dependencies, loaded, choice, {
    ...{ expect, id, by, startJourneys, fill, note },
    approvedBy: publisherOf(caller),
    ...(rollbackOf !== undefined && { rollbackOf }),
  });
  if (!('code' in answer)) await proposals.markPublished(proposal);
  return answer;
}
