import { createHash } from 'node:crypto';

/** What a resource is called once it exists: the value of `Ref` and the attributes of `Fn::GetAtt`. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface IdentityInput {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly region: string;
  readonly account: string;
  /** URL of the HTTP gateway, known before anything is deployed. */
  readonly gatewayUrl: string;
  /** Host of the services' endpoint. */
  readonly endpointUrl: string;
  /** One property, resolved: asked for by name, because resolving all could go in circles. */
  readonly property: (name: string) => unknown;
}

/** Works out the physical name and the attributes of a resource of a known type, before it exists. */
export function identify(input: IdentityInput): Identity {
  const rule = rules[input.type];
  if (rule) return rule(input);
  const name = generatedName(input, 64);
  return { ref: name, attributes: { Arn: arn(input, 'local', `${input.type}/${name}`), Id: name } };
}

type Rule = (input: IdentityInput) => Identity;

const rules: Readonly<Record<string, Rule>> = {
  'AWS::DynamoDB::GlobalTable': (input) => {
    const ref = named(input, 'TableName', 255);
    const Arn = arn(input, 'dynamodb', `table/${ref}`);
    return { ref, attributes: { Arn, StreamArn: `${Arn}/stream/2026-01-01T00:00:00.000`, TableId: ref } };
  },
  'AWS::SQS::Queue': (input) => {
    const QueueName = named(input, 'QueueName', 80);
    // The host of a queue's URL overrides the SDK's endpoint, so it has to be the endpoint's own.
    const ref = `${input.endpointUrl}/${input.account}/${QueueName}`;
    return { ref, attributes: { QueueName, QueueUrl: ref, Arn: arn(input, 'sqs', QueueName) } };
  },
  'AWS::Lambda::Function': (input) => withArn(input, 'lambda', 'function:', named(input, 'FunctionName', 64)),
  'AWS::Lambda::EventSourceMapping': (input) => {
    const Id = uuidOf(input);
    return { ref: Id, attributes: { Id, EventSourceMappingArn: arn(input, 'lambda', `event-source-mapping:${Id}`) } };
  },
  'AWS::S3::Bucket': (input) => {
    const ref = named(input, 'BucketName', 63).toLowerCase();
    return { ref, attributes: { Arn: `arn:aws:s3:::${ref}`, DomainName: `${ref}.s3.amazonaws.com` } };
  },
  'AWS::Events::EventBus': (input) => {
    const ref = named(input, 'Name', 64);
    return { ref, attributes: { Arn: arn(input, 'events', `event-bus/${ref}`), Name: ref } };
  },
  'AWS::Events::Rule': (input) => withArn(input, 'events', 'rule/', named(input, 'Name', 64)),
  'AWS::KinesisFirehose::DeliveryStream': (input) =>
    withArn(input, 'firehose', 'deliverystream/', named(input, 'DeliveryStreamName', 64)),
  'AWS::Glue::Database': (input) => ({ ref: nameWithin(input, 'DatabaseInput'), attributes: {} }),
  'AWS::Glue::Table': (input) => ({ ref: nameWithin(input, 'TableInput'), attributes: {} }),
  'AWS::Athena::WorkGroup': (input) => ({ ref: named(input, 'Name', 128), attributes: {} }),
  'AWS::SSM::Parameter': (input) => {
    const ref = named(input, 'Name', 1000);
    return { ref, attributes: { Type: String(input.property('Type')), Value: String(input.property('Value')) } };
  },
  'AWS::ApiGatewayV2::Api': (input) => {
    const ref = hash(input).slice(0, 10);
    return { ref, attributes: { ApiId: ref, ApiEndpoint: input.gatewayUrl } };
  },
  'AWS::ApiGatewayV2::Stage': (input) => ({ ref: String(input.property('StageName')), attributes: {} }),
  'AWS::IAM::Role': (input) => {
    const ref = named(input, 'RoleName', 64);
    return { ref, attributes: { Arn: `arn:aws:iam::${input.account}:role/${ref}`, RoleId: ref } };
  },
  'AWS::Logs::LogGroup': (input) => {
    const ref = named(input, 'LogGroupName', 512);
    return { ref, attributes: { Arn: `${arn(input, 'logs', `log-group:${ref}`)}:*` } };
  },
  'AWS::SES::ConfigurationSet': (input) => ({ ref: named(input, 'Name', 64), attributes: {} }),
  'AWS::SES::ConfigurationSetEventDestination': (input) => {
    const Id = uuidOf(input);
    return { ref: Id, attributes: { Id } };
  },
  'AWS::SNS::Topic': (input) => {
    const TopicName = named(input, 'TopicName', 256);
    const ref = arn(input, 'sns', TopicName);
    return { ref, attributes: { TopicName, TopicArn: ref } };
  },
};

function withArn(input: IdentityInput, service: string, prefix: string, ref: string): Identity {
  return { ref, attributes: { Arn: arn(input, service, prefix + ref) } };
}

function arn({ region, account }: IdentityInput, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function named(input: IdentityInput, property: string, longest: number): string {
  const given = input.property(property);
  return typeof given === 'string' ? given : generatedName(input, longest);
}

/** Glue's resources have their names a level deeper. */
function nameWithin(input: IdentityInput, property: string): string {
  return String((input.property(property) as { Name?: unknown } | undefined)?.Name ?? generatedName(input, 255));
}

/** Like CloudFormation's generated names, but the same in every run. */
function generatedName(input: IdentityInput, longest: number): string {
  const suffix = `-${hash(input).slice(0, 12)}`;
  return `${input.stackName}-${input.logicalId}`.slice(0, longest - suffix.length) + suffix;
}

const hash = ({ stackName, logicalId }: IdentityInput) =>
  createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');

function uuidOf(input: IdentityInput): string {
  return hash(input).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
