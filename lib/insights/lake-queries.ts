import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import type { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { BucketReference } from '../stacks/data-references.ts';

export interface LakeQueriesProps {
  readonly house: House;
  readonly bucket: BucketReference;
}

const RAW_EVENTS = 'raw_events';
const GIGABYTE = 1_000_000_000;

/**
 * Lets raw events be asked by SQL: what the lake's objects are, told to Glue, and a workgroup of Athena to ask in. Nothing
 * of it holds data, so it goes and comes with the engine.
 */
export class LakeQueries extends Construct {
  readonly database: string;
  readonly workGroup: string;
  readonly #bucket: BucketReference;

  constructor(scope: Construct, id: string, { house, bucket }: LakeQueriesProps) {
    super(scope, id);
    const { deployment, lakeQueryGigabytes } = house.stage;
    this.#bucket = bucket;
    // Glue's names have no hyphens where Athena should take them without quotes.
    this.database = `perennial_${deployment.replaceAll('-', '_')}`;
    this.workGroup = `perennial-${deployment}`;
    this.#tables();

    new CfnWorkGroup(this, 'WorkGroup', {
      name: this.workGroup,
      description: 'Questions of Perennial to its lake',
      // A workgroup that has ever answered a query is deleted no other way.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: lakeQueryGigabytes * GIGABYTE,
        resultConfiguration: {
          // The data stack lets what is under `athena/` go after a day.
          outputLocation: `s3://${bucket.name}/athena/`,
          encryptionConfiguration: house.dataKey
            ? { encryptionOption: 'SSE_KMS', kmsKey: house.dataKey.keyArn }
            : { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }

  /** Lets a function ask questions and read their answers. Athena does all of it in the name of who asks. */
  letAsk(asker: FunctionWithDefaults): void {
    const arn = (service: string, resource: string) => Stack.of(this).formatArn({ service, resource });
    const { arn: bucket } = this.#bucket;
    const [catalog, database] = [arn('glue', 'catalog'), arn('glue', `database/${this.database}`)];
    const [raw, answers] = [`${bucket}/raw/*`, `${bucket}/athena/*`];
    acknowledgeWildcard(asker.role ?? asker, raw, 'The delivery stream names the objects by the time of writing.');
    acknowledgeWildcard(asker.role ?? asker, answers, 'Athena names the objects by the ids of queries.');
    asker
      .allow(
        ['athena:GetQueryExecution', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
        [arn('athena', `workgroup/${this.workGroup}`)],
      )
      // Of whichever database a question is, Athena looks at `default` as well.
      .allow(['glue:GetDatabase'], [catalog, database, arn('glue', 'database/default')])
      .allow(
        ['glue:GetPartitions', 'glue:GetTable'],
        [catalog, database, arn('glue', `table/${this.database}/${RAW_EVENTS}`)],
      )
      .allow(['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'], [bucket])
      .allow(['s3:ListBucket'], [bucket], { StringLike: { 's3:prefix': ['raw/*', 'athena/*'] } })
      .allow(['s3:GetObject'], [raw])
      .allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'], [answers]);
  }

  #tables(): void {
    const catalogId = Stack.of(this).account;
    const database = new CfnDatabase(this, 'Database', {
      catalogId,
      databaseInput: { name: this.database, description: 'What the lake of this deployment of Perennial holds' },
    });
    const lines = (id: string, name: string, folder: string, description: string) => {
      const tableInput = this.#linesUnder(folder, name, description);
      const table = new CfnTable(this, id, { catalogId, databaseName: this.database, tableInput });
      table.addResourceDependency(database);
    };
    const asked = 'ask with a range of datehour (UTC)';
    lines('RawEvents', RAW_EVENTS, 'raw', `Raw events: a line of JSON each, as docs/lake.md tells; ${asked}`);
    lines(
      'Receipts',
      'receipts',
      'receipts',
      `What became of emails: a line each, as docs/receipts.md tells; ${asked}`,
    );
  }

  #linesUnder(folder: string, name: string, description: string): CfnTable.TableInputProperty {
    const location = `s3://${this.#bucket.name}/${folder}/`;
    return {
      name,
      description,
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'json',
        // Athena works out which prefixes there are from their names; nobody has to tell it of each new hour.
        'projection.enabled': 'true',
        'projection.datehour.type': 'date',
        'projection.datehour.format': 'yyyy/MM/dd/HH',
        'projection.datehour.interval': '1',
        'projection.datehour.interval.unit': 'HOURS',
        // From before the first release on.
        'projection.datehour.range': '2026/01/01/00,NOW',
        'storage.location.template': `${location}\${datehour}/`,
      },
      partitionKeys: [{ name: 'datehour', type: 'string', comment: 'The hour in which Firehose began the object' }],
      storageDescriptor: {
        // One column, the line: a SerDe that reads JSON would lower the case of names, write numbers its own way and
        // need a new column for whatever an event gains. This one splits at a byte 1, which JSON text never has.
        columns: [{ name: 'line', type: 'string' }],
        location,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' },
      },
    };
  }
}
