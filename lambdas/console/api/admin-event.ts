import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from './roles.ts';

type Claims = Readonly<Record<string, unknown>>;

/** A request as the gateway hands it over, whose JWT authorizer has checked the token and tells its claims. */
export type AdminEvent = Omit<APIGatewayProxyEventV2, 'requestContext'> & {
  readonly requestContext: APIGatewayProxyEventV2['requestContext'] & {
    readonly authorizer?: { readonly jwt: { readonly claims: Claims } };
  };
};

/** What goes along with a request through the router. */
export interface Env {
  Bindings: { readonly event: AdminEvent; readonly path: string };
  /** Set once her role is known to be enough. */
  Variables: { caller: Caller };
}

/**
 * Bodies are JSON whatever the request says they are: `curl -d` calls them a form, and only what the gateway knows as text
 * comes as text. The URL carries only the query. Its path would be read anew: `..` in an id would climb.
 */
export function requestOf({ requestContext, rawQueryString, body = '', isBase64Encoded }: AdminEvent): Request {
  const { method } = requestContext.http;
  const url = `https://admin-api/?${rawQueryString}`;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method });
  return new Request(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
  });
}
