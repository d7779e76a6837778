import type { Resource } from './stack.ts';

/** One statement of a policy, as synthesized, with its references resolved. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface PolicyDocument {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** The statements of a resource's policy document; none when it has no such property. */
export function statementsOf(
  { properties }: Pick<Resource, 'properties'>,
  property = 'PolicyDocument',
): readonly PolicyStatement[] {
  const document = properties[property] as PolicyDocument | undefined;
  return document === undefined ? [] : [document.Statement].flat();
}
