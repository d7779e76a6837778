import { describe, expect, it } from 'vitest';
import { fullStage, smallStage } from './stages.ts';
import { readable, templatesOf } from './synthesized.ts';

const { engine } = templatesOf({ ...smallStage, ...(fullStage.admin && { admin: fullStage.admin }) });

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const policies = Object.values(engine.findResources('AWS::IAM::Policy'));

function statementsOf(role: string): Statement[] {
  const own = policies.filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role));
  return own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** Every action a role has, with what it is for: `sqs:SendMessage InputsLiveQueue`. */
const permissionsOf = (role: string): string[] => statementsOf(role).flatMap(pairsOf).sort();

const pairsOf = ({ Action, Resource }: Statement): string[] =>
  [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${short(readable(resource))}`));

const partitions = (...kinds: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': kinds } });

const short = (arn: string) =>
  arn.replace(/^arn:AWS::Partition:[^/]*?(:::|[:/](?=[^/:]*\/|table))/, '').replace('table/', '');

const roleOf = (name: string): string => {
  const tagged = Object.values(engine.findResources('AWS::Lambda::Function')).find(({ Properties }) =>
    Properties.Tags.some(
      ({ Key, Value }: { Key: string; Value: string }) => Key === 'perennial:function' && Value === name,
    ),
  );
  return tagged?.Properties.Role['Fn::GetAtt'][0];
};

const reads = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} ${queue}`,
  );
const sends = (...queues: string[]) => queues.map((queue) => `sqs:SendMessage ${queue}`);

const CATALOG = 'arn:AWS::Partition:glue:AWS::Region:AWS::AccountId:catalog';
const QUERIED = [CATALOG, 'database/perennial_test', 'perennial_test/raw_events'];

/** What Athena's guide asks of whoever has a query answered: the table's definition, its objects, and room for the answer. */
const ASKS_THE_LAKE = [
  ...['Get', 'Start', 'Stop'].map((action) => `athena:${action}QueryExecution workgroup/perennial-test`),
  ...[CATALOG, 'database/default', 'database/perennial_test'].map((resource) => `glue:GetDatabase ${resource}`),
  ...QUERIED.flatMap((resource) => [`glue:GetPartitions ${resource}`, `glue:GetTable ${resource}`]),
  ...['GetBucketLocation', 'ListBucket', 'ListBucketMultipartUploads'].map((action) => `s3:${action} LakeBucket`),
  ...['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'].map(
    (action) => `s3:${action} LakeBucket/athena/*`,
  ),
  's3:GetObject LakeBucket/raw/*',
];

