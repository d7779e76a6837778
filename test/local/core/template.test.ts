import { describe, expect, test } from 'vitest';
import { LocalCloud } from '../../../local/cloud/cloud.ts';
import type { Scope } from '../../../local/cloud/template/intrinsics.ts';
import { noValue, resolve } from '../../../local/cloud/template/intrinsics.ts';
import { Stack } from '../../../local/cloud/template/stack.ts';
import { arnOf, queue, ref, sqsMapping, startCloud, writeAssembly } from './support.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub writes its variables
const scope: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? noValue : `ref-${name}`),
  getAtt: (id, attribute) => `${id}.${attribute}`,
  importValue: (name) => `import-${name}`,
  condition: (name) => name === 'Yes',
  mapping: (...keys) => keys.join('/'),
};

describe('intrinsic functions', () => {
  test.each([
    [{ Ref: 'A' }, 'ref-A'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
    [{ 'Fn::GetAtt': 'A.Arn' }, 'A.Arn'],
    [{ 'Fn::Join': ['-', ['x', { Ref: 'A' }, 3]] }, 'x-ref-A-3'],
    [{ 'Fn::Sub': 'a ${A} ${B.Arn} ${!C}' }, 'a ref-A B.Arn ${C}'],
    [{ 'Fn::Sub': ['${Own}/${A}', { Own: { Ref: 'X' } }] }, 'ref-X/ref-A'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': 'x-${A}' } }, 'import-x-ref-A'],
    [{ 'Fn::FindInMap': ['M', { Ref: 'K' }, 'n'] }, 'M/ref-K/n'],
    [{ 'Fn::If': ['Yes', 1, { Ref: 'AWS::NoValue' }] }, 1],
    [{ keep: 1, drop: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, { keep: 1 }],
    [{ 'Fn::And': [{ 'Fn::Equals': ['a', 'a'] }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    [{ 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'b'] }] }, false],
    [{ Condition: { StringEquals: { a: { Ref: 'A' } } } }, { Condition: { StringEquals: { a: 'ref-A' } } }],
  ])('%j', (value, expected) => expect(resolve(value, scope)).toEqual(expected));

  test('one that is not known is an error', () => {
    expect(() => resolve({ 'Fn::Transform': {} }, scope)).toThrow('Fn::Transform');
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

describe('stacks', () => {
  const around = {
    region: 'eu-west-1',
    account: '000000000000',
    gatewayUrl: 'http://x',
    endpointUrl: 'http://aws',
    exports: new Map(),
  };

  test('read what earlier ones left in SSM', () => {
    const parameters = new Map([['/app/table', 'things']]);
    const template = {
      Parameters: {
        Table: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/app/table' },
        Missing: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/app/none' },
      },
      Resources: {
        Copy: { Type: 'AWS::SSM::Parameter', Properties: { Name: 'copy', Type: 'String', Value: ref('Table') } },
      },
      Outputs: { Bad: { Value: ref('Missing') } },
    };
    const stack = new Stack({ artifactId: 'a', stackName: 'S', template }, { ...around, parameters });
    expect(stack.resources()[0]?.properties.Value).toBe('things');
    expect(() => stack.outputs()).toThrow('no earlier stack wrote the parameter /app/none');
  });

  test('leave out resources whose condition does not hold, and name the rest in the same way each time', () => {
    const template = {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Off: { Type: 'AWS::SQS::Queue', Condition: 'Never' }, On: { Type: 'AWS::SQS::Queue' } },
    };
    const resources = () =>
      new Stack({ artifactId: 'a', stackName: 'S', template }, { ...around, parameters: new Map() }).resources();
    expect(resources().map(({ logicalId }) => logicalId)).toEqual(['On']);
    expect(resources()[0]?.ref).toBe(resources()[0]?.ref);
    expect(resources()[0]?.ref).toMatch(/^http:\/\/aws\/000000000000\/S-On-[0-9a-f]{12}$/);
  });
});

describe('deploying', () => {
  const handler = { source: 'export const handler = () => 1;' };

  test.each([
    ['a type nobody looked at', { Odd: { Type: 'AWS::Kinesis::Stream' } }, 'AWS::Kinesis::Stream Odd of Stack'],
    ['a FIFO queue', { Work: queue({ FifoQueue: true }) }, 'does not support FIFO queues'],
    [
      'a batching window',
      { Work: queue(), Mapping: sqsMapping('Work', 'Lambda', { MaximumBatchingWindowInSeconds: 5 }) },
      'batching windows',
    ],
    [
      'an attribute nobody knows',
      { Work: queue(), Copy: queue({ RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Work', 'Odd'] } } }) },
      'attribute Odd',
    ],
  ])('fails for %s', async (_, resources, message) => {
    const assembly = writeAssembly({ Lambda: handler }, resources);
    await expect(LocalCloud.start({ assembly })).rejects.toThrow(message);
  });

  test('fails for an environment over 4 KB', async () => {
    const assembly = writeAssembly({ Lambda: { ...handler, variables: { LONG: 'x'.repeat(4096) } } });
    await expect(LocalCloud.start({ assembly })).rejects.toThrow("4100 bytes; Lambda's limit is 4096");
  });

  test("knows what a function's role allows", async () => {
    const Statement = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf('Work') }];
    const { cloud } = await startCloud(
      writeAssembly(
        { Lambda: handler },
        {
          Work: queue(),
          Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [ref('Role')], PolicyDocument: { Statement } } },
        },
      ),
    );
    expect(cloud.permissions.granted.map(({ rule }) => rule)).toContainEqual(
      expect.objectContaining({
        effect: 'Allow',
        action: 'sqs:SendMessage',
        resource: expect.stringMatching(/^arn:aws:sqs:eu-central-1:000000000000:Stack-Work-/),
        policy: 'Policy',
      }),
    );
  });
});
