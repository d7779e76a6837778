import { below } from '../problems/problem.ts';
import type { JourneyStep } from './step.ts';

/** A way from one step to another, as it stands in the definition. */
export interface Way {
  readonly to: string;
  /** Below the step: `/branches/0/next`. */
  readonly path: string;
  /** Whether time passes for certain before anybody comes along here. */
  readonly waits: boolean;
}

/** All ways out of a step. */
export function waysOf(step: JourneyStep): readonly Way[] {
  switch (step.type) {
    case 'exit':
      return [];
    case 'branch':
      return [...listed('branches', step.branches), at('otherwise', step.otherwise)];
    case 'split':
      return listed('shares', step.shares);
    case 'experiment':
      return [
        ...listed('variants', step.variants),
        ...(step.holdout === undefined ? [] : [{ ...at('', step.holdout.next), path: below('', 'holdout', 'next') }]),
      ];
    case 'wait-for':
      return [
        // What holds already, or has happened to a message already, lets her through at once.
        ...step.first.map((one, i) => ({ to: one.next, path: below('', 'first', i, 'next'), waits: 'event' in one })),
        { ...at('otherwise', step.otherwise), waits: true },
      ];
    case 'wait':
      return [{ ...at('next', step.next), waits: true }];
    // It may be her best hour already.
    case 'wait-for-best-hour':
      return [at('next', step.next)];
    case 'wait-until':
      // A day that is over lets her through at once; a time of day is always still to come.
      return [{ ...at('next', step.next), waits: step.day === undefined }];
    case 'message':
      return [at('next', step.next), ...optional('withheld', step.withheld)];
    case 'webhook':
    case 'handoff':
      return [at('next', step.next), ...optional('failed', step.failed)];
    case 'offer':
      return [at('next', step.next), ...optional('redeemed', step.redeemed)];
    default:
      return [at('next', step.next)];
  }
}

const at = (member: string, to: string): Way => ({ to, path: below('', member), waits: false });
const optional = (member: string, to: string | undefined): readonly Way[] => (to === undefined ? [] : [at(member, to)]);
const listed = (member: string, list: readonly { readonly next: string }[]): readonly Way[] =>
  list.map(({ next }, i) => ({ to: next, path: below('', member, i, 'next'), waits: false }));

/** Steps by their ids, with what leads where. */
export type Graph = ReadonlyMap<string, readonly Way[]>;

export const graphOf = (steps: Readonly<Record<string, JourneyStep>>): Graph =>
  new Map(Object.entries(steps).map(([id, step]) => [id, waysOf(step)]));

/** All that somebody can come to from some places. */
export function reachable(
  graph: Graph,
  from: Iterable<string>,
  along: (way: Way) => boolean = () => true,
): Set<string> {
  const found = new Set<string>();
  const left = [...from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id) || !graph.has(id)) continue;
    found.add(id);
    left.push(...(graph.get(id) ?? []).filter(along).map(({ to }) => to));
  }
  return found;
}
