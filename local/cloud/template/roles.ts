import { type PolicyStatement, statementsOf } from './policy.ts';
import type { Resource } from './stack.ts';

/** A policy of a role, by the logical id it has in its stack. */
interface RolePolicy {
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

/** A role with all that is said of it: who may take it on, and what it allows. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly trust: readonly PolicyStatement[];
  readonly policies: readonly RolePolicy[];
}

/** Collects the roles of the stacks, by arn. Throws for a role that is more, or less, than its policies in the stacks. */
export function rolesOf(resources: readonly Resource[]): Map<string, Role> {
  const policies = resources.filter(({ type }) => type === 'AWS::IAM::Policy' || type === 'AWS::IAM::ManagedPolicy');
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
  return new Map(roles.map((role) => [role.attributes.Arn ?? '', roleOf(role, policies)]));
}

function roleOf(role: Resource, policies: readonly Resource[]): Role {
  for (const property of ['ManagedPolicyArns', 'PermissionsBoundary'])
    if (role.properties[property] !== undefined)
      throw new Error(`AWS::IAM::Role ${role.logicalId}: the local cloud does not know what its ${property} say`);
  const inline = (role.properties.Policies ?? []) as readonly Readonly<Record<string, unknown>>[];
  const attached = policies.filter(({ properties }) => (properties.Roles as string[] | undefined)?.includes(role.ref));
  return {
    name: role.ref,
    arn: role.attributes.Arn ?? '',
    logicalId: role.logicalId,
    trust: statementsOf(role, 'AssumeRolePolicyDocument'),
    policies: [
      ...inline.map((properties) => ({
        name: String(properties.PolicyName),
        statements: statementsOf({ properties }),
      })),
      ...attached.map((policy) => ({ name: policy.logicalId, statements: statementsOf(policy) })),
    ],
  };
}
