import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of hundreds of shapes.
type Properties = Readonly<Record<string, any>>;

interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** What is gone when a resource of the type is removed or replaced, whether or not CloudFormation retains it. */
const LOST: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'all that is in it, left behind in a table that nobody reads',
  'AWS::S3::Bucket': 'all that is in it, left behind in a bucket that nobody reads',
  'AWS::SQS::Queue': 'the messages on it',
  'AWS::KinesisFirehose::DeliveryStream': 'what it has buffered',
  'AWS::Lambda::EventSourceMapping': 'its place in the stream, and whether it was paused',
  'AWS::Logs::LogGroup': 'its lines',
  'AWS::Events::EventBus': 'the rules other systems have on it',
  'AWS::ApiGatewayV2::Api': 'the address apps send to',
  'AWS::ApiGatewayV2::DomainName': 'what DNS points to',
  'AWS::SNS::Topic': 'its subscriptions',
  'AWS::SNS::Subscription': 'that somebody has confirmed it',
  'AWS::SES::ConfigurationSet': 'the reputation measured with it',
};

const GONE: readonly ResourceImpact[] = [
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
  ResourceImpact.WILL_DESTROY,
  ResourceImpact.WILL_ORPHAN,
];

/** Everything that would go wrong or get lost if a stack of template `before` were updated to `after`. */
export function problemsOfUpdate(before: Template, after: Template): string[] {
  const problems: string[] = [];
  fullDiff(before, after).resources.forEachDifference((id, change) => {
    const type = change.oldResourceType;
    if (type === undefined || !GONE.includes(change.changeImpact)) return;
    const what = LOST[type];
    if (what !== undefined) problems.push(`${type} ${id}: ${change.changeImpact}; lost would be ${what}`);
    else if (nameOf(before.Resources[id]) && change.changeImpact !== ResourceImpact.WILL_DESTROY)
      problems.push(`${type} ${id}: ${change.changeImpact}, which fails for a resource that has a name`);
  });
  for (const [id, resource] of Object.entries(before.Resources)) {
    const today = after.Resources[id];
    if (today === undefined) continue;
    for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy'] as const)
      if (resource[policy]?.startsWith('Retain') && today[policy] !== resource[policy])
        problems.push(`${id}: ${policy} was ${resource[policy]} and is ${today[policy]}`);
    if (resource.Type === 'AWS::DynamoDB::GlobalTable')
      problems.push(...problemsOfTable(id, resource.Properties ?? {}, today.Properties ?? {}));
  }
  return [...problems, ...namesTaken(before, after)];
}

/** What CloudFormation's schema does not tell: what DynamoDB refuses, and what would stop the stream or the expiry. */
function problemsOfTable(id: string, before: Properties, after: Properties): string[] {
  const problems: string[] = [];
  const indexes = ({ GlobalSecondaryIndexes = [] }: Properties) =>
    new Map((GlobalSecondaryIndexes as { IndexName: string }[]).map((index) => [index.IndexName, index]));
  const [old, now] = [indexes(before), indexes(after)];
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.has(name) !== now.has(name));
  if (changed.length > 1) problems.push(`${id}: one update adds or removes one index, not ${changed.join(', ')}`);
  for (const [name, index] of old)
    if (now.has(name) && !isSame(index, now.get(name))) problems.push(`${id}: index ${name} cannot be changed`);
  const types = ({ AttributeDefinitions = [] }: Properties) =>
    new Map(
      (AttributeDefinitions as { AttributeName: string; AttributeType: string }[]).map((one) => [
        one.AttributeName,
        one.AttributeType,
      ]),
    );
  for (const [name, type] of types(before))
    if ((types(after).get(name) ?? type) !== type) problems.push(`${id}: the type of ${name} cannot be changed`);
  for (const part of ['StreamSpecification', 'TimeToLiveSpecification'])
    if (before[part] !== undefined && !isSame(before[part], after[part])) problems.push(`${id}: ${part} has changed`);
  return problems;
}

/** CloudFormation makes what is new before it removes what is old: a name can not move from one logical id to another. */
function namesTaken(before: Template, after: Template): string[] {
  const named = ({ Resources }: Template) =>
    new Map(
      Object.entries(Resources).flatMap(([id, resource]) => {
        const name = nameOf(resource);
        return name ? [[`${resource.Type} ${name}`, id] as const] : [];
      }),
    );
  const owners = named(before);
  return [...named(after)].flatMap(([name, id]) => {
    const owner = owners.get(name) ?? id;
    return owner === id ? [] : [`${id}: ${name} is still ${owner}'s when this one is made`];
  });
}

/** The physical name a template gives, as text. */
function nameOf(resource: Resource | undefined): string | undefined {
  const last = resource?.Type.split('::').at(-1);
  const { Name, [`${last}Name`]: named } = resource?.Properties ?? {};
  const name = named ?? Name;
  return typeof name === 'string' ? name : undefined;
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
