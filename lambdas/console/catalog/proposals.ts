import { type DefinitionName, idOf } from '../../../domain/catalog/definition.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { choose } from '../../../domain/catalog/releases/choose.ts';
import type { Moves } from '../../../domain/catalog/releases/journeys.ts';
import { addressIn } from '../../../domain/catalog/releases/next-release.ts';
import {
  type ApprovalReason,
  type ClosedAs,
  isOpen,
  type Proposal,
} from '../../../domain/catalog/releases/proposal.ts';
import type { Json } from '../../../domain/json.ts';
import { type Answer, ok, type Problem, problem } from '../api/answer.ts';
import type { Caller } from '../api/roles.ts';
import type { RouteRequest } from '../api/route.ts';
import { type CatalogDependencies, load } from './catalog.ts';
import { asWarning, publisherOf } from './publish.ts';
import { type Outcome, publishChoice, refusedFor } from './publishing.ts';
import { type DefinitionDiff, differing } from './releases.ts';

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
  readonly moves: Moves | null;
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

export type ProposalDetail = ProposalView & {
  readonly status: 'open' | 'expired' | ClosedAs;
  readonly changes: readonly DefinitionDiff[];
};

/** One proposal, with what it would change: whoever approves it has to see that, and drafts may have changed since. */
export async function getProposal(
  { proposals, catalog, now }: Pick<CatalogDependencies, 'proposals' | 'catalog' | 'now'>,
  id: string,
): Promise<Answer<200, ProposalDetail>> {
  const proposal = await proposals.find(id);
  if (proposal === undefined) return UNKNOWN;
  const { items, remove, status } = proposal;
  const live = (await catalog.live())?.release;
  const goes = remove.map((name) => ({ ...name, base: addressIn(live, name) }));
  const contents = await catalog.contents(
    [...items.flatMap(({ part, base }) => [part, base]), ...goes.map(({ base }) => base)].filter(
      (address) => address !== undefined,
    ),
  );
  const said = (names: readonly (DefinitionName & { readonly at: string | undefined })[]) =>
    new Map(names.flatMap((one) => (one.at === undefined ? [] : [[idOf(one), contents.get(one.at) as Json] as const])));
  const changes = [
    ...items.map(({ type, key, base }) => ({ type, key, change: base === undefined ? 'added' : 'changed' }) as const),
    ...remove.map(({ type, key }) => ({ type, key, change: 'removed' }) as const),
  ];
  return ok({
    ...viewProposal(proposal),
    status: status === 'open' && !isOpen(proposal, now()) ? 'expired' : status,
    changes: differing(
      changes,
      said([...items, ...goes].map(({ type, key, base }) => ({ type, key, at: base }))),
      said(items.map(({ type, key, part }) => ({ type, key, at: part }))),
    ),
  });
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
  moves,
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
  moves: moves ?? null,
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
  if (proposal === undefined) return UNKNOWN;
  if (proposal.by.subject === caller.subject)
    return problem(403, 'same_person', 'You have proposed this yourself: somebody else has to approve it.');
  if (!isOpen(proposal, now())) return CLOSED;
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
  const { by, note, rollbackOf, startJourneys, fill, moves } = proposal;
  const problems = rollbackOf === undefined ? choice.problems : choice.problems.map(asWarning);
  const answer = await publishChoice(
    dependencies,
    loaded,
    { ...choice, problems },
    {
      ...{ expect, id, by, startJourneys, fill, note, moves },
      approvedBy: publisherOf(caller),
      ...(rollbackOf !== undefined && { rollbackOf }),
    },
  );
  if (!('code' in answer)) await proposals.close(proposal, 'published');
  return answer;
}

const UNKNOWN = problem(404, 'unknown_proposal', 'There is no such proposal.');
const CLOSED = problem(
  409,
  'proposal_closed',
  'It was published, withdrawn or rejected already, or it is older than seven days: propose it again.',
);

type Closing = Pick<CatalogDependencies, 'proposals' | 'now'>;

/** Takes back what one has proposed oneself. */
export const withdraw = (dependencies: Closing, id: string, { subject }: Caller) =>
  close(dependencies, id, 'withdrawn', (proposer) =>
    proposer === subject
      ? undefined
      : problem(403, 'another_person', 'Somebody else has proposed this: an approver can reject it.'),
  );

/** Says no to what somebody else has proposed. */
export const reject = (dependencies: Closing, id: string, { subject }: Caller) =>
  close(dependencies, id, 'rejected', (proposer) =>
    proposer === subject
      ? problem(403, 'same_person', 'You have proposed this yourself: withdraw it instead.')
      : undefined,
  );

/** @param refusal what keeps the caller from it, by the subject of who has proposed it */
async function close<As extends ClosedAs>(
  { proposals, now }: Closing,
  id: string,
  as: As,
  refusal: (proposer: string) => Problem | undefined,
): Promise<Answer<200, { readonly status: As }>> {
  const proposal = await proposals.find(id);
  if (proposal === undefined) return UNKNOWN;
  const refused = refusal(proposal.by.subject);
  if (refused !== undefined) return refused;
  if (!isOpen(proposal, now()) || !(await proposals.close(proposal, as))) return CLOSED;
  return ok({ status: as }, { before: { status: 'open' }, after: { status: as } });
}
