import { type Account, arnOf, inputOf, type Need, type NeedsOf } from './need.ts';

const ofWorkGroup = (action: string, workGroup: string, account: Account): Need[] => [
  { action, resource: arnOf(account, 'athena', `workgroup/${workGroup}`) },
];

const startQuery: NeedsOf = (request, account) => {
  const { WorkGroup = 'primary' } = inputOf<{ WorkGroup: string }>(request);
  return ofWorkGroup('athena:StartQueryExecution', WorkGroup, account);
};

/** A request that names a query only: what counts is the workgroup it was asked in. One nobody has asked is Athena's to miss. */
const ofQuery =
  (action: string): NeedsOf =>
  (request, account) => {
    const { QueryExecutionId = '' } = inputOf<{ QueryExecutionId: string }>(request);
    const workGroup = account.workGroupOf(QueryExecutionId);
    return workGroup === undefined ? [] : ofWorkGroup(action, workGroup, account);
  };

export const athenaNeeds: Readonly<Record<string, NeedsOf>> = {
  StartQueryExecution: startQuery,
  GetQueryExecution: ofQuery('athena:GetQueryExecution'),
  GetQueryResults: ofQuery('athena:GetQueryResults'),
  StopQueryExecution: ofQuery('athena:StopQueryExecution'),
};

interface Where {
  readonly region: string;
  readonly account: string;
}

interface Table {
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** A listing of a bucket under a prefix. */
const listing = (bucket: string, prefix: string): Need => ({
  action: 's3:ListBucket',
  resource: `arn:aws:s3:::${bucket}`,
  context: () => ({ 's3:prefix': prefix }),
});

/**
 * What Athena does in the name of who asks while a query runs; it is only known then. Glue asks for each table's database
 * and catalog as well. The lists are those of Athena's documentation: what it does with each cannot be seen from outside.
 */
export const queryNeeds = {
  *reading(
    { region, account: id }: Where,
    database: string,
    { name, bucket, prefix }: Table,
    objects: readonly { readonly object: { readonly key: string } }[],
  ): Iterable<Need> {
    const glue = (resource: string) => arnOf({ region, id }, 'glue', resource);
    const [catalog, schema, table] = [glue('catalog'), glue(`database/${database}`), glue(`table/${database}/${name}`)];
    for (const resource of [catalog, schema, glue('database/default')]) yield { action: 'glue:GetDatabase', resource };
    for (const action of ['glue:GetTable', 'glue:GetPartitions'])
      for (const resource of [catalog, schema, table]) yield { action, resource };
    yield { action: 's3:GetBucketLocation', resource: `arn:aws:s3:::${bucket}` };
    yield listing(bucket, prefix);
    for (const { object } of objects)
      yield { action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${object.key}` };
  },

  *answering(bucket: string, key: string): Iterable<Need> {
    yield { action: 's3:GetBucketLocation', resource: `arn:aws:s3:::${bucket}` };
    yield { action: 's3:ListBucketMultipartUploads', resource: `arn:aws:s3:::${bucket}` };
    yield listing(bucket, key.slice(0, key.lastIndexOf('/') + 1));
    for (const action of ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'])
      for (const resource of [key, `${key}.metadata`]) yield { action, resource: `arn:aws:s3:::${bucket}/${resource}` };
  },
};
