import { neededCounters } from '../../decisions/expressions/references.ts';
import { type CounterSpec, counterKey } from '../counter-spec.ts';
import type { Expression } from '../expression.ts';
import type { RegisteredCounter } from '../live-catalog.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import type { RegisteredSegment, Registry } from './release.ts';

/**
 * A worker that has not heard of a release yet counts by the one before. By this much (ms) after a publish all have; what
 * was received before is the backfill's to count, so nothing is counted twice or by nobody.
 */
const COUNTS_AFTER = 60_000;

/** What segments, stages and journeys ask profiles to count, each once. */
export const askedCounters = (definitions: readonly CheckedDefinition[]): readonly CounterSpec[] =>
  countersOf(definitions.flatMap((one) => expressionsIn(one, '').map(({ expression }) => expression)));

/** Each segment is among the expressions itself, so none is followed into others. */
const countersOf = (expressions: readonly Expression[]): readonly CounterSpec[] => {
  const asked = expressions.flatMap((where) => neededCounters(where, () => undefined));
  return [...new Map(asked.map((spec) => [counterKey(spec), spec])).values()];
};

/** Under which ids that is counted for which some expressions themselves ask. */
export const idsOfCounters = (expressions: readonly Expression[], { counters }: Registry): readonly number[] => {
  const asked = new Set(countersOf(expressions).map(counterKey));
  return asked.size === 0 ? [] : counters.filter(({ spec }) => asked.has(counterKey(spec))).map(({ id }) => id);
};

/**
 * The ids of the next release. Who was in the release before keeps its id; who was not gets a new one, also when it had one
 * long ago: meanwhile nobody counted, and profiles may still hold what was true then.
 * @param backfill the number of the release, if what was received before is to be counted from the lake
 */
export function nextRegistry(
  before: Registry,
  definitions: readonly CheckedDefinition[],
  { publishedAt, backfill }: { readonly publishedAt: number; readonly backfill: number | undefined },
): Registry {
  let { segment, counter } = before.next;
  const knownSegments = new Map(before.segments.map((one) => [one.key, one]));
  const segments = definitions
    .filter(({ type }) => type === 'segment')
    .map(({ key }): RegisteredSegment => knownSegments.get(key) ?? { key, id: segment++ });
  const knownCounters = new Map(before.counters.map((one) => [counterKey(one.spec), one]));
  const counters = askedCounters(definitions).map((spec): RegisteredCounter => {
    const known = knownCounters.get(counterKey(spec));
    // What was begun without its past is begun anew with it, by whoever wishes it first.
    if (known !== undefined && !(known.partial && backfill !== undefined)) return known;
    const past = backfill === undefined ? ({ partial: true } as const) : { backfill };
    return { id: counter++, spec, countsFrom: publishedAt + COUNTS_AFTER, ...past };
  });
  return { segments, counters, next: { segment, counter } };
}

/** With counters of the registry before that are asked for besides. */
export const keepingCounters = (registry: Registry, before: Registry, ids: Iterable<number>): Registry => {
  const known = new Set(registry.counters.map(({ id }) => id));
  const wanted = new Set(ids);
  const kept = before.counters.filter(({ id }) => wanted.has(id) && !known.has(id));
  return kept.length === 0 ? registry : { ...registry, counters: [...registry.counters, ...kept] };
};

/** After what was received before has been counted for these counters. */
export const filledRegistry = (registry: Registry, filled: ReadonlySet<number>): Registry => ({
  ...registry,
  counters: registry.counters.map((counter) => {
    const { backfill: _, ...done } = counter;
    return filled.has(counter.id) ? done : counter;
  }),
});

/** After other backfills were put in the hands of the one of this release. */
export const refilledRegistry = (registry: Registry, instead: ReadonlySet<number>, backfill: number): Registry => ({
  ...registry,
  counters: registry.counters.map((counter) =>
    counter.backfill !== undefined && instead.has(counter.backfill) ? { ...counter, backfill } : counter,
  ),
});