describe('a function may do exactly', () => {
  it.each<[string, string[]]>([
    [
      'ingest',
      [
        'dynamodb:GetItem DefinitionsTable',
        'dynamodb:GetItem LedgerTable',
        'dynamodb:PutItem LedgerTable',
        'dynamodb:UpdateItem LedgerTable',
        'dynamodb:BatchGetItem ProfilesTable',
        ...sends('InputsLiveQueue'),
      ],
    ],
    [
      'advance',
      [
        'dynamodb:BatchGetItem ProfilesTable',
        'dynamodb:GetItem LedgerTable',
        ...['BatchGetItem', 'GetItem'].map((action) => `dynamodb:${action} DefinitionsTable`),
        'dynamodb:PutItem ProfilesTable',
        'firehose:PutRecord LakeStream',
        ...sends('LakeRetryQueue', 'InputsLiveQueue', 'InputsTimersQueue', 'InputsBulkQueue'),
        ...['InputsLiveQueue', 'InputsTimersQueue', 'InputsBulkQueue'].flatMap(reads),
      ],
    ],
    [
      'dispatch',
      [
        'dynamodb:BatchWriteItem TimelineTable',
        'dynamodb:PutItem LedgerTable',
        'dynamodb:UpdateItem LedgerTable',
        'events:PutEvents Bus',
        ...sends(
          'EmailMarketingQueue',
          'EmailTransactionalQueue',
          'InputsTimersQueue',
          'CallsQueue',
          'DispatchRetryQueue',
        ),
        ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
          (action) => `dynamodb:${action} ProfilesStreamArn`,
        ),
        's3:ListBucket FailuresBucket',
        's3:PutObject FailuresBucket/*',
      ],
    ],
    [
      'redeliver',
      [
        'dynamodb:BatchWriteItem TimelineTable',
        'dynamodb:PutItem LedgerTable',
        'dynamodb:UpdateItem LedgerTable',
        'events:PutEvents Bus',
        ...sends('EmailMarketingQueue', 'EmailTransactionalQueue', 'InputsTimersQueue', 'CallsQueue'),
        ...reads('DispatchRetryQueue'),
      ],
    ],
    [
      'deliver-email',
      [
        'dynamodb:GetItem ProfilesTable',
        'dynamodb:GetItem LedgerTable',
        'dynamodb:PutItem LedgerTable',
        'dynamodb:GetItem DefinitionsTable',
        'dynamodb:BatchGetItem DefinitionsTable',
        ...['DeleteItem', 'PutItem', 'UpdateItem'].map((action) => `dynamodb:${action} SendsTable`),
        'ses:GetAccount *',
        'ses:SendEmail configuration-set/EmailConfigurationSet',
        'ses:SendEmail identity/*',
        'dynamodb:Query LedgerTable',
        'dynamodb:Query DefinitionsTable',
        'dynamodb:UpdateItem LedgerTable',
        ...sends('EmailMarketingQueue', 'EmailTransactionalQueue', 'InputsTimersQueue'),
        ...['EmailMarketingQueue', 'EmailTransactionalQueue'].flatMap(reads),
      ],
    ],
    [
      'messages',
      [
        'dynamodb:GetItem DefinitionsTable',
        'dynamodb:BatchGetItem DefinitionsTable',
        'dynamodb:GetItem LedgerTable',
        'dynamodb:UpdateItem LedgerTable',
        'dynamodb:GetItem SendsTable',
        'dynamodb:PutItem SendsTable',
        'dynamodb:BatchWriteItem TimelineTable',
        ...sends('EmailTransactionalQueue', 'InputsLiveQueue'),
      ],
    ],
    [
      'preferences',
      [
        'dynamodb:GetItem ProfilesTable',
        'dynamodb:GetItem DefinitionsTable',
        'dynamodb:BatchGetItem DefinitionsTable',
        'dynamodb:GetItem LedgerTable',
        'dynamodb:UpdateItem LedgerTable',
        ...sends('InputsTimersQueue'),
      ],
    ],
    ['tracking', ['dynamodb:GetItem LedgerTable', ...sends('ReceiptsIncomingQueue')]],
    [
      'call',
      [
        'dynamodb:GetItem ProfilesTable',
        'dynamodb:GetItem DefinitionsTable',
        'dynamodb:BatchGetItem DefinitionsTable',
        'secretsmanager:GetSecretValue perennial/test/*',
        ...sends('CallsQueue'),
        ...sends('InputsTimersQueue'),
        ...reads('CallsQueue'),
      ],
    ],
    [
      'receipts',
      [
        'dynamodb:UpdateItem SendsTable',
        'dynamodb:UpdateItem LedgerTable',
        'dynamodb:GetItem DefinitionsTable',
        'dynamodb:BatchGetItem DefinitionsTable',
        'firehose:PutRecord LakeReceipts',
        ...sends('InputsTimersQueue'),
        ...reads('ReceiptsIncomingQueue'),
      ],
    ],
    [
      'sweep',
      [
        'cloudwatch:GetMetricStatistics *',
        'dynamodb:Query ProfilesTable/index/due',
        'dynamodb:GetItem LedgerTable',
        'dynamodb:UpdateItem LedgerTable',
        ...sends('InputsTimersQueue', 'CensusSlicesQueue'),
      ],
    ],
    ['archive', ['firehose:PutRecord LakeStream', ...reads('LakeRetryQueue')]],
    [
      'api',
      [
        'dynamodb:GetItem ProfilesTable',
        'dynamodb:Scan ProfilesTable',
        'dynamodb:Query ProfilesTable/index/email',
        'dynamodb:Query ProfilesTable/index/phone',
        ...['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
          (action) => `dynamodb:${action} DefinitionsTable`,
        ),
        ...['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
          (action) => `dynamodb:${action} LedgerTable`,
        ),
        ...ASKS_THE_LAKE,
        ...sends('CensusSlicesQueue'),
        'dynamodb:Query TimelineTable',
        'dynamodb:GetItem SendsTable',
        'dynamodb:Query SendsTable/index/provider',
        's3:ListBucket LakeBucket',
        'ses:GetAccount *',
        'ses:SendEmail identity/*',
        ...sends('InputsLiveQueue', 'InputsBulkQueue'),
      ],
    ],
  ])('%s', (name, expected) => {
    const own = permissionsOf(roleOf(name)).filter((permission) => !permission.startsWith('logs:'));
    expect(own).toEqual(expected.sort());
  });

  it('write its own log', () => {
    expect(permissionsOf(roleOf('ingest')).filter((permission) => permission.startsWith('logs:'))).toEqual([
      'logs:CreateLogStream IngestFunctionLogs',
      'logs:PutLogEvents IngestFunctionLogs',
    ]);
  });
});

