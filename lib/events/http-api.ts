import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as AwsHttpApi,
  CorsHttpMethod,
  DomainName,
  HttpMethod,
  HttpStage,
  type HttpStageProps,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../house/acknowledge.ts';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';

export interface HttpApiProps {
  readonly house: House;
  /** Answers everything that has no route of its own. */
  readonly ingest: IFunction;
}

/** What browser SDKs send beside the safe headers; `*` would not cover Authorization. */
const allowHeaders = [
  ...['authorization', 'content-type', 'x-retry-count', 'anonymousid', 'sentat'],
  ...['rsa-recovered', 'rsa-retry-attempt', 'rsa-retry-reason', 'rsa-since-first-attempt', 'rsa-since-last-attempt'],
  ...['amz-sdk-invocation-id', 'amz-sdk-request', 'x-amz-date', 'x-amz-security-token', 'x-amz-user-agent'],
];

/** One line a request. No address, path, query or agent: paths and queries can name people. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.error.messageString',
  integrationError: '$context.integrationErrorMessage',
};

/** The HTTP API that everything outside comes in by. */
export class HttpApi extends Construct {
  readonly api: AwsHttpApi;
  /** Without a slash at its end. */
  readonly url: string;
  /** What the DNS record of the stage's own host name must point to. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { house, ingest }: HttpApiProps) {
    super(scope, id);
    const { stage } = house;
    this.api = new AwsHttpApi(this, 'Api', {
      apiName: `perennial-${stage.deployment}`,
      createDefaultStage: false,
      // The gateway's own headers also stand on answers no function has made: 401, 429, 5xx.
      corsPreflight: {
        allowHeaders,
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.OPTIONS],
        allowOrigins: ['*'],
        exposeHeaders: ['retry-after'],
        maxAge: Duration.days(1),
      },
    });
    this.route('/{proxy+}', 'Ingest', ingest);
    acknowledge(
      this.api,
      'AwsSolutions-APIG4',
      'Events carry a write key that ingest checks itself, in the three places SDKs put it, which no authorizer can ' +
        'read; the admin route has a JWT authorizer.',
    );
    const domain = stage.domain && this.#ownDomain(stage.domain);
    const httpStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.requests.perSecond, burstLimit: stage.requests.burst },
      accessLogSettings: this.#accessLogs(house),
      ...(domain && { domainMapping: { domainName: domain } }),
    });
    this.url = stage.domain ? `https://${stage.domain.name}` : this.api.apiEndpoint;
    this.domainTarget = domain?.regionalDomainName;

    new ImpactAlarm(this, 'ErrorsAlarm', {
      house,
      article: 'ingest-errors',
      impact: 'Apps get errors instead of receipts: what SDKs cannot keep and send again is lost.',
      metric: httpStage.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' }),
      // One in three minutes running: a single failing request is retried by the SDKs and hurts nobody.
      threshold: 1,
      evaluationPeriods: 3,
    });
  }

  /**
   * Routes a path to a function, method by method. `$default` and `ANY` would take OPTIONS too: preflights would then go
   * to the function, or fail at the authorizer, instead of being answered by the gateway.
   */
  route(path: string, id: string, target: IFunction, authorizer?: IHttpRouteAuthorizer): void {
    this.#route(path, id, target, [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT], authorizer);
  }

  /** Routes a path that links of messages lead to: mail programs and scanners ask for HEAD first. */
  linkRoute(path: string, id: string, target: IFunction): void {
    this.#route(path, id, target, [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST]);
  }

  #route(path: string, id: string, target: IFunction, methods: HttpMethod[], authorizer?: IHttpRouteAuthorizer): void {
    this.api.addRoutes({
      path,
      methods,
      // One permission for the API rather than one for each route.
      integration: new HttpLambdaIntegration(id, target, { scopePermissionToRoute: false }),
      ...(authorizer && { authorizer }),
    });
  }

  #ownDomain({ name, certificateArn }: NonNullable<House['stage']['domain']>): DomainName {
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    return new DomainName(this, 'Domain', { domainName: name, certificate });
  }

  #accessLogs({ stage }: House): NonNullable<HttpStageProps['accessLogSettings']> {
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    };
  }
}
