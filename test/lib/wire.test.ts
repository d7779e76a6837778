import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import release from '../../package.json' with { type: 'json' };
import { fullStage, smallStage } from './stages.ts';
import { readable, templatesOf } from './synthesized.ts';

const { data, engine } = templatesOf(smallStage);
const full = templatesOf(fullStage);

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of hundreds of shapes.
type Properties = Readonly<Record<string, any>>;

const all = (type: string, template = engine): Properties[] =>
  Object.values(template.findResources(type)).map((resource) => resource.Properties);

const routes = (template: typeof engine) =>
  all('AWS::ApiGatewayV2::Route', template).map((route) => `${route.RouteKey} ${route.AuthorizationType}`);

/** Which function (by name) reads which queue or stream. */
function mappings(template = engine) {
  return all('AWS::Lambda::EventSourceMapping', template).map((properties) => ({
    ...properties,
    source: readable(properties.EventSourceArn),
    to: readable(properties.FunctionName),
  }));
}

describe('the wire', () => {
  it('comes in by HTTP: everything without a route of its own goes to ingest', () => {
    engine.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AutoDeploy: true });
    const integrations = engine.findResources('AWS::ApiGatewayV2::Integration');
    const functions = new Map<string, string[]>();
    for (const { RouteKey, Target } of all('AWS::ApiGatewayV2::Route')) {
      const id = Object.keys(integrations).find((one) => JSON.stringify(Target).includes(`"${one}"`)) ?? '';
      const { IntegrationType, PayloadFormatVersion, IntegrationUri } = integrations[id]?.Properties ?? {};
      expect([IntegrationType, PayloadFormatVersion]).toEqual(['AWS_PROXY', '2.0']);
      const [method, path] = RouteKey.split(' ');
      const target = `${path} ${readable(IntegrationUri)}`;
      functions.set(target, [...(functions.get(target) ?? []), method]);
    }
    expect(Object.fromEntries(functions)).toMatchObject({
      '/{proxy+} IngestFunction': ['GET', 'POST', 'PUT'],
      '/v1/messages MessagesFunction': ['GET', 'POST', 'PUT'],
      '/v1/messages/{id} MessagesFunction': ['GET', 'POST', 'PUT'],
      '/v1/trigger MessagesFunction': ['GET', 'POST', 'PUT'],
      '/u/{token} PreferencesFunction': ['GET', 'HEAD', 'POST'],
      '/c/{token} PreferencesFunction': ['GET', 'HEAD', 'POST'],
    });
    expect(routes(engine).filter((route) => !route.endsWith(' NONE'))).toEqual([]);
  });

  // A route that takes OPTIONS (`$default`, `ANY`) would be asked instead of the gateway, an authorizer would refuse.
  it('answers browsers before any function is asked', () => {
    for (const template of [engine, full.engine])
      expect(routes(template).filter((route) => /default|ANY|OPTIONS/.test(route))).toEqual([]);
    engine.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowHeaders: Match.arrayWith(['authorization', 'content-type', 'rsa-retry-reason', 'x-amz-user-agent']),
        AllowMethods: ['GET', 'POST', 'PUT', 'OPTIONS'],
        AllowOrigins: ['*'],
        ExposeHeaders: ['retry-after'],
        MaxAge: 86_400,
      },
    });
  });

  it('logs requests without what could name a person', () => {
    const [stage] = all('AWS::ApiGatewayV2::Stage');
    expect(stage?.AccessLogSettings.Format).not.toMatch(/sourceIp|identity|path|query|userAgent|claims/i);
  });

  it('leads by three queues, without a window, to advance', () => {
    const toAdvance = mappings().filter(({ to }) => to === 'AdvanceFunction');
    const reports = { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] };
    expect(toAdvance).toEqual([
      expect.objectContaining({ source: 'InputsLiveQueue', ...reports }),
      expect.objectContaining({ source: 'InputsTimersQueue', ...reports }),
      expect.objectContaining({ source: 'InputsBulkQueue', ...reports, ScalingConfig: { MaximumConcurrency: 5 } }),
    ]);
    for (const mapping of toAdvance) expect(mapping).not.toHaveProperty('MaximumBatchingWindowInSeconds');
  });

  it('lets advance, census, delivery and calls, and nobody else, go in a circle', () => {
    const free = all('AWS::Lambda::Function').filter(({ RecursiveLoop }) => RecursiveLoop === 'Allow');
    expect(free.map(({ Description }) => Description)).toEqual([
      expect.stringContaining('Reduces inputs'),
      expect.stringContaining('slices'),
      expect.stringContaining('Sends emails'),
      expect.stringContaining('Tells other systems'),
    ]);
  });

  it('goes on by the stream: only commits with effects, none lost, none blocking for ever', () => {
    const [stream] = mappings().filter(({ to }) => to === 'DispatchFunction');
    expect(stream).toMatchObject({
      source: 'ProfilesStreamArn',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 6 * 3_600,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"fx":{"S":[{"exists":true}]}}}}' }] },
    });
    expect(readable((stream as Properties).DestinationConfig.OnFailure.Destination)).toMatch(/s3:::FailuresBucket$/);
  });

  it('ends at the channel, at a pace of its own', () => {
    expect(mappings()).toContainEqual(
      expect.objectContaining({
        source: 'EmailMarketingQueue',
        to: 'EmailDeliver',
        ScalingConfig: { MaximumConcurrency: 2 },
      }),
    );
    expect(mappings()).toContainEqual(
      expect.objectContaining({ source: 'DispatchRetryQueue', to: 'DispatchRedeliver' }),
    );
  });

  it('is swept each minute', () => {
    const [rule] = all('AWS::Events::Rule');
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    expect(rule?.EventBusName).toBeUndefined();
    expect(readable(rule?.Targets[0].Arn)).toBe('SweepFunction');
    expect(readable(rule?.Targets[0].DeadLetterConfig.Arn)).toBe('SweepMissed');
  });

  it('keeps raw inputs in the lake', () => {
    engine.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'DirectPut',
      ExtendedS3DestinationConfiguration: {
        Prefix: 'raw/!{timestamp:yyyy/MM/dd/HH}/',
        BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 64 },
        CompressionFormat: 'GZIP',
      },
    });
    expect(mappings()).toContainEqual(expect.objectContaining({ source: 'LakeRetryQueue', to: 'LakeArchive' }));
  });
});

