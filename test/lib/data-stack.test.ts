import { describe, expect, it } from 'vitest';
import { fullStage, smallStage } from './stages.ts';
import { templatesOf } from './synthesized.ts';

const { data, engine } = templatesOf(smallStage);
const { data: protectedData } = templatesOf(fullStage);

interface TableProperties {
  readonly KeySchema: { readonly AttributeName: string }[];
  readonly GlobalSecondaryIndexes?: {
    readonly IndexName: string;
    readonly KeySchema: { readonly AttributeName: string }[];
    readonly Projection: { readonly ProjectionType: string };
  }[];
  readonly TimeToLiveSpecification?: { readonly AttributeName: string };
  readonly StreamSpecification?: { readonly StreamViewType: string };
  readonly Replicas: { readonly [name: string]: unknown }[];
}

const keysOf = ({ KeySchema }: Pick<TableProperties, 'KeySchema'>) =>
  KeySchema.map(({ AttributeName }) => AttributeName);

function shapesOf(template: typeof data) {
  const tables = Object.entries(template.findResources('AWS::DynamoDB::GlobalTable'));
  return Object.fromEntries(
    tables.map(([id, { Properties }]) => {
      const table = Properties as TableProperties;
      const indexes = (table.GlobalSecondaryIndexes ?? []).map(
        (index) => `${index.IndexName} ${keysOf(index).join('+')} ${index.Projection.ProjectionType}`,
      );
      const more = [table.StreamSpecification?.StreamViewType, table.TimeToLiveSpecification?.AttributeName];
      return [id, [keysOf(table).join('+'), ...indexes, ...more].filter(Boolean).join(', ')];
    }),
  );
}

describe('what is remembered', () => {
  // Logical ids stand here on purpose: a retained resource that is renamed is left behind, empty beside a new one.
  it('lives in five tables, whose names in the stack never change', () => {
    expect(shapesOf(data)).toEqual({
      Profiles4FC22479: 'id, due dueShard+dueAt KEYS_ONLY, email email KEYS_ONLY, phone phone KEYS_ONLY, NEW_IMAGE',
      Timeline25B2E0B3: 'user+entry, expiresAt',
      SendsD89EF50D: 'sendId, provider providerId KEYS_ONLY, expiresAt',
      DefinitionsE678EDEB: 'kind+name',
      LedgerB7379752: 'kind+name, expiresAt',
    });
  });

  it('and in two buckets, likewise', () => {
    expect(Object.keys(data.findResources('AWS::S3::Bucket'))).toEqual(['Lake5F1B88EA', 'Failures8A3E1A2F']);
  });

  it('and nowhere else: nothing more is kept when a stack goes', () => {
    const kept = [data, engine].flatMap((template) =>
      Object.values<{ Type: string; DeletionPolicy?: string }>(template.toJSON().Resources).flatMap((resource) =>
        resource.DeletionPolicy?.startsWith('Retain') ? [resource.Type] : [],
      ),
    );
    const tables = Array(5).fill('AWS::DynamoDB::GlobalTable');
    expect(kept.sort()).toEqual([...tables, 'AWS::S3::Bucket', 'AWS::S3::Bucket']);
  });

  it('outlives its stack', () => {
    const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
    data.allResources('AWS::DynamoDB::GlobalTable', kept);
    data.allResources('AWS::S3::Bucket', kept);
  });

  it('can be restored to any moment of a week', () => {
    const recovery = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 };
    for (const { Properties } of Object.values(data.findResources('AWS::DynamoDB::GlobalTable')))
      expect(Properties.Replicas[0].PointInTimeRecoverySpecification).toEqual(recovery);
  });

  it('cannot be deleted where the stage protects it', () => {
    const protection = (template: typeof data) =>
      Object.values(template.findResources('AWS::DynamoDB::GlobalTable')).map(
        ({ Properties }) => Properties.Replicas[0].DeletionProtectionEnabled,
      );
    expect(new Set(protection(data))).toEqual(new Set([false]));
    expect(new Set(protection(protectedData))).toEqual(new Set([true]));
  });

  it('is private, and encrypted on the way', () => {
    data.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const policies = Object.values(data.findResources('AWS::S3::BucketPolicy'));
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies)
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
  });

  it('uses the key of the stage where it has one', () => {
    protectedData.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    const buckets = Object.values(protectedData.findResources('AWS::S3::Bucket'));
    for (const { Properties } of buckets) {
      const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      expect(rule.ServerSideEncryptionByDefault.KMSMasterKeyID).toBe(fullStage.cmkArn);
    }
  });

  it('is known to the engine by parameters of this deployment', () => {
    const parameters = Object.values(data.findResources('AWS::SSM::Parameter'));
    expect(parameters.map(({ Properties }) => Properties.Name).sort()).toEqual(
      ['definitionsTable', 'failuresBucket', 'lakeBucket', 'ledgerTable']
        .concat(['profilesStreamArn', 'profilesTable', 'sendsTable', 'timelineTable'])
        .map((name) => `/perennial/test/data/${name}`),
    );
  });
});
