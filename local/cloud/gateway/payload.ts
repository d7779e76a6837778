import { randomUUID } from 'node:crypto';
import type { HttpApi, MatchedRoute } from './http-api.ts';
import type { Authorized } from './jwt.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly port: number;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | string;
}

/** The event of payload format 2.0 that an HTTP API hands to a function. */
export function toEvent(
  request: WireRequest,
  api: HttpApi,
  { route, pathParameters }: MatchedRoute,
  authorized: Authorized | undefined,
  now: number,
): unknown {
  const { cookie, ...headers } = joinedHeaders(request);
  const { path, query } = splitUrl(request.url);
  const isBase64Encoded = request.body.length > 0 && !isText(headers['content-type']);
  const parameters = joinedParameters(query);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(parameters ? { queryStringParameters: parameters } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: api.id,
      ...(authorized ? { authorizer: { jwt: authorized } } : {}),
      domainName: headers.host ?? 'localhost',
      domainPrefix: api.id,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: api.stage,
      time: commonLogTime(now),
      timeEpoch: now,
    },
    ...(request.body.length > 0 ? { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    isBase64Encoded,
  };
}

/** A function's answer as a response: an object with a statusCode is taken apart, anything else is the body. */
export function toResponse(answer: unknown): WireResponse {
  const shaped = answer as Record<string, unknown> | null | undefined;
  if (typeof shaped !== 'object' || shaped === null || !('statusCode' in shaped)) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(shaped.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalServerError;
  const given = (shaped.headers ?? {}) as Record<string, unknown>;
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const body = typeof shaped.body === 'string' ? shaped.body : shaped.body ? JSON.stringify(shaped.body) : '';
  const cookies = shaped.cookies as readonly string[] | undefined;
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers, ...(cookies ? { 'set-cookie': cookies } : {}) },
    body: shaped.isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

/** An answer that API Gateway gives itself. */
export function gatewayAnswer(status: number, message: string): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

export const internalServerError = gatewayAnswer(500, 'Internal Server Error');

/** The path decoded, as an HTTP API gives it (a Lambda function URL would not); the query as it was sent. */
export function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path: decoded(path), query: mark < 0 ? '' : url.slice(mark + 1) };
}

/** Header names in lower case; a name sent twice has its values joined. */
export function joinedHeaders({ rawHeaders, sourceIp, port }: WireRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', ');
  headers['x-forwarded-port'] = String(port);
  headers['x-forwarded-proto'] = 'http';
  return headers;
}

/** API Gateway passes only these as text; all other bodies arrive in base64, JSON in a form's content type included. */
function isText(contentType: string | undefined): boolean {
  return /^\s*(text\/|application\/(json|xml|javascript)\s*(;|$))/i.test(contentType ?? '');
}

function joinedParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
