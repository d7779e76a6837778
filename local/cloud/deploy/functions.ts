import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InProcessEnvironment } from '../in-process/in-process-environment.ts';
import { LambdaFunction } from '../lambda-function.ts';
import type { Usage } from '../meter/duration.ts';
import { logWriter } from '../permissions/in-a-role.ts';
import type { Resource, Surroundings } from '../template/stack.ts';
import { ThreadEnvironment, type ThreadEnvironmentOptions } from '../worker/environment.ts';
import { type Environment, EnvironmentPool } from '../worker/environment-pool.ts';
import type { SdkCall } from '../worker/protocol.ts';
import type { Deployer, Deployment } from './deployment.ts';
import { attribute, describe, list, number, optionalText, part, refuse, text, unsupported } from './properties.ts';

/** As on AWS, names and values together. */
const environmentLimit = 4096;

export const deployFunction: Deployer = (resource, deployment) => {
  refuse(resource, 'DeadLetterConfig', 'FileSystemConfigs', 'Layers');
  if (!text(resource, 'Runtime').startsWith('nodejs')) throw unsupported(resource, text(resource, 'Runtime'));
  const { activity, around, functionsByArn, environments, permissions, meter } = deployment;
  const name = resource.ref;
  const arn = attribute(resource, 'Arn');
  const { logicalId } = resource;
  const principal = permissions.assume(text(resource, 'Role'), 'lambda.amazonaws.com', name);
  const mayLog = logWriter(permissions, principal, logStreamOf(resource, around));
  const log = (line: string) => {
    if (!mayLog()) return;
    meter.logged(logicalId, line);
    deployment.log(name, line);
  };
  const accessKeyId = accessKeyOf(resource);
  const memoryMb = number(resource, 'MemorySize', 128);
  const metered = { logicalId, accessKeyId, memoryMb, logsSystem: logsSystem(resource) };
  meter.register(metered);
  const variables = {
    ...runtimeVariables(name, around.region, memoryMb, accessKeyId, around.endpointUrl),
    ...ownVariables(resource),
  };
  permissions.giveKey(accessKeyId, principal);
  const common = { variables, log, onUsage: (usage: Usage) => meter.invocationEnds(metered, usage) };
  const startOne = inThisProcess(resource, deployment, common) ?? inAThread(resource, deployment, common);
  const pool = new EnvironmentPool(environments[logicalId] ?? environments.default ?? 3, startOne);
  const allowsRecursion = optionalText(resource, 'RecursiveLoop') === 'Allow';
  const onInvoke = (event: unknown) => {
    mayLog();
    meter.invocationBegins(logicalId);
    deployment.onInvoke(logicalId, event);
  };
  functionsByArn.set(
    arn,
    new LambdaFunction({
      around: deployment.aroundInvocations,
      logicalId,
      name,
      arn,
      accessKeyId,
      principal,
      pool,
      allowsRecursion,
      activity,
      log,
      onInvoke,
    }),
  );
};

/** Where Lambda writes its log. */
function logStreamOf(resource: Resource, { region, account }: Surroundings): string {
  const group = part<{ LogGroup?: string }>(resource, 'LoggingConfig')?.LogGroup ?? `/aws/lambda/${resource.ref}`;
  return `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:local`;
}

/** What environments need wherever they run. */
type Common = Pick<ThreadEnvironmentOptions, 'variables' | 'log' | 'onUsage'>;

/** How its environments are started: each a thread that loads the bundled asset. */
function inAThread(resource: Resource, deployment: Deployment, common: Common): () => Environment {
  const { assets, clock, endpoint, outside, around, pauses } = deployment;
  const { file, handler } = entryOf(resource, assets);
  const setup = {
    entryUrl: pathToFileURL(file).href,
    handler,
    time: clock.memory,
    endpointHost: new URL(around.endpointUrl).hostname,
    functionName: resource.ref,
    functionArn: attribute(resource, 'Arn'),
    memoryMb: number(resource, 'MemorySize', 128),
    timeoutMs: number(resource, 'Timeout', 3) * 1000,
  };
  const answer = (call: SdkCall) =>
    call.outside === undefined ? endpoint.answer(call) : outside.handle(call.outside, call);
  return () => new ThreadEnvironment({ ...common, setup, pauses, answer });
}

