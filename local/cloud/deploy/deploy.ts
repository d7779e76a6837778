import type { StackTemplate } from '../template/assembly.ts';
import type { Resource } from '../template/stack.ts';
import { Stack } from '../template/stack.ts';
import type { Deployer, Deployment } from './deployment.ts';
import { deployEventDestination } from './email.ts';
import { deployEventSourceMapping } from './event-sources.ts';
import { deployEventBus, deployRule } from './events.ts';
import { deployEventInvokeConfig, deployFunction } from './functions.ts';
import { deployHttpApi } from './http.ts';
import { deployGlueDatabase, deployGlueTable, deployWorkGroup } from './lake.ts';
import { refuseBeyondLimits } from './limits.ts';
import { passiveTypes } from './passive-types.ts';
import { describe, optionalText, text } from './properties.ts';
import { deployBucket, deployDeliveryStream, deployQueue, deployTable } from './stores.ts';

/** What the local cloud can bring into being, in the order it does: each may rely on those before it. */
const deployers: readonly (readonly [type: string, deploy: Deployer])[] = [
  ['AWS::DynamoDB::GlobalTable', deployTable],
  ['AWS::S3::Bucket', deployBucket],
  ['AWS::SQS::Queue', deployQueue],
  ['AWS::KinesisFirehose::DeliveryStream', deployDeliveryStream],
  ['AWS::Glue::Database', deployGlueDatabase],
  ['AWS::Glue::Table', deployGlueTable],
  ['AWS::Athena::WorkGroup', deployWorkGroup],
  ['AWS::Events::EventBus', deployEventBus],
  ['AWS::SES::ConfigurationSet', ({ ref }, { services }) => services.ses.createConfigurationSet(ref)],
  ['AWS::SES::ConfigurationSetEventDestination', deployEventDestination],
  [
    'AWS::SSM::Parameter',
    (parameter, { services }) =>
      services.ssm.put(parameter.ref, text(parameter, 'Value'), optionalText(parameter, 'Tier')),
  ],
  ['AWS::SES::EmailIdentity', (identity, { services }) => services.ses.verifyIdentity(text(identity, 'EmailIdentity'))],
  ['AWS::Lambda::Function', deployFunction],
  ['AWS::Lambda::EventInvokeConfig', deployEventInvokeConfig],
  ['AWS::Events::Rule', deployRule],
  ['AWS::Lambda::EventSourceMapping', deployEventSourceMapping],
  ['AWS::ApiGatewayV2::Api', deployHttpApi],
];

/** Deploys all stacks. Fails before anything is made when a template holds what is not known, or what AWS refuses. */
export function deploy(templates: readonly StackTemplate[], deployment: Deployment): Stack[] {
  const stacks = templates.map((template) => new Stack(template, deployment.around));
  deployment.resources = stacks.flatMap(resolveStack(deployment));
  refuseUnknownTypes(deployment.resources);
  refuseBeyondLimits(deployment.resources);
  deployment.permissions.load(deployment.resources);
  for (const [type, deployOne] of deployers) {
    for (const resource of deployment.resources) if (resource.type === type) deployOne(resource, deployment);
  }
  return stacks;
}

/** A stack's resources; its parameters and exports become known to the stacks that follow. */
function resolveStack({ around }: Deployment): (stack: Stack) => Resource[] {
  return (stack) => {
    const resources = stack.resources();
    for (const resource of resources) {
      if (resource.type === 'AWS::SSM::Parameter') around.parameters.set(resource.ref, text(resource, 'Value'));
    }
    stack.export();
    return resources;
  };
}

function refuseUnknownTypes(resources: readonly Resource[]): void {
  const known = new Set([...passiveTypes, ...deployers.map(([type]) => type)]);
  const unknown = resources.filter(({ type }) => !known.has(type));
  if (unknown.length === 0) return;
  throw new Error(`The local cloud does not know: ${unknown.map(describe).join('; ')}`);
}
