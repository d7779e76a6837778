import { counterKey } from '../../catalog/counter-spec.ts';
import type { Expression } from '../../catalog/expression.ts';
import type { LiveCatalog, RegisteredCounter } from '../../catalog/live-catalog.ts';
import type { Profile } from '../../state/profile.ts';
import { isKnown } from '../../state/user-key.ts';
import type { Zone } from '../../zone.ts';
import { compileExpression } from '../expressions/compile.ts';
import type { Predicate } from '../expressions/predicate.ts';
import { neededCounters } from '../expressions/references.ts';
import { compilePlan, contextOf, type Plan } from '../plan.ts';
import { NOTHING, SAMPLE, type Tally } from './tally.ts';

/** An expression that was never published, in the form in which it is asked. */
export interface Draft {
  readonly matches: Predicate;
  /** Whether somebody is in the segment that was asked about besides. */
  readonly overlaps: Predicate | undefined;
  /** What it asks for and profiles do not count, or not from far enough back: to be counted from the lake. */
  readonly uncounted: readonly RegisteredCounter[];
}

/** Above any id a registry gives, and below the end of 32 bits. */
const FIRST_OF_DRAFTS = 2_000_000_000;

/** @throws for what publishing refuses: a segment that does not exist, segments in a circle */
export function compileDraft(where: Expression, overlap: string | undefined, live: LiveCatalog, zone: Zone): Draft {
  const { segment } = contextOf(live, zone);
  const other: Expression | undefined = overlap === undefined ? undefined : { segment: overlap };
  const all = other === undefined ? where : { all: [where, other] };
  const complete = new Map(completeCounters(live).map((counter) => [counterKey(counter.spec), counter]));
  const uncounted = neededCounters(all, segment)
    .filter((spec) => !complete.has(counterKey(spec)))
    .map((spec, index): RegisteredCounter => ({ id: FIRST_OF_DRAFTS + index, spec, countsFrom: 0 }));
  const context = contextOf({ segments: live.segments, counters: [...complete.values(), ...uncounted] }, zone);
  return {
    matches: compileExpression(where, context),
    overlaps: other && compileExpression(other, context),
    uncounted,
  };
}

/** A catalog that was never published, with what profiles do not count for it yet. Its segments are taken as filled. */
export function compileDraftCatalog(
  draft: LiveCatalog,
  live: LiveCatalog,
  zone: Zone,
): { readonly plan: Plan; readonly uncounted: readonly RegisteredCounter[] } {
  const complete = new Set(completeCounters(live).map(({ id }) => id));
  const segments = draft.segments.map(({ id, key, where }) => ({ id, key, where }));
  const uncounted = draft.counters.filter(({ id }) => !complete.has(id)).map((one) => ({ ...one, countsFrom: 0 }));
  return { plan: compilePlan({ ...draft, segments }, zone), uncounted };
}

/** What profiles count as far back as anybody may ask: not what is still to be counted from the lake, or never will be. */
const completeCounters = ({ counters }: LiveCatalog): readonly RegisteredCounter[] =>
  counters.filter(({ backfill, partial }) => backfill === undefined && partial === undefined);

/** Who of these is meant by a draft at `now` (ms). Only people count. */
export function askAll(profiles: readonly Profile[], { matches, overlaps }: Draft, now: number): Tally {
  const people = profiles.filter(({ key }) => isKnown(key));
  const matching = people.filter((profile) => matches(profile, now, now).value);
  return {
    ...NOTHING,
    people: people.length,
    matching: matching.length,
    overlapping: overlaps === undefined ? 0 : matching.filter((profile) => overlaps(profile, now, now).value).length,
    sample: matching.slice(0, SAMPLE).map(({ key }) => key),
  };
}
