import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';
import { LocalCloud } from '../../../local/cloud/cloud.ts';
import type { LocalCloudOptions } from '../../../local/cloud/cloud-options.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

export interface FunctionUnderTest {
  /** File in functions/, or JavaScript that exports `handler`. */
  readonly file?: string;
  readonly source?: string;
  readonly timeout?: number;
  readonly variables?: Record<string, unknown>;
  /** More of the template's properties. */
  readonly properties?: Record<string, unknown>;
}

export const start = Date.parse('2026-03-01T00:00:00Z');
export const second = 1000;
export const minute = 60 * second;

/** Writes an assembly of one stack by hand, with the given functions bundled as assets. Removed after the test. */
export function writeAssembly(functions: Record<string, FunctionUnderTest>, resources: Resources = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'perennial-core-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const all: Resources = { Role: allowedEverything, ...resources };
  const files: Record<string, unknown> = {};
  for (const [logicalId, { timeout = 5, variables = {}, properties = {}, ...code }] of Object.entries(functions)) {
    writeBundle(join(directory, `asset.${logicalId}`, 'index.mjs'), code);
    files[logicalId] = { source: { path: `asset.${logicalId}`, packaging: 'zip' } };
    all[logicalId] = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        MemorySize: 256,
        Timeout: timeout,
        Code: { S3Bucket: 'assets', S3Key: `${logicalId}.zip` },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: variables },
        ...properties,
      },
    };
  }
  const artifacts = {
    'stack.assets': { type: 'cdk:asset-manifest', properties: { file: 'stack.assets.json' } },
    Stack: {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: 'stack.json' },
      dependencies: ['stack.assets'],
    },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(directory, 'stack.assets.json'), JSON.stringify({ files }));
  writeFileSync(join(directory, 'stack.json'), JSON.stringify({ Resources: all }));
  return directory;
}

/** Most tests are about something else than what a function may do. */
const allowedEverything = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      { PolicyName: 'Everything', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    ],
  },
};

const bundles = new Map<string, string>();

function writeBundle(path: string, { file = '', source }: Pick<FunctionUnderTest, 'file' | 'source'>): void {
  mkdirSync(dirname(path), { recursive: true });
  const known = source ?? bundles.get(file);
  const code = known ?? bundle(file);
  if (known === undefined) bundles.set(file, code);
  writeFileSync(path, code);
}

function bundle(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(`./functions/${file}`, import.meta.url))],
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** A cloud whose time stands still unless moved; stopped after the test. Lines that functions write are collected. */
export async function startCloud(assembly: string, options: Partial<LocalCloudOptions> = {}) {
  const lines: string[] = [];
  const log = (source: string, line: string) => void lines.push(`${source}: ${line}`);
  const cloud = await LocalCloud.start({
    assembly,
    startAt: start,
    ticking: false,
    log,
    quietLimitMs: 20_000,
    ...options,
  });
  onTestFinished(() => cloud.stop());
  return { cloud, lines };
}

export const ref = (logicalId: string) => ({ Ref: logicalId });
export const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

export const table = (stream?: string) => ({
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    Replicas: [{ Region: ref('AWS::Region') }],
    ...(stream ? { StreamSpecification: { StreamViewType: stream } } : {}),
  },
});

export const queue = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

export const sqsMapping = (queueId: string, functionId: string, properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: arnOf(queueId),
    FunctionName: ref(functionId),
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...properties,
  },
});

export const httpApi = (functionId: string, properties: Record<string, unknown> = {}): Resources => ({
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP', ...properties } },
  ApiStage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true },
  },
  ...route('Default', '$default', functionId),
});

/** Lets a service of AWS invoke a function. */
export const invocable = (functionId: string, service: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName: arnOf(functionId), Principal: service },
});

export const route = (id: string, key: string, functionId: string, more: Record<string, unknown> = {}): Resources => ({
  [`${id}Integration`]: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: ref('Api'),
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      IntegrationUri: arnOf(functionId),
    },
  },
  [`${id}Permission`]: invocable(functionId, 'apigateway.amazonaws.com'),
  [`${id}Route`]: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: ref('Api'),
      RouteKey: key,
      Target: { 'Fn::Join': ['', ['integrations/', ref(`${id}Integration`)]] },
      AuthorizationType: 'NONE',
      ...more,
    },
  },
});

/** The one item of a table with this id, its attributes as plain text. */
export function itemOf(
  cloud: LocalCloud,
  logicalId: string,
  id: string,
): Record<string, string | undefined> | undefined {
  return itemsOf(cloud, logicalId).find((item) => item.id === id);
}

export function itemsOf(cloud: LocalCloud, logicalId: string): Record<string, string | undefined>[] {
  const name = cloud.resources.find((one) => one.logicalId === logicalId)?.ref ?? '';
  return [...cloud.services.dynamodb.scan(name)].map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([key, value]) => [
        key,
        (value as { S?: string; N?: string }).S ?? (value as { N?: string }).N,
      ]),
    ),
  );
}

/** The queue made from a template's resource. */
export function queueOf(cloud: LocalCloud, logicalId: string) {
  const arn = cloud.resources.find((one) => one.logicalId === logicalId)?.attributes.Arn ?? '';
  const found = cloud.services.sqs.queue(arn);
  if (!found) throw new Error(`No queue ${logicalId}`);
  return found;
}
