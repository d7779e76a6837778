import type { Rule } from './rule.ts';

/** Somebody who asks: a function or a service under a role, a service by itself, or whoever sits at this machine. */
export interface Principal {
  /** What resource policies know it by: the arn of its role, or a service's name such as `events.amazonaws.com`. */
  readonly arn: string;
  /** What refusals call it. */
  readonly name: string;
  /** Its own policies; a service that asks by itself has none. */
  readonly rules: readonly Rule[];
}
