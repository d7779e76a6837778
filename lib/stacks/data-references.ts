import { CfnParameter, Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/**
 * What the data stack tells the engine, by SSM parameters: a CloudFormation export would lock what it names against
 * replacement for as long as somebody imports it.
 */
type Published =
  | 'profilesTable'
  | 'profilesStreamArn'
  | 'timelineTable'
  | 'sendsTable'
  | 'definitionsTable'
  | 'ledgerTable'
  | 'lakeBucket'
  | 'failuresBucket';

const pathOf = (deployment: string, name: Published) => `/perennial/${deployment}/data/${name}`;

/** Writes one value for the engine to read. */
export function publish(scope: Construct, deployment: string, name: Published, stringValue: string): void {
  new StringParameter(scope, name, { parameterName: pathOf(deployment, name), stringValue });
}

export interface TableReference {
  readonly name: string;
  readonly arn: string;
}

export interface BucketReference {
  readonly name: string;
  readonly arn: string;
}

/** The data stack as the engine sees it. */
export interface DataReferences {
  readonly profiles: TableReference & { readonly streamArn: string };
  readonly timeline: TableReference;
  readonly sends: TableReference;
  readonly definitions: TableReference;
  readonly ledger: TableReference;
  readonly lakeBucket: BucketReference;
  readonly failuresBucket: BucketReference;
}

/** Reads, at deploy time, what the data stack of the same deployment has published. */
export function readDataReferences(scope: Construct, deployment: string): DataReferences {
  const stack = Stack.of(scope);
  const read = (name: Published) =>
    new CfnParameter(scope, `${name[0]?.toUpperCase()}${name.slice(1)}`, {
      type: 'AWS::SSM::Parameter::Value<String>',
      default: pathOf(deployment, name),
      description: 'Published by the data stack',
    }).valueAsString;
  const table = (published: Published): TableReference => {
    const name = read(published);
    return { name, arn: stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: name }) };
  };
  const bucket = (published: Published): BucketReference => {
    const name = read(published);
    return { name, arn: stack.formatArn({ service: 's3', region: '', account: '', resource: name }) };
  };
  return {
    profiles: { ...table('profilesTable'), streamArn: read('profilesStreamArn') },
    timeline: table('timelineTable'),
    sends: table('sendsTable'),
    definitions: table('definitionsTable'),
    ledger: table('ledgerTable'),
    lakeBucket: bucket('lakeBucket'),
    failuresBucket: bucket('failuresBucket'),
  };
}
