import { describe, expect, test } from 'vitest';
import { refuseBeyondLimits } from '../../../local/cloud/deploy/limits.ts';
import { Stack } from '../../../local/cloud/template/stack.ts';
import { arnOf, queue, sqsMapping, startCloud, table, writeAssembly } from './support.ts';

type Properties = Record<string, unknown>;

const lambda = (properties: Properties = {}) => ({ Type: 'AWS::Lambda::Function', Properties: properties });
const rule = (properties: Properties) => ({ Type: 'AWS::Events::Rule', Properties: properties });
const keys = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, KeyType: 'HASH' }));

/** What a deployment of these resources is refused for. */
function refusal(Resources: Record<string, { Type: string; Properties?: Properties }>): string {
  const around = {
    region: 'eu-west-1',
    account: '000000000000',
    gatewayUrl: 'http://x',
    endpointUrl: 'http://aws',
    exports: new Map(),
    parameters: new Map(),
  };
  const stack = new Stack({ artifactId: 'a', stackName: 'Stack', template: { Resources } }, around);
  try {
    refuseBeyondLimits(stack.resources());
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
}

const fed = (mapping: Properties, timeout = 30, hidden = 30) => ({
  Work: queue({ VisibilityTimeout: hidden }),
  Lambda: lambda({ Timeout: timeout }),
  Mapping: sqsMapping('Work', 'Lambda', mapping),
});
const streaming = (properties: Properties) => ({
  Table: table('NEW_IMAGE'),
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] }, FunctionName: 'f', ...properties },
  },
});
const patterns = (count: number) => ({ Filters: Array.from({ length: count }, () => ({ Pattern: '{}' })) });

describe('AWS refuses to deploy', () => {
  test.each([
    ['a mapping whose queue hides messages for less than its function may run', fed({}, 31), 'visibility time-out'],
    ['a batch of over 10 messages without a batching window', fed({ BatchSize: 11 }), 'BatchSize is 11, not 1 to 10'],
    ['a maximum concurrency of 1', fed({ ScalingConfig: { MaximumConcurrency: 1 } }), 'MaximumConcurrency is 1'],
    ['six filters at a mapping', fed({ FilterCriteria: patterns(6) }), '6 filters'],
    ['a record age under a minute', streaming({ MaximumRecordAgeInSeconds: 30 }), 'MaximumRecordAgeInSeconds'],
    ['a batch of over 10,000 records', streaming({ BatchSize: 10_001 }), 'BatchSize'],
    ['a time-out over 15 minutes', { Lambda: lambda({ Timeout: 901 }) }, 'Timeout is 901, not 1 to 900'],
    ['a memory under 128 MB', { Lambda: lambda({ MemorySize: 64 }) }, 'MemorySize'],
    [
      'a variable that Lambda sets itself',
      { Lambda: lambda({ Environment: { Variables: { AWS_REGION: 'x' } } }) },
      'AWS_REGION',
    ],
    ['a variable that is no name', { Lambda: lambda({ Environment: { Variables: { 'a-b': 'x' } } }) }, 'a-b'],
    ['a delay over 15 minutes', { Work: queue({ DelaySeconds: 901 }) }, 'DelaySeconds'],
    ['a retention over 14 days', { Work: queue({ MessageRetentionPeriod: 1_209_601 }) }, 'MessageRetentionPeriod'],
    [
      'over 1,000 receives before the dead letters',
      { Work: queue({ RedrivePolicy: { deadLetterTargetArn: 'arn', maxReceiveCount: 1_001 } }) },
      'maxReceiveCount',
    ],
    ['a sixth target of a rule', { Rule: rule({ Targets: Array(6).fill({ Id: 'a', Arn: 'b' }) }) }, '6 Targets'],
    [
      'a schedule on a bus of one’s own',
      { Rule: rule({ ScheduleExpression: 'rate(1 minute)', EventBusName: 'ours' }) },
      'a schedule',
    ],
    [
      'a table that defines an attribute of no key',
      {
        Table: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            KeySchema: keys('id'),
            AttributeDefinitions: ['id', 'idle'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          },
        },
      },
      'no key has the attribute idle',
    ],
    [
      'an index by an attribute that is not defined',
      {
        Table: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            KeySchema: keys('id'),
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            GlobalSecondaryIndexes: [
              { IndexName: 'x', KeySchema: keys('email'), Projection: { ProjectionType: 'ALL' } },
            ],
          },
        },
      },
      'no definition of the key attribute email',
    ],
    [
      'an integration that may take over 30 seconds',
      { Call: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { TimeoutInMillis: 30_001 } } },
      'TimeoutInMillis',
    ],
  ])('%s', (_, resources, reason) => expect(refusal(resources)).toContain(reason));

  test.each([
    ['the least and the most that is allowed', fed({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 1_000 } })],
    ['a batching window with a larger batch', fed({ BatchSize: 100, MaximumBatchingWindowInSeconds: 1 })],
    ['five filters', fed({ FilterCriteria: patterns(5) })],
    ['records as old as the stream keeps them', streaming({ MaximumRecordAgeInSeconds: -1 })],
    [
      'variables of ours',
      { Lambda: lambda({ Environment: { Variables: { TABLE: 'x', AWS_LAMBDA_EXEC_WRAPPER: 'y' } } }) },
    ],
  ])('but not %s', (_, resources) => expect(refusal(resources)).toBe('nothing'));

  test('the whole of the stacks that hold it', async () => {
    const assembly = writeAssembly(
      { Lambda: { source: 'export const handler = () => 1;', timeout: 60 } },
      { Work: queue(), Mapping: sqsMapping('Work', 'Lambda', { FunctionName: arnOf('Lambda') }), Other: queue() },
    );
    await expect(startCloud(assembly)).rejects.toThrow(
      "AWS::Lambda::EventSourceMapping Mapping of Stack: AWS refuses the queue's visibility time-out of 30 s",
    );
  });
});
