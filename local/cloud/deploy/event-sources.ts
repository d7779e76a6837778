import type { LambdaFunction } from '../lambda-function.ts';
import type { FilterCriteria } from '../mappings/filter.ts';
import { recordFilter } from '../mappings/filter.ts';
import { SqsMapping } from '../mappings/sqs-mapping.ts';
import { StreamMapping } from '../mappings/stream-mapping.ts';
import type { StreamViewType } from '../mappings/stream-record.ts';
import { checkMapping, mayLeave } from '../permissions/in-a-role.ts';
import type { Resource } from '../template/stack.ts';
import type { Deployer, Deployment } from './deployment.ts';
import { attribute, describe, flag, list, number, part, refuse, text, unsupported } from './properties.ts';
import { bucketOfArn } from './stores.ts';

export const deployEventSourceMapping: Deployer = (resource, deployment) => {
  if (resource.properties.Enabled !== undefined && !flag(resource, 'Enabled')) return;
  refuse(resource, 'TumblingWindowInSeconds', 'ProvisionedPollerConfig', 'SourceAccessConfigurations');
  if (number(resource, 'MaximumBatchingWindowInSeconds', 0) > 0) throw unsupported(resource, 'batching windows');
  if (number(resource, 'ParallelizationFactor', 1) > 1) throw unsupported(resource, 'parallelization within a shard');
  const target = targetOf(resource, deployment);
  const source = text(resource, 'EventSourceArn');
  checkMapping(deployment.permissions, target.principal, source);
  if (source.split(':')[2] === 'sqs') deploySqsMapping(resource, deployment, source, target);
  else if (source.split(':')[2] === 'dynamodb') deployStreamMapping(resource, deployment, source, target);
  else throw unsupported(resource, source);
};

function targetOf(resource: Resource, { functionsByArn }: Deployment): LambdaFunction {
  const named = text(resource, 'FunctionName');
  const target = functionsByArn.get(named) ?? [...functionsByArn.values()].find(({ name }) => name === named);
  if (!target) throw new Error(`${describe(resource)}: no function ${named}`);
  return target;
}

function deploySqsMapping(resource: Resource, deployment: Deployment, arn: string, target: LambdaFunction): void {
  const { services, sqsMappings, activity, around, meter } = deployment;
  const queue = services.sqs.queue(arn);
  if (!queue) throw new Error(`${describe(resource)}: no queue ${arn}`);
  const scaling = part<{ MaximumConcurrency?: number }>(resource, 'ScalingConfig');
  sqsMappings.push(
    new SqsMapping({
      queue,
      target,
      batchSize: number(resource, 'BatchSize', 10),
      messagesPerPoll: deployment.messagesPerPoll,
      maximumConcurrency: Math.min(Number(scaling?.MaximumConcurrency ?? 1000), target.pool.maximum),
      reportsItemFailures: reportsItemFailures(resource),
      filter: recordFilter(part<FilterCriteria>(resource, 'FilterCriteria')),
      region: around.region,
      activity,
      onReceived: (messages) => meter.polled(target.logicalId, queue.definition.name, messages),
      onDeleted: () => meter.deleted(target.logicalId, queue.definition.name),
    }),
  );
}

function deployStreamMapping(resource: Resource, deployment: Deployment, arn: string, target: LambdaFunction): void {
  const { resources, streamMappings, clock, activity, around, changes } = deployment;
  const table = resources.find(({ attributes }) => attributes.StreamArn === arn);
  const view = table && part<{ StreamViewType: StreamViewType }>(table, 'StreamSpecification')?.StreamViewType;
  if (!table || !view) throw new Error(`${describe(resource)}: no stream ${arn}`);
  const mapping = new StreamMapping({
    id: attribute(resource, 'Id'),
    target,
    stream: { arn, viewType: view, region: around.region },
    filter: recordFilter(part<FilterCriteria>(resource, 'FilterCriteria')),
    delivery: {
      batchSize: number(resource, 'BatchSize', 100),
      reportsItemFailures: reportsItemFailures(resource),
      bisects: flag(resource, 'BisectBatchOnFunctionError'),
      maximumRetryAttempts: number(resource, 'MaximumRetryAttempts', -1),
      maximumAgeSeconds: number(resource, 'MaximumRecordAgeInSeconds', -1),
    },
    storeFailure: failureStore(resource, deployment, target),
    clock,
    activity,
    log: (line) => deployment.log(resource.logicalId, line),
  });
  streamMappings.push(mapping);
  changes.on(table.ref, (change) => mapping.add(change));
}

function failureStore(resource: Resource, deployment: Deployment, { logicalId, principal }: LambdaFunction) {
  const { services, clock, meter, permissions } = deployment;
  const destination = part<{ OnFailure?: { Destination?: string } }>(resource, 'DestinationConfig')?.OnFailure
    ?.Destination;
  if (destination === undefined) return undefined;
  if (!destination.startsWith('arn:aws:s3:::'))
    throw unsupported(resource, `the on-failure destination ${destination}`);
  const bucket = bucketOfArn(destination);
  return (key: string, body: string) => {
    // AWS counts it in DestinationDeliveryFailures, and the records are gone.
    if (!mayLeave(permissions, principal, destination, key)) return;
    services.objects.put(bucket, { key, body: Buffer.from(body), at: clock.now() });
    meter.stored(logicalId, bucket);
  };
}

const reportsItemFailures = (resource: Resource) =>
  list<string>(resource, 'FunctionResponseTypes').includes('ReportBatchItemFailures');
