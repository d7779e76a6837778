import type { Context } from './condition.ts';
import type { ResourceRule } from './resource-policies.ts';
import type { Rule } from './rule.ts';

export type Decision =
  | { readonly outcome: 'allowed'; readonly by: Rule }
  /** A statement forbids it, which no other can make good. */
  | { readonly outcome: 'denied'; readonly by: Rule; readonly policy: 'identity-based' | 'resource-based' }
  /** No statement allows it. */
  | { readonly outcome: 'not-allowed' };

/** The rules that are about an action, a resource and a principal; whether they hold depends on the request. */
export interface Candidates {
  readonly identity: readonly Rule[];
  readonly resource: readonly ResourceRule[];
}

const appliesTo = (rule: Rule, context: () => Context) => rule.holds === undefined || rule.holds(context());

/**
 * Within one account either side may allow: the policies of who asks, or the policy of what is asked for. A denial on
 * either side is the last word.
 */
export function decide({ identity, resource }: Candidates, context: () => Context): Decision {
  const find = (rules: readonly Rule[], effect: Rule['effect']) =>
    rules.find((rule) => rule.effect === effect && appliesTo(rule, context));
  const deniedById = find(identity, 'Deny');
  if (deniedById) return { outcome: 'denied', by: deniedById, policy: 'identity-based' };
  const deniedByResource = find(resource, 'Deny');
  if (deniedByResource) return { outcome: 'denied', by: deniedByResource, policy: 'resource-based' };
  const by = find(identity, 'Allow') ?? find(resource, 'Allow');
  return by ? { outcome: 'allowed', by } : { outcome: 'not-allowed' };
}
