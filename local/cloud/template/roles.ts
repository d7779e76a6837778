import type { Resource } from './stack.ts';

/** One statement of a policy, as synthesized, with its references resolved. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** All that a role allows: its own policies, those attached to it, and the names of AWS's managed ones. */
export interface FunctionRole {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
  readonly managedPolicies: readonly string[];
}

interface PolicyDocument {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** Collects the roles of the stacks, by arn. */
export function rolesOf(resources: readonly Resource[]): Map<string, FunctionRole> {
  const policies = resources.filter(({ type }) => type === 'AWS::IAM::Policy' || type === 'AWS::IAM::ManagedPolicy');
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
  return new Map(
    roles.map((role) => {
      const arn = role.attributes.Arn ?? '';
      const inline = (role.properties.Policies ?? []) as readonly { readonly PolicyDocument: PolicyDocument }[];
      const attached = policies.filter(({ properties }) =>
        (properties.Roles as string[] | undefined)?.includes(role.ref),
      );
      const documents = [
        ...inline.map(({ PolicyDocument: document }) => document),
        ...attached.map(({ properties }) => properties.PolicyDocument as PolicyDocument),
      ];
      const statements = documents.flatMap(({ Statement }) => Statement);
      const managedPolicies = (role.properties.ManagedPolicyArns ?? []) as string[];
      return [arn, { name: role.ref, arn, statements, managedPolicies }];
    }),
  );
}
