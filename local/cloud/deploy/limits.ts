import type { TableDefinition } from '../services/dynamodb/table.ts';
import type { Resource } from '../template/stack.ts';
import { describe, list, number, part } from './properties.ts';

/** Says what AWS would refuse a resource for; undefined when there is nothing. */
type Check = (resource: Resource, all: readonly Resource[]) => string | undefined;

/** A setting that is there and out of bounds. */
const within =
  (name: string, lowest: number, highest: number): Check =>
  (resource) => {
    const value = number(resource, name, lowest);
    return value < lowest || value > highest ? `${name} is ${value}, not ${lowest} to ${highest}` : undefined;
  };

/** At most so many entries in a list. */
const atMost =
  (name: string, most: number): Check =>
  (resource) => {
    const { length } = list(resource, name);
    return length > most ? `${length} ${name}, where ${most} are allowed` : undefined;
  };

/** What Lambda sets itself. */
const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

const variables: Check = (resource) => {
  const { Variables = {} } = part<{ Variables?: Record<string, unknown> }>(resource, 'Environment') ?? {};
  const wrong = Object.keys(Variables).find(
    (name) => RESERVED_VARIABLES.test(name) || !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name),
  );
  return wrong && `the variable ${wrong} is reserved or no name`;
};

const isOfQueue = ({ properties }: Resource) => String(properties.EventSourceArn).split(':')[2] === 'sqs';

/** Else a message would be received again while it is still being worked on. */
const visibility: Check = (mapping, all) => {
  const { EventSourceArn, FunctionName } = mapping.properties;
  const queue = all.find(({ type, attributes }) => type === 'AWS::SQS::Queue' && attributes.Arn === EventSourceArn);
  const target = all.find(
    ({ type, ref, attributes }) =>
      type === 'AWS::Lambda::Function' && [ref, attributes.Arn].includes(FunctionName as string),
  );
  if (!queue || !target) return undefined;
  const [hidden, timeout] = [number(queue, 'VisibilityTimeout', 30), number(target, 'Timeout', 3)];
  return hidden < timeout
    ? `the queue's visibility time-out of ${hidden} s is less than the function's ${timeout} s`
    : undefined;
};

const batch: Check = (mapping) => {
  const most = isOfQueue(mapping) && number(mapping, 'MaximumBatchingWindowInSeconds', 0) < 1 ? 10 : 10_000;
  return within('BatchSize', 1, most)(mapping, []);
};

const concurrency: Check = (mapping) => {
  const { MaximumConcurrency: workers = 2 } = part<{ MaximumConcurrency?: number }>(mapping, 'ScalingConfig') ?? {};
  return workers < 2 || workers > 1000 ? `MaximumConcurrency is ${workers}, not 2 to 1000` : undefined;
};

const filters: Check = (mapping) => {
  const { Filters = [] } = part<{ Filters?: { Pattern: string }[] }>(mapping, 'FilterCriteria') ?? {};
  if (Filters.length > 5) return `${Filters.length} filters, where 5 are allowed`;
  return Filters.some(({ Pattern }) => Pattern.length > 4096) ? 'a filter of more than 4096 characters' : undefined;
};

const recordAge: Check = (mapping) => {
  const age = number(mapping, 'MaximumRecordAgeInSeconds', -1);
  return age !== -1 && (age < 60 || age > 604_800)
    ? `MaximumRecordAgeInSeconds is ${age}, not −1 or 60 to 604800`
    : undefined;
};

const redrive: Check = (queue) => {
  const { maxReceiveCount: receives = 1 } = part<{ maxReceiveCount?: number }>(queue, 'RedrivePolicy') ?? {};
  return receives < 1 || receives > 1000 ? `maxReceiveCount is ${receives}, not 1 to 1000` : undefined;
};

/** A table defines the attributes its keys are made of, and no others. */
const keyAttributes: Check = ({ properties }) => {
  const table = properties as unknown as TableDefinition;
  const keys = [table, ...(table.GlobalSecondaryIndexes ?? [])].flatMap(({ KeySchema }) => KeySchema);
  const used = new Set(keys.map(({ AttributeName }) => AttributeName));
  const defined = new Set(table.AttributeDefinitions.map(({ AttributeName }) => AttributeName));
  const missing = [...used].find((name) => !defined.has(name));
  const idle = [...defined].find((name) => !used.has(name));
  return (missing && `no definition of the key attribute ${missing}`) ?? (idle && `no key has the attribute ${idle}`);
};

/** AWS keeps schedules on the default bus only. */
const scheduledOnDefaultBus: Check = ({ properties }) =>
  properties.ScheduleExpression !== undefined && !['default', undefined].includes(properties.EventBusName as string)
    ? 'a schedule on a bus of our own'
    : undefined;

const checks: Readonly<Record<string, readonly Check[]>> = {
  'AWS::Lambda::Function': [within('Timeout', 1, 900), within('MemorySize', 128, 10_240), variables],
  'AWS::Lambda::EventSourceMapping': [
    batch,
    concurrency,
    filters,
    visibility,
    recordAge,
    within('MaximumRetryAttempts', -1, 10_000),
  ],
  'AWS::SQS::Queue': [
    within('VisibilityTimeout', 0, 43_200),
    within('DelaySeconds', 0, 900),
    within('MessageRetentionPeriod', 60, 1_209_600),
    redrive,
  ],
  'AWS::DynamoDB::GlobalTable': [atMost('GlobalSecondaryIndexes', 20), keyAttributes],
  'AWS::Events::Rule': [atMost('Targets', 5), scheduledOnDefaultBus],
  'AWS::ApiGatewayV2::Integration': [within('TimeoutInMillis', 50, 30_000)],
};

/** Throws for what CloudFormation would roll a deployment back for, naming the resource and the reason. */
export function refuseBeyondLimits(resources: readonly Resource[]): void {
  for (const resource of resources) {
    for (const check of checks[resource.type] ?? []) {
      const reason = check(resource, resources);
      if (reason) throw new Error(`${describe(resource)}: AWS refuses ${reason}`);
    }
  }
}
