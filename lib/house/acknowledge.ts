import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts a finding of a check at one construct and what it holds, for a reason that stays with it. */
export function acknowledge(scope: IConstruct, id: string, reason: string): void {
  Validations.of(scope).acknowledge({ id, reason });
}

/** Accepts that a role's statement ends in a wildcard: cdk-nag has one finding for each such resource. */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  acknowledge(role, `AwsSolutions-IAM5[Resource::${asInFindings(Stack.of(role).resolve(resource))}]`, reason);
}

/** An ARN as cdk-nag writes it: references in angle brackets. */
function asInFindings(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const [name, argument] = Object.entries(resolved as Record<string, unknown>)[0] ?? [];
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(asInFindings).join('');
  return `<${name === 'Fn::GetAtt' ? (argument as string[]).join('.') : argument}>`;
}
