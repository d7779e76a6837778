import { type PolicyStatement, statementsOf } from '../template/policy.ts';
import type { Resource } from '../template/stack.ts';
import type { Principal } from './principal.ts';
import { type Rule, rulesOf } from './rule.ts';

/** A rule that hangs on the resource and not on who asks. */
export interface ResourceRule extends Rule {
  readonly names: (who: Principal) => boolean;
}

/** The policies of queues, buckets and functions, by the resource's arn. */
export function resourcePoliciesOf(resources: readonly Resource[]): Map<string, readonly ResourceRule[]> {
  const found = new Map<string, ResourceRule[]>();
  const add = (arn: string, rules: readonly ResourceRule[]) => found.set(arn, [...(found.get(arn) ?? []), ...rules]);
  const arnOf = (ref: string) => resources.find((one) => one.ref === ref)?.attributes.Arn ?? ref;
  for (const resource of resources) {
    const { type, properties, logicalId } = resource;
    if (type === 'AWS::DynamoDB::GlobalTable') refusePolicyOf(resource);
    if (type === 'AWS::SQS::QueuePolicy')
      for (const url of properties.Queues as string[])
        add(arnOf(url), resourceRules(statementsOf(resource), logicalId));
    if (type === 'AWS::S3::BucketPolicy')
      add(arnOf(String(properties.Bucket)), resourceRules(statementsOf(resource), logicalId));
    if (type === 'AWS::Lambda::Permission') {
      const arn = arnOf(String(properties.FunctionName));
      add(arn, resourceRules([permissionStatement(properties, arn)], logicalId));
    }
  }
  return found;
}

/** Tables can have policies of their own; none of ours has. */
function refusePolicyOf({ logicalId, properties }: Resource): void {
  const replicas = (properties.Replicas ?? []) as readonly { readonly ResourcePolicy?: unknown }[];
  if (replicas.some(({ ResourcePolicy }) => ResourcePolicy !== undefined))
    throw new Error(`${logicalId}: the local cloud does not know policies of tables`);
}

/** Taken apart like any statements, each rule with whom its statement names. */
export const resourceRules = (statements: readonly PolicyStatement[], policy: string): ResourceRule[] =>
  statements.flatMap((statement, index) => {
    const names = namesOf(statement, policy);
    // One by one, and numbered as in their policy.
    return rulesOf([{ Sid: String(index + 1), ...statement }], policy).map((rule) => ({ ...rule, names }));
  });

/** What AddPermission writes into a function's policy: the source's arn may have wildcards. */
function permissionStatement(permission: Resource['properties'], functionArn: string): PolicyStatement {
  const { Action, Principal, SourceArn, SourceAccount, ...others } = permission;
  const unknown = Object.keys(others).find((name) => name !== 'FunctionName');
  if (unknown !== undefined) throw new Error(`The local cloud does not know ${unknown} of an AWS::Lambda::Permission`);
  return {
    Effect: 'Allow',
    Principal: { Service: String(Principal) },
    Action: String(Action),
    Resource: functionArn,
    Condition: {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  };
}

function namesOf({ Principal: named }: PolicyStatement, policy: string): (who: Principal) => boolean {
  if (named === '*') return () => true;
  const entries = Object.entries(named ?? {}).flatMap(([kind, ids]) => [ids].flat().map((id) => [kind, id] as const));
  if (entries.length === 0) throw new Error(`${policy}: a statement of a resource's policy must name a principal`);
  const tests = entries.map(([kind, id]): ((who: Principal) => boolean) => {
    if (kind === 'AWS' && id === '*') return () => true;
    // An account's own id would leave it to the roles' policies: another rule, which nothing of ours uses.
    if (kind === 'AWS' && id.includes(':role/')) return (who) => who.arn === id;
    if (kind === 'Service') return (who) => who.arn === id;
    throw new Error(`${policy}: the local cloud does not know the principal ${kind} ${id}`);
  });
  return (who) => tests.some((test) => test(who));
}
