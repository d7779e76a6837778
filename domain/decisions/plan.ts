import { type CompiledLifecycle, compileLifecycle, DEFAULT_LIFECYCLE } from './lifecycle.ts';
import { BUILT_IN_MESSAGES, type MessageRule } from './messages.ts';

/** What the project has decided, in the form in which `advance` asks it. */
export interface Plan {
  readonly lifecycle: CompiledLifecycle;
  readonly messages: readonly MessageRule[];
}

export const DEFAULT_PLAN: Plan = { lifecycle: compileLifecycle(DEFAULT_LIFECYCLE), messages: BUILT_IN_MESSAGES };
