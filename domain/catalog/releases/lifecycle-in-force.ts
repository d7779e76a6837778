import { neededCounters, referencesOf, withSegments } from '../../decisions/expressions/references.ts';
import { type CounterSpec, counterKey } from '../counter-spec.ts';
import { type DefinitionName, idOf } from '../definition.ts';
import type { Expression } from '../expression.ts';
import type { CheckedDefinition } from '../schemas.ts';
import type { ReleaseContent } from './changes.ts';
import type { LifecycleInForce, Registry, Release, WaitingLifecycle } from './release.ts';

/**
 * Why the lifecycle among some definitions waits, and what is in force until then; undefined when all that it asks for is
 * counted, or nobody wishes to have its past counted.
 * @param registry of the release that brings it
 */
export function waitingLifecycle(
  current: ReleaseContent | undefined,
  definitions: readonly CheckedDefinition[],
  registry: Registry,
): WaitingLifecycle | undefined {
  const counters = idsOf(askedFor(definitions).counters, registry);
  const isWaiting = stillWaits({ counters }, registry);
  return isWaiting ? { counters, inForce: current === undefined ? DEFAULT : lifecycleInForce(current) } : undefined;
}

/** Whether something that it asks for still has to be filled. */
export const stillWaits = ({ counters }: Pick<WaitingLifecycle, 'counters'>, registry: Registry): boolean =>
  registry.counters.some(({ id, backfill }) => backfill !== undefined && counters.includes(id));

const DEFAULT: LifecycleInForce = { items: [], counters: [] };

function lifecycleInForce({ release, definitions }: ReleaseContent): LifecycleInForce {
  if (release.waiting !== undefined) return release.waiting.inForce;
  const { names, counters } = askedFor(definitions);
  return { items: itemsOf(release, names), counters: idsOf(counters, release.registry) };
}

function itemsOf({ items }: Release, names: readonly DefinitionName[]) {
  const wanted = new Set(names.map(idOf));
  return items.filter((item) => wanted.has(idOf(item)));
}

/** A lifecycle with the segments it asks for, and what profiles count for them. */
function askedFor(definitions: readonly CheckedDefinition[]): {
  readonly names: readonly DefinitionName[];
  readonly counters: readonly CounterSpec[];
} {
  const segments = new Map<string, Expression>();
  const stages: Expression[] = [];
  const names: DefinitionName[] = [];
  for (const { type, key, body } of definitions) {
    if (type === 'segment') segments.set(key, body.where);
    if (type !== 'lifecycle') continue;
    names.push({ type, key });
    stages.push(...body.stages.map(({ when }) => when));
  }
  const segment = (key: string) => segments.get(key);
  const asked = new Set(
    stages.flatMap((when) => withSegments(when, segment)).flatMap((one) => [...referencesOf(one).segments]),
  );
  return {
    names: [...names, ...[...asked].map((key) => ({ type: 'segment' as const, key }))],
    counters: stages.flatMap((when) => neededCounters(when, segment)),
  };
}

function idsOf(specs: readonly CounterSpec[], { counters }: Registry): readonly number[] {
  const wanted = new Set(specs.map(counterKey));
  return counters.filter(({ spec }) => wanted.has(counterKey(spec))).map(({ id }) => id);
}
