import type { UserKey } from '../../state/user-key.ts';

/** How often each of something was met, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** What a pass over profiles has found so far. Of two parts of it the sum is the whole. */
export interface Tally {
  /** Known people; devices nobody logged in on are no people. */
  readonly people: number;
  /** Profiles that only a newer release can read, or nobody: what is said of the others is short of them. */
  readonly unreadable: number;
  /** Profiles that are written because of it, some only for when they are to be asked again. */
  readonly differing: number;
  /** People who come to be in another stage or segment. */
  readonly changing: number;
  /** By segment: who is in it then, who comes to be and who ceases to be. */
  readonly members: Counts;
  readonly entering: Counts;
  readonly leaving: Counts;
  /** By stage: who is in it then, who comes to be and who ceases to be. */
  readonly inStage: Counts;
  readonly enteringStage: Counts;
  readonly leavingStage: Counts;
  /** Whom a draft's expression means, and who of them is in the other segment that was asked about. */
  readonly matching: number;
  readonly overlapping: number;
  /** Of those who match, the first by a hash that has nothing to do with who they are. */
  readonly sample: readonly UserKey[];
}

export const NOTHING: Tally = {
  people: 0,
  unreadable: 0,
  differing: 0,
  changing: 0,
  members: {},
  entering: {},
  leaving: {},
  inStage: {},
  enteringStage: {},
  leavingStage: {},
  matching: 0,
  overlapping: 0,
  sample: [],
};

/** Nobody looks at more people one by one. */
export const SAMPLE = 20;

export const addTallies = (tallies: Iterable<Tally>): Tally => {
  let sum = NOTHING;
  for (const one of tallies) sum = added(sum, one);
  return sum;
};

const added = (a: Tally, b: Tally): Tally => ({
  people: a.people + b.people,
  unreadable: a.unreadable + b.unreadable,
  differing: a.differing + b.differing,
  changing: a.changing + b.changing,
  members: addCounts(a.members, b.members),
  entering: addCounts(a.entering, b.entering),
  leaving: addCounts(a.leaving, b.leaving),
  inStage: addCounts(a.inStage, b.inStage),
  enteringStage: addCounts(a.enteringStage, b.enteringStage),
  leavingStage: addCounts(a.leavingStage, b.leavingStage),
  matching: a.matching + b.matching,
  overlapping: a.overlapping + b.overlapping,
  sample: [...a.sample, ...b.sample].slice(0, SAMPLE),
});

/** Counts of nothing yet. Any name may be counted: `constructor` has to be as new as others. */
export const noCounts = (): Record<string, number> => Object.create(null);

function addCounts(a: Counts, b: Counts): Counts {
  const sum = Object.assign(noCounts(), a);
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
