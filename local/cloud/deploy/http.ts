import type { CorsConfiguration } from '../gateway/cors.ts';
import type { Route } from '../gateway/http-api.ts';
import type { JwtAuthorizer } from '../gateway/jwt.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { Resource } from '../template/stack.ts';
import type { Deployer, Deployment } from './deployment.ts';
import { describe, flag, optionalText, part, refuse, text, unsupported } from './properties.ts';

/** Deploys an HTTP API with the routes, integrations, authorizers and the stage that name it. */
export const deployHttpApi: Deployer = (api, deployment) => {
  if (text(api, 'ProtocolType') !== 'HTTP') throw unsupported(api, `protocol ${text(api, 'ProtocolType')}`);
  refuse(api, 'Body', 'Target');
  const ofApi = (type: string) =>
    deployment.resources.filter((one) => one.type === `AWS::ApiGatewayV2::${type}` && one.properties.ApiId === api.ref);
  const [stage, ...others] = ofApi('Stage');
  if (stage?.ref !== '$default' || others.length > 0) throw unsupported(api, 'stages other than $default');
  if (!flag(stage, 'AutoDeploy')) throw unsupported(stage, 'deployments by hand');
  const cors = part<CorsConfiguration>(api, 'CorsConfiguration');
  const integrations = new Map(ofApi('Integration').map((one) => [one.ref, one]));
  const authorizers = new Map(ofApi('Authorizer').map((one) => [one.ref, one]));
  const { region, account } = deployment.around;
  const stageArn = `arn:aws:execute-api:${region}:${account}:${api.ref}/${stage.ref}`;
  const routes = ofApi('Route').map((route) => toRoute(route, stageArn, integrations, authorizers, deployment));
  deployment.gateway.serve({ id: api.ref, stage: stage.ref, routes, ...(cors ? { cors } : {}) });
};

function toRoute(
  route: Resource,
  stageArn: string,
  integrations: ReadonlyMap<string, Resource>,
  authorizers: ReadonlyMap<string, Resource>,
  deployment: Deployment,
): Route {
  refuse(route, 'AuthorizationScopes', 'RequestParameters');
  const integration = integrations.get(text(route, 'Target').replace(/^integrations\//, ''));
  if (!integration) throw new Error(`${describe(route)}: no such integration`);
  const key = text(route, 'RouteKey');
  const target = functionOf(integration, deployment);
  const mayInvoke = (method: string) => {
    const need = { action: 'lambda:InvokeFunction', resource: target.arn };
    return deployment.permissions.serviceMay('apigateway.amazonaws.com', sourceOf(stageArn, key, method), need);
  };
  const common = { key, target, mayInvoke };
  const kind = optionalText(route, 'AuthorizationType') ?? 'NONE';
  if (kind === 'NONE') return common;
  const authorizer = authorizers.get(text(route, 'AuthorizerId'));
  if (kind !== 'JWT' || !authorizer) throw unsupported(route, `authorization ${kind}`);
  return { ...common, authorizer: toAuthorizer(authorizer) };
}

/** What a function's permission names: the route as it is written, with the method that was asked by. */
function sourceOf(stageArn: string, key: string, method: string): string {
  const [, path] = key.split(' ');
  return path === undefined ? `${stageArn}/${key}` : `${stageArn}/${method}${path}`;
}

function functionOf(integration: Resource, { functionsByArn }: Deployment): LambdaFunction {
  if (text(integration, 'IntegrationType') !== 'AWS_PROXY') throw unsupported(integration, 'this integration type');
  if (text(integration, 'PayloadFormatVersion') !== '2.0')
    throw unsupported(integration, 'payload formats other than 2.0');
  refuse(integration, 'IntegrationSubtype', 'RequestParameters', 'ResponseParameters');
  // Either the function's arn, or API Gateway's path form around it.
  const uri = text(integration, 'IntegrationUri').replace(/^.*\/functions\/(.*)\/invocations$/, '$1');
  const found = functionsByArn.get(uri);
  if (!found) throw new Error(`${describe(integration)}: no function ${uri}`);
  return found;
}

function toAuthorizer(resource: Resource): JwtAuthorizer {
  const { Issuer, Audience } = part<{ Issuer: string; Audience: string[] }>(resource, 'JwtConfiguration') ?? {};
  if (text(resource, 'AuthorizerType') !== 'JWT' || Issuer === undefined)
    throw unsupported(resource, 'this authorizer');
  return { issuer: Issuer, audiences: Audience ?? [] };
}
