import { type Counter, compileCounters } from '../state/counters.ts';
import type { FoldPlan } from '../state/fold.ts';
import { compileSignals, DEFAULT_SIGNALS } from '../state/signals.ts';
import { UTC, type Zone } from '../zone.ts';
import { type CompiledLifecycle, compileLifecycle, DEFAULT_LIFECYCLE, type Lifecycle } from './lifecycle.ts';
import { BUILT_IN_MESSAGES, type MessageRule } from './messages.ts';

/** What the project has decided, in the form in which `advance` asks it. */
export interface Plan extends FoldPlan {
  /** Of the catalog it was compiled from; each publish has the next one. */
  readonly number: number;
  /** When that was published (ms). */
  readonly publishedAt: number;
  readonly lifecycle: CompiledLifecycle;
  readonly messages: readonly MessageRule[];
}

export interface PlanParts {
  readonly number?: number;
  readonly publishedAt?: number;
  readonly zone?: Zone;
  readonly lifecycle?: Lifecycle;
  readonly counters?: readonly Counter[];
}

/** A plan of what every project starts with, except for what is given. */
export const planOf = ({
  number = 0,
  publishedAt = 0,
  zone = UTC,
  lifecycle,
  counters = [],
}: PlanParts = {}): Plan => ({
  number,
  publishedAt,
  zone,
  counters: compileCounters(counters),
  signals: compileSignals(DEFAULT_SIGNALS),
  lifecycle: compileLifecycle(lifecycle ?? DEFAULT_LIFECYCLE, zone),
  messages: BUILT_IN_MESSAGES,
});

export const DEFAULT_PLAN: Plan = planOf();
