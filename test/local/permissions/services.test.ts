import { describe, expect, it } from 'vitest';
import { LocalCloud } from '../../../local/cloud/cloud.ts';
import {
  arnOf,
  httpApi,
  invocable,
  minute,
  queue,
  queueOf,
  ref,
  sqsMapping,
  start,
  startCloud,
  table,
  writeAssembly,
} from '../core/support.ts';
import { allow, trust } from './support.ts';

const says = (text: string) => ({
  source: `export const handler = async () => { console.log(${JSON.stringify(text)}); };`,
});
const fails = { source: 'export const handler = async () => { throw new Error("no"); };' };

/** The role all functions of the test's stack have. */
const role = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    Policies: [{ PolicyName: 'Own', PolicyDocument: { Statement: statements } }],
  },
});
const logs = allow('logs:*', '*');

const minutely = (more: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'Target0', Arn: arnOf('Tick'), DeadLetterConfig: { Arn: arnOf('Missed') }, ...more }],
  },
});
const takesFrom = (ruleId: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [ref('Missed')],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arnOf('Missed'),
          Condition: { ArnEquals: { 'aws:SourceArn': arnOf(ruleId) } },
        },
      ],
    },
  },
});
const permission = (sourceArn: unknown, service = 'events.amazonaws.com') => {
  const { Type, Properties } = invocable('Tick', service);
  return { Type, Properties: { ...Properties, SourceArn: sourceArn } };
};

describe('a rule', () => {
  const stack = { Missed: queue(), Rule: minutely() };

  it('invokes the function that lets this rule', async () => {
    const assembly = writeAssembly({ Tick: says('tick') }, { ...stack, Permission: permission(arnOf('Rule')) });
    const { cloud } = await startCloud(assembly);
    await cloud.advanceTo(start + minute);
    expect(cloud.functions.get('Tick')?.invocations.total).toBe(1);
  });

  it('leaves what it may not give in its dead letters, and says why', async () => {
    const assembly = writeAssembly(
      { Tick: says('tick') },
      { ...stack, Permission: permission('arn:aws:events:*:*:rule/another'), Policy: takesFrom('Rule') },
    );
    const { cloud } = await startCloud(assembly);
    await cloud.advanceTo(start + minute);
    expect(cloud.functions.get('Tick')?.invocations.total).toBe(0);
    const [letter, ...others] = queueOf(cloud, 'Missed').receive(10);
    expect(others).toEqual([]);
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ 'detail-type': 'Scheduled Event' });
    expect(letter?.messageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      RULE_ARN: { StringValue: expect.stringContaining(':rule/') },
      TARGET_ARN: { StringValue: expect.stringContaining(':function:') },
    });
  });

  it('loses it when the dead letters do not take it either', async () => {
    const { cloud, lines } = await startCloud(writeAssembly({ Tick: says('tick') }, stack));
    await cloud.advanceTo(start + minute);
    expect(lines[0]).toMatch(/events.amazonaws.com is not authorized .* because no resource-based policy allows/);
    expect(queueOf(cloud, 'Missed').depth().visible).toBe(0);
    expect(lines.some((line) => line.startsWith('Rule: An event for') && line.includes('is lost'))).toBe(true);
  });

  it('with a target of a kind that is not known is an error', async () => {
    const assembly = writeAssembly({ Tick: says('tick') }, { Missed: queue(), Rule: minutely({ InputPath: '$' }) });
    await expect(LocalCloud.start({ assembly })).rejects.toThrow('does not know InputPath');
  });
});

describe('the gateway', () => {
  it('answers 500 for a function that does not let it', async () => {
    const { ApiPermission: _, DefaultPermission: __, ...api } = httpApi('Tick') as Record<string, { Type: string }>;
    const other = permission('arn:aws:execute-api:*:*:other/*/*', 'apigateway.amazonaws.com');
    const { cloud } = await startCloud(writeAssembly({ Tick: says('tick') }, { ...api, Permission: other }));
    const answer = await fetch(`${cloud.url}/`);
    expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(cloud.functions.get('Tick')?.invocations.total).toBe(0);
  });
});