/** The same, of a function that was handed in to run in this process; undefined when this one was not. */
function inThisProcess(
  resource: Resource,
  { inProcess, clock, endpoint, around, pauses }: Deployment,
  { variables, log }: Common,
): (() => Environment) | undefined {
  const tags = list<{ readonly Key: string; readonly Value: string }>(resource, 'Tags');
  const made = inProcess?.functions.get(tags.find(({ Key }) => Key === 'perennial:function')?.Value ?? '');
  if (inProcess === undefined || made === undefined) return undefined;
  const world = { now: clock.now, random: inProcess.random, log };
  const timeoutMs = number(resource, 'Timeout', 3) * 1000;
  const connection = {
    accessKeyId: variables.AWS_ACCESS_KEY_ID ?? '',
    region: around.region,
    endpointUrl: around.endpointUrl,
    answer: (call: SdkCall) => endpoint.answer(call),
  };
  return () => new InProcessEnvironment({ made, variables, world, connection, pauses, timeoutMs });
}

/** Whether Lambda writes START, END and REPORT of each invocation: it does unless the log is JSON and asks for worse only. */
function logsSystem(resource: Resource): boolean {
  const logging = part<{ LogFormat?: string; SystemLogLevel?: string }>(resource, 'LoggingConfig');
  return logging?.LogFormat !== 'JSON' || logging.SystemLogLevel !== 'WARN';
}

/** How often and how long Lambda tries an asynchronous invocation again. */
export const deployEventInvokeConfig: Deployer = (resource, { functionsByArn }) => {
  refuse(resource, 'DestinationConfig');
  const named = text(resource, 'FunctionName');
  const target = [...functionsByArn.values()].find(({ name, arn }) => name === named || arn === named);
  if (!target) throw new Error(`${describe(resource)}: no function ${named}`);
  target.asyncInvocation = {
    retries: number(resource, 'MaximumRetryAttempts', 2),
    maximumAgeSeconds: number(resource, 'MaximumEventAgeInSeconds', 6 * 3600),
  };
};

function entryOf(resource: Resource, assets: ReadonlyMap<string, string>): { file: string; handler: string } {
  const { S3Key: key = '' } = part<{ S3Key?: string }>(resource, 'Code') ?? {};
  const directory = assets.get(key.replace(/\.zip$/, ''));
  if (directory === undefined) throw new Error(`${describe(resource)}: no asset ${key} in the assembly`);
  const [module = '', handler = ''] = text(resource, 'Handler').split('.');
  return { file: join(directory, `${module}.mjs`), handler };
}

function ownVariables(resource: Resource): Record<string, string> {
  const { Variables = {} } = part<{ Variables?: Record<string, unknown> }>(resource, 'Environment') ?? {};
  const variables = Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, String(value)]));
  const bytes = Buffer.byteLength(Object.entries(variables).flat().join(''));
  if (bytes > environmentLimit) {
    throw new Error(`${describe(resource)}: its environment has ${bytes} bytes; Lambda's limit is ${environmentLimit}`);
  }
  return variables;
}

/** What Lambda itself puts into an environment, with the endpoint and the key that lead to the local cloud. */
function runtimeVariables(
  functionName: string,
  region: string,
  memoryMb: number,
  accessKeyId: string,
  endpointUrl: string,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL: endpointUrl,
    // A developer's own AWS configuration must not reach into the functions.
    AWS_CONFIG_FILE: '/nowhere/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    // The SDK warns about Node versions once per thread.
    NODE_NO_WARNINGS: '1',
    TZ: ':UTC',
  };
}

function accessKeyOf({ stackName, logicalId }: Resource): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').toUpperCase();
  return `ASIA${digest.slice(0, 16)}`;
}
