import { DAY } from '../../calendar.ts';
import type { DefinitionName } from '../definition.ts';
import type { SettingsBody } from '../settings.ts';
import type { Moves } from './journeys.ts';
import type { Publisher } from './release.ts';

/** A publish that waits for a second person. What it would publish is fixed: drafts may change meanwhile. */
export interface Proposal {
  readonly id: string;
  readonly by: Publisher;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: 'open' | ClosedAs;
  readonly reasons: readonly ApprovalReason[];
  readonly items: readonly ProposedItem[];
  readonly remove: readonly DefinitionName[];
  readonly note?: string;
  readonly rollbackOf?: number;
  readonly startJourneys: boolean;
  readonly fill: boolean;
  readonly moves?: Moves;
  /** How many people would change stage or segment, if anybody could tell. */
  readonly affected?: number;
  /** The job that counts them, where nobody could wait for it. */
  readonly countJob?: string;
}

/** What became of it. Its proposer withdraws it, somebody else rejects it. */
export type ClosedAs = 'published' | 'withdrawn' | 'rejected';

export interface ProposedItem extends DefinitionName {
  /** The address of what would be live. */
  readonly part: string;
  /** The address of what was live when it was proposed; undefined when nothing was. */
  readonly base?: string;
}

const OPEN_FOR = 7 * DAY;

export const isOpen = ({ status, at }: Proposal, now: number): boolean => status === 'open' && now < at + OPEN_FOR;

export type ApprovalReason =
  /** More people may enter journeys than one person may decide about. */
  | 'audience-above'
  /** Nobody could tell how many. */
  | 'audience-unknown'
  /** The rule itself would change. */
  | 'approvals-change';

/**
 * Why a publish needs a second person; nothing when it does not. The rule is the live one: a publish that loosens it is held
 * against it, too.
 * @param affected how many people would change stage or segment; undefined when nobody can tell
 */
export function approvalReasons(
  live: SettingsBody | undefined,
  next: SettingsBody | undefined,
  startJourneys: boolean,
  affected: number | undefined,
): readonly ApprovalReason[] {
  const above = live?.approvals?.audienceAbove;
  if (above === undefined) return [];
  const nextAbove = next?.approvals?.audienceAbove ?? Number.POSITIVE_INFINITY;
  return [
    ...(startJourneys && affected === undefined ? (['audience-unknown'] as const) : []),
    ...(startJourneys && affected !== undefined && affected > above ? (['audience-above'] as const) : []),
    ...(nextAbove > above ? (['approvals-change'] as const) : []),
  ];
}