describe('a mapping', () => {
  const reading = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const stack = { Work: queue(), Mapping: sqsMapping('Work', 'Tick') };

  it.each(reading)('is not made for a role without %s', async (missing) => {
    const rest = reading.filter((action) => action !== missing);
    const assembly = writeAssembly(
      { Tick: says('tick') },
      { ...stack, Role: role(allow(rest, arnOf('Work') as never)) },
    );
    await expect(LocalCloud.start({ assembly })).rejects.toThrow(
      `execution role does not have permissions to call ${missing}`,
    );
  });

  it('that gives up leaves its records where its function may write, and nowhere else', async () => {
    const bucketArn = arnOf('Failures');
    const stream = (...statements: object[]) =>
      writeAssembly(
        { Tick: fails },
        {
          Role: role(logs, allow('dynamodb:*', '*'), ...statements),
          Table: table('NEW_IMAGE'),
          Failures: { Type: 'AWS::S3::Bucket', Properties: {} },
          Mapping: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
              FunctionName: ref('Tick'),
              MaximumRetryAttempts: 0,
              DestinationConfig: { OnFailure: { Destination: bucketArn } },
            },
          },
        },
      );
    const look = allow('s3:ListBucket', bucketArn as never);
    const put = allow('s3:PutObject', { 'Fn::Join': ['/', [bucketArn, '*']] } as never);
    expect(await objectsAfterFailure(stream(look, put))).toBe(1);
    expect(await objectsAfterFailure(stream(look))).toBe(0);
    expect(await objectsAfterFailure(stream(put))).toBe(0);
  });
});

/** How many objects lie in the bucket after a change that the function could not work on. */
async function objectsAfterFailure(assembly: string): Promise<number> {
  const { cloud } = await startCloud(assembly);
  const named = (id: string) => cloud.resources.find(({ logicalId }) => logicalId === id)?.ref ?? '';
  const { dynamodb, objects } = cloud.services;
  const stored = dynamodb.table(named('Table'));
  if (stored) dynamodb.write(stored, stored.keyOf({ id: { S: 'a' } }), { id: { S: 'a' } });
  await cloud.settle();
  return objects.count(named('Failures'));
}

describe('a log', () => {
  it.each([
    [[logs], ['tick']],
    [[allow('logs:CreateLogStream', '*')], []],
  ])('is written where the role lets Lambda', async (statements, expected) => {
    const { cloud, lines } = await startCloud(writeAssembly({ Tick: says('tick') }, { Role: role(...statements) }));
    await cloud.invoke('Tick', {});
    await cloud.stop();
    expect(lines.filter((line) => line.endsWith(': tick')).map((line) => line.slice(-4))).toEqual(expected);
  });
});

describe('stacks', () => {
  const { Properties } = role();
  it.each<[string, object, string]>([
    [
      'a role that Lambda cannot assume',
      { ...Properties, AssumeRolePolicyDocument: trust('ecs.amazonaws.com') },
      'cannot be assumed by lambda.amazonaws.com',
    ],
    [
      'a policy of AWS',
      { ...Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
      'ManagedPolicyArns',
    ],
    [
      'a boundary',
      { ...Properties, PermissionsBoundary: 'arn:aws:iam::000000000000:policy/boundary' },
      'PermissionsBoundary',
    ],
    [
      'a condition nobody can evaluate',
      {
        ...Properties,
        Policies: [
          {
            PolicyName: 'Own',
            PolicyDocument: { Statement: allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }) },
          },
        ],
      },
      'Own, statement 1: the local cloud does not know the condition key aws:SourceIp',
    ],
  ])('with %s are not deployed', async (_, properties, message) => {
    const Role = { Type: 'AWS::IAM::Role', Properties: properties as Record<string, unknown> };
    const assembly = writeAssembly({ Tick: says('tick') }, { Role });
    await expect(LocalCloud.start({ assembly })).rejects.toThrow(message);
  });
});
