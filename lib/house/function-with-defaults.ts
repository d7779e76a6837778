import { join } from 'node:path';
import { type Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import release from '../../package.json' with { type: 'json' };
import { acknowledge } from './acknowledge.ts';
import type { House } from './house.ts';

export interface FunctionWithDefaultsProps {
  readonly house: House;
  /** The name of its entry: what is bundled from `<name>.entry.ts`. */
  readonly name: string;
  readonly description: string;
  /** From the entry's settings file. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  readonly timeout: Duration;
  /** Runs for every event: Lambda's own START, END and REPORT lines would be most of its log bill. */
  readonly hot?: boolean;
  /** Sends messages to a queue it reads; it must carry its own limit of hops. */
  readonly callsItself?: boolean;
}

/** What DynamoDB, SQS and S3 do with a stage's own key in the name of the function that calls them. */
const keyActions = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'].map(
  (action) => `kms:${action}`,
);
const viaStores = (region: string) => ({
  StringEquals: { 'kms:ViaService': ['dynamodb', 'sqs', 's3'].map((service) => `${service}.${region}.amazonaws.com`) },
});

/**
 * A function as we run them: arm64, JSON logs that end with the stage's retention, and a role that may write that log
 * and nothing else until `allow` says so. AWS's managed basic role may write every log group of the account.
 */
export class FunctionWithDefaults extends lambda.Function {
  /** The name of its entry. */
  readonly entry: string;

  constructor(scope: Construct, id: string, props: FunctionWithDefaultsProps) {
    const { house, name, hot = false, callsItself = false } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: house.stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    super(scope, id, {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(house.bundles, name)),
      handler: 'index.handler',
      environment: { ...props.environment },
      memorySize: props.memorySize,
      timeout: props.timeout,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      systemLogLevelV2: hot ? lambda.SystemLogLevel.WARN : lambda.SystemLogLevel.INFO,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      ...(callsItself && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
    });
    this.entry = name;
    Tags.of(this).add('perennial:function', name);
    // Who is woken at night wants to know what runs. Its mappings need no update for it in each release.
    Tags.of(this).add('perennial:release', release.version, {
      includeResourceTypes: [lambda.CfnFunction.CFN_RESOURCE_TYPE_NAME],
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    if (house.dataKey) this.allow(keyActions, [house.dataKey.keyArn], viaStores(Stack.of(this).region));
    acknowledge(
      this,
      'Serverless-LambdaDLQ',
      'A dead-letter queue of a function takes what was invoked asynchronously. Here a queue, a stream or an HTTP client ' +
        'keeps what failed; the sweep, which a rule starts, is made good by the next minute.',
    );
    acknowledge(
      this,
      'Serverless-LambdaTracing',
      'Billed by the trace, and what matters here, the way of one user, is found by ids in logs and timeline.',
    );
  }

  /** Lets it do exactly these actions. We list what the adapters call; CDK's grants would give more than is used. */
  allow(actions: string[], resources: string[], conditions?: Conditions): this {
    this.addToRolePolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
    return this;
  }
}