describe('every queue', () => {
  const timeouts = new Map(
    Object.entries(engine.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => [
      id,
      Properties.Timeout,
    ]),
  );

  it('hides a message for six times its consumer’s time-out and leaves failures to another', () => {
    const queues = engine.findResources('AWS::SQS::Queue');
    const sources = all('AWS::Lambda::EventSourceMapping').filter(
      ({ EventSourceArn }) => 'Fn::GetAtt' in EventSourceArn,
    );
    expect(sources).toHaveLength(10);
    for (const { EventSourceArn, FunctionName } of sources) {
      const queue = queues[EventSourceArn['Fn::GetAtt'][0]]?.Properties;
      expect(queue.VisibilityTimeout).toBe(6 * timeouts.get(FunctionName.Ref));
      const deadLetters = queues[queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]]?.Properties;
      expect(deadLetters.MessageRetentionPeriod).toBe(14 * 86_400);
    }
  });

  it('is encrypted, at rest and on the way', () => {
    engine.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    expect(all('AWS::SQS::QueuePolicy')).toHaveLength(all('AWS::SQS::Queue').length);
  });
});

describe('every function', () => {
  it('runs as ours do, and finds all its settings', () => {
    const functions = all('AWS::Lambda::Function', full.engine);
    expect(functions).toHaveLength(14);
    for (const { Runtime, Architectures, Handler, LoggingConfig, Environment } of functions) {
      expect({ Runtime, Architectures, Handler }).toEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(LoggingConfig).toMatchObject({ LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } });
      for (const value of Object.values(Environment.Variables)) expect(value).toBeTruthy();
    }
  });

  // Whoever looks at night sees which release runs; a mapping that carried it would be updated by every release.
  it('says of which release it is, and its mappings do not', () => {
    const tag = { Key: 'perennial:release', Value: release.version };
    for (const { Tags } of all('AWS::Lambda::Function')) expect(Tags).toContainEqual(tag);
    for (const { Tags = [] } of mappings() as Properties[]) expect(Tags).not.toContainEqual(tag);
  });

  it('logs for as long as the stage says', () => {
    engine.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    full.engine.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });
});

describe('a stage that names more', () => {
  it('has the admin API, behind its issuer', () => {
    const admin = ['GET /api/{proxy+} JWT', 'POST /api/{proxy+} JWT', 'PUT /api/{proxy+} JWT'];
    expect(routes(full.engine)).toEqual(expect.arrayContaining(admin));
    full.engine.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: fullStage.admin?.issuer, Audience: [fullStage.admin?.audience] },
    });
    full.engine.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ROLE_CLAIM: fullStage.admin?.roleClaim } },
    });
  });

  it('has its host name, its boundary and its tags', () => {
    full.engine.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'events.shop.example' });
    full.engine.hasOutput('ApiUrl', { Value: 'https://events.shop.example' });
    full.engine.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: fullStage.permissionsBoundaryArn });
    full.engine.allResourcesProperties('AWS::SQS::Queue', { Tags: Match.arrayWith([{ Key: 'team', Value: 'crm' }]) });
  });

  it('has its own key wherever personal data rests', () => {
    const keys = all('AWS::SQS::Queue', full.engine).map(({ KmsMasterKeyId }) => KmsMasterKeyId);
    // All but those that EventBridge puts something into: minutes without a sweep, and receipts with their dead letters.
    expect(keys.filter((key) => key !== fullStage.cmkArn)).toEqual([undefined, undefined, undefined]);
    full.engine.allResourcesProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: fullStage.cmkArn },
    });
  });
});

describe('two deployments', () => {
  it('share no physical name', () => {
    const names = /(TableName|BucketName|QueueName|FunctionName|RoleName|TopicName|DeliveryStreamName|LogGroupName)$/;
    for (const template of [data, engine])
      for (const [id, { Type, Properties = {} }] of Object.entries<Properties>(template.toJSON().Resources)) {
        if (Type === 'AWS::Lambda::EventSourceMapping' || Type === 'AWS::Lambda::Permission') continue;
        // Names what it belongs to.
        if (Type === 'AWS::Lambda::EventInvokeConfig' || Type === 'AWS::Logs::MetricFilter') continue;
        expect(
          Object.keys(Properties).filter((name) => names.test(name)),
          id,
        ).toEqual([]);
      }
    engine.hasResourceProperties('AWS::Events::EventBus', { Name: 'perennial-test' });
  });

  it('are tied together by no export', () => {
    for (const template of [data, engine]) {
      const text = JSON.stringify(template.toJSON());
      expect(text.includes('Fn::ImportValue') || text.includes('"Export"')).toBe(false);
    }
  });
});
