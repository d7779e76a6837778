import type { Expression } from '../../domain/catalog/expression.ts';
import { compileExpression } from '../../domain/decisions/expressions/compile.ts';
import { neededCounters } from '../../domain/decisions/expressions/references.ts';
import type { Answer } from '../../domain/decisions/horizon.ts';
import { contextOf, type Plan, planOf } from '../../domain/decisions/plan.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { UTC, type Zone } from '../../domain/zone.ts';

export interface AskingOptions {
  readonly zone?: Zone;
  readonly segments?: Readonly<Record<string, Expression>>;
}

/** One question, with the plan under which somebody has to live for it to be answered. */
export interface Asking {
  readonly plan: Plan;
  of(profile: Profile | undefined, now: number): Answer<boolean>;
}

export function asking(where: Expression, { zone = UTC, segments = {} }: AskingOptions = {}): Asking {
  const specs = neededCounters(where, (key) => segments[key]);
  const counters = specs.map((spec, i) => ({ id: i + 1, spec, countsFrom: 0 }));
  const others = Object.entries(segments).map(([key, one], i) => ({ id: i + 1, key, where: one, filling: true }));
  const predicate = compileExpression(where, contextOf({ segments: others, counters }, zone));
  return {
    plan: planOf({ zone, registered: counters }),
    of(profile, now) {
      if (profile === undefined) throw new Error('Nobody is there to ask about');
      return predicate(profile, now, Number.POSITIVE_INFINITY);
    },
  };
}