describe('no role', () => {
  it('takes over a policy that AWS manages', () => {
    for (const { Properties } of Object.values(engine.findResources('AWS::IAM::Role')))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  // AWS knows no resources for reading a metric, nor for what SES lets the account send.
  it('has a whole service, or everything of one but the reading of metrics and of quotas', () => {
    for (const { Properties } of policies)
      for (const { Action, Resource } of Properties.PolicyDocument.Statement as Statement[]) {
        expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
        if (!['cloudwatch:GetMetricStatistics', 'ses:GetAccount'].includes(String(Action)))
          expect([Resource].flat()).not.toContain('*');
      }
  });

  // The ledger and the definitions hold several kinds of item, the lake also what was refused.
  it.each<[string, string, object]>([
    ['sweep', 'dynamodb:GetItem LedgerTable', partitions('sweep-cursor')],
    ['sweep', 'dynamodb:UpdateItem LedgerTable', partitions('sweep-cursor')],
    ['advance', 'dynamodb:GetItem LedgerTable', partitions('sweep-cursor')],
    ['dispatch', 'dynamodb:PutItem LedgerTable', partitions('quarantine')],
    ['deliver-email', 'dynamodb:GetItem LedgerTable', partitions('suppression', 'secret', 'budget')],
    ['deliver-email', 'dynamodb:UpdateItem LedgerTable', partitions('budget')],
    ['deliver-email', 'dynamodb:Query DefinitionsTable', partitions('binding')],
    ['deliver-email', 'dynamodb:Query LedgerTable', partitions('hold')],
    ['deliver-email', 'dynamodb:PutItem LedgerTable', partitions('secret', 'hold')],
    [
      ...(['receipts', 'dynamodb:UpdateItem LedgerTable'] as const),
      {
        'ForAllValues:StringLike': {
          'dynamodb:LeadingKeys': ['suppression', 'soft-bounces', 'receipt-counts', 'journey-count#*'],
        },
      },
    ],
    ['redeliver', 'dynamodb:PutItem LedgerTable', partitions('quarantine')],
    ...(['dispatch', 'redeliver'] as const).map((name): [string, string, object] => [
      ...([name, 'dynamodb:UpdateItem LedgerTable'] as const),
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['journey-count#*'] } },
    ]),
    ['preferences', 'dynamodb:GetItem LedgerTable', partitions('suppression', 'secret')],
    ['preferences', 'dynamodb:UpdateItem LedgerTable', partitions('suppression')],
    ['tracking', 'dynamodb:GetItem LedgerTable', partitions('secret')],
    ['messages', 'dynamodb:UpdateItem LedgerTable', partitions('allowance')],
    ['messages', 'dynamodb:PutItem SendsTable', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['asked#*'] } }],
    [
      'api',
      'dynamodb:PutItem DefinitionsTable',
      partitions('tracking-plan', 'audit', 'draft', 'part', 'release', 'catalog', 'proposal', 'binding'),
    ],
    ['api', 'dynamodb:UpdateItem DefinitionsTable', partitions('audit')],
    [
      'api',
      'dynamodb:UpdateItem LedgerTable',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['tracking-plan', 'job#*', 'suppression'] } },
    ],
    ['api', 'dynamodb:DeleteItem LedgerTable', partitions('tracking-plan', 'hold', 'soft-bounces')],
  ])('that is %s has %s for more than its own part', (name, permission, condition) => {
    const granting = statementsOf(roleOf(name)).filter((one) => pairsOf(one).includes(permission));
    expect(granting.map(({ Condition }) => Condition)).toEqual([condition]);
  });

  it('that is api lists more of the lake than the raw events and the answers of its queries', () => {
    const granting = statementsOf(roleOf('api')).filter((one) => pairsOf(one).includes('s3:ListBucket LakeBucket'));
    expect(granting.map(({ Condition }) => Condition)).toEqual([
      { StringLike: { 's3:prefix': 'raw/*' } },
      { StringLike: { 's3:prefix': ['raw/*', 'athena/*'] } },
    ]);
  });

  it.each(['deliver-email', 'api'])('that is %s sends email from another domain than the stage’s', (name) => {
    const [send] = statementsOf(roleOf(name)).filter(({ Action }) => Action === 'ses:SendEmail');
    expect(send?.Condition).toEqual({ StringLike: { 'ses:FromAddress': '*@shop.example' } });
  });
});
