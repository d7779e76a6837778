import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LambdaFunction } from '../lambda-function.ts';
import type { Resource } from '../template/stack.ts';
import { EnvironmentPool } from '../worker/environment-pool.ts';
import type { Deployer } from './deployment.ts';
import { attribute, describe, number, optionalText, part, refuse, text, unsupported } from './properties.ts';

/** As on AWS, names and values together. */
const environmentLimit = 4096;

export const deployFunction: Deployer = (resource, deployment) => {
  refuse(resource, 'DeadLetterConfig', 'FileSystemConfigs', 'Layers');
  if (!text(resource, 'Runtime').startsWith('nodejs')) throw unsupported(resource, text(resource, 'Runtime'));
  const { assets, clock, activity, endpoint, around, functionsByArn, environments } = deployment;
  const name = resource.ref;
  const arn = attribute(resource, 'Arn');
  const log = (line: string) => deployment.log(name, line);
  const accessKeyId = accessKeyOf(resource);
  const memoryMb = number(resource, 'MemorySize', 128);
  const { file, handler } = entryOf(resource, assets);
  const role = deployment.roles.get(text(resource, 'Role'));
  if (!role) throw new Error(`${describe(resource)}: its role is not in the stacks`);
  const pool = new EnvironmentPool(environments[resource.logicalId] ?? environments.default ?? 3, {
    variables: {
      ...runtimeVariables(name, around.region, memoryMb, accessKeyId, around.endpointUrl),
      ...ownVariables(resource),
    },
    setup: {
      entryUrl: pathToFileURL(file).href,
      handler,
      time: clock.memory,
      endpointHost: new URL(around.endpointUrl).hostname,
      functionName: name,
      functionArn: arn,
      memoryMb,
      timeoutMs: number(resource, 'Timeout', 3) * 1000,
    },
    answer: (call) => endpoint.answer(call),
    log,
  });
  const { logicalId } = resource;
  const allowsRecursion = optionalText(resource, 'RecursiveLoop') === 'Allow';
  const onInvoke = (event: unknown) => deployment.onInvoke(logicalId, event);
  functionsByArn.set(
    arn,
    new LambdaFunction({ logicalId, name, arn, accessKeyId, role, pool, allowsRecursion, activity, log, onInvoke }),
  );
};

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
