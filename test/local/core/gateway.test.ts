import { request } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LocalCloudOptions } from '../../../local/cloud/cloud-options.ts';
import { Gateway } from '../../../local/cloud/gateway/gateway.ts';
import type { LambdaFunction } from '../../../local/cloud/lambda-function.ts';
import { createLocalIssuer } from '../../../local/cloud/local-issuer.ts';
import { TestClock } from '../services/support.ts';
import { httpApi, ref, route, start, startCloud, writeAssembly } from './support.ts';

const echo =
  'export const handler = async (event) => ({ statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(event) });';
const issuer = 'https://issuer.example';
const jwt = {
  Jwt: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: ref('Api'),
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: issuer, Audience: ['console'] },
    },
  },
};
const cors = {
  AllowOrigins: ['*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['authorization', 'content-type'],
  ExposeHeaders: ['retry-after'],
  MaxAge: 86400,
};

async function startApi(source = echo, options: Partial<LocalCloudOptions> = {}) {
  const assembly = writeAssembly(
    { Echo: { source }, Admin: { source: echo } },
    {
      ...httpApi('Echo', { CorsConfiguration: cors }),
      ...jwt,
      ...route('Admin', 'ANY /api/{proxy+}', 'Admin', { AuthorizationType: 'JWT', AuthorizerId: ref('Jwt') }),
    },
  );
  return (await startCloud(assembly, options)).cloud;
}

describe('the HTTP API', () => {
  test('hands a request over in payload format 2.0', async () => {
    const cloud = await startApi();
    const response = await fetch(`${cloud.url}/v1/caf%C3%A9%20x?b=2&a=1&a=%20z`, {
      method: 'POST',
      body: '{"é":1}',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'X-Own': 'yes',
        'User-Agent': 'tester',
        Cookie: 'a=1; b=2',
      },
    });
    expect(response.headers.get('date')).toBe('Sun, 01 Mar 2026 00:00:00 GMT');
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/café x',
      rawQueryString: 'b=2&a=1&a=%20z',
      cookies: ['a=1', 'b=2'],
      headers: { 'x-own': 'yes', 'content-type': 'application/json; charset=utf-8', 'x-forwarded-for': '127.0.0.1' },
      queryStringParameters: { a: '1, z', b: '2' },
      requestContext: {
        stage: '$default',
        time: '01/Mar/2026:00:00:00 +0000',
        timeEpoch: start,
        http: { method: 'POST', path: '/v1/café x', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tester' },
      },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
  });

  test.each([
    ['text/plain', false],
    ['application/xml', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('passes a body of %s in base64: %s', async (contentType, encoded) => {
    const cloud = await startApi();
    const response = await fetch(cloud.url, { method: 'POST', body: 'hé', headers: { 'content-type': contentType } });
    const event = (await response.json()) as { body: string; isBase64Encoded: boolean };
    expect(event.isBase64Encoded).toBe(encoded);
    expect(event.body).toBe(encoded ? Buffer.from('hé').toString('base64') : 'hé');
  });

  test.each([
    ['a bare object', 'export const handler = () => ({ hello: 1 });', 200, 'application/json', '{"hello":1}'],
    ['text', 'export const handler = () => "hello";', 200, 'application/json', 'hello'],
    [
      'no content type',
      'export const handler = () => ({ statusCode: 201, body: "x" });',
      201,
      'text/plain; charset=utf-8',
      'x',
    ],
    [
      'base64',
      'export const handler = () => ({ statusCode: 200, body: "aMOp", isBase64Encoded: true });',
      200,
      'text/plain; charset=utf-8',
      'hé',
    ],
    [
      'an error',
      'export const handler = () => { throw new Error("x"); };',
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
    [
      'a status that is none',
      'export const handler = () => ({ statusCode: "many" });',
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
  ])('answers for a function that returns %s', async (_, source, status, contentType, body) => {
    const cloud = await startApi(source);
    const response = await fetch(cloud.url);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      contentType,
      body,
    ]);
  });

  test("answers preflights itself and replaces a function's CORS headers, on errors too", async () => {
    const cloud = await startApi(
      'export const handler = ({ rawPath }) => { if (rawPath === "/bad") throw 1; return { statusCode: 200, headers: { "Access-Control-Allow-Origin": "https://other.example" } }; };',
    );
    const preflight = await fetch(`${cloud.url}/api/x`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '86400',
    });
    for (const path of ['/', '/bad', '/api/x']) {
      const { headers } = await fetch(cloud.url + path, { headers: { origin: 'https://shop.example' } });
      expect([headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')]).toEqual([
        '*',
        'retry-after',
      ]);
    }
    expect((await fetch(cloud.url)).headers.get('access-control-allow-origin')).toBeNull();
    expect(cloud.functions.get('Echo')?.invocations.total).toBe(3);
  });

  test('lets only valid tokens through to the admin routes', async () => {
    const cloud = await startApi();
    const now = start / 1000;
    const good = { iss: issuer, aud: 'console', exp: now + 60, roles: ['a', 'b'] };
    const call = (authorization?: string) =>
      fetch(`${cloud.url}/api/profiles/u%201`, { headers: authorization ? { authorization } : {} });
    const accepted = await call(`Bearer ${cloud.token(good)}`);
    expect(await accepted.json()).toMatchObject({
      routeKey: 'ANY /api/{proxy+}',
      pathParameters: { proxy: 'profiles/u 1' },
      requestContext: {
        authorizer: {
          jwt: { claims: { iss: issuer, aud: 'console', exp: String(now + 60), roles: '[a b]' }, scopes: null },
        },
      },
    });
    expect((await call(`Bearer ${cloud.tokenOf({ role: 'admin', subject: 'ada' })}`)).status).toBe(200);
    const [head, , signature] = cloud.token(good).split('.');
    const forged = `${head}.${Buffer.from(JSON.stringify({ ...good, sub: 'x' })).toString('base64url')}.${signature}`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`;
    const refused = [
      undefined,
      'Bearer',
      'Bearer a.b.c',
      `Bearer ${forged}`,
      `Bearer ${unsigned}`,
      ...[{ iss: 'https://else.example' }, { aud: 'other' }, { exp: now }, { exp: undefined }, { nbf: now + 1 }].map(
        (wrong) => `Bearer ${cloud.token({ ...good, ...wrong })}`,
      ),
    ];
    for (const header of refused) {
      const response = await call(header);
      expect([header, response.status, await response.text()]).toEqual([header, 401, '{"message":"Unauthorized"}']);
    }
    await cloud.advanceTo(start + 60_000);
    expect((await call(`Bearer ${cloud.token(good)}`)).status).toBe(401);
    await cloud.advanceTo(start + 50 * 365 * 24 * 3600_000);
    expect((await call(`Bearer ${cloud.tokenOf({ role: 'admin', subject: 'ada' })}`)).status).toBe(200);
    expect(cloud.functions.get('Echo')?.invocations.total).toBe(0);
  });

  test('refuses bodies over 10 MB, and those over what a function may be given', async () => {
    const cloud = await startApi();
    const post = (bytes: number) =>
      fetch(cloud.url, { method: 'POST', body: 'x'.repeat(bytes), headers: { 'content-type': 'text/plain' } });
    expect((await post(10 * 1024 * 1024 + 1)).status).toBe(413);
    expect((await post(7 * 1024 * 1024)).status).toBe(413);
    expect((await post(1024 * 1024)).status).toBe(200);
    expect((await fetch(`${cloud.url}/again`)).status).toBe(200);
  });

  test('AWS: takes 10,240 bytes of request line and header values, and no more', async () => {
    const cloud = await startApi();
    const get = (bytes: number) => fetch(cloud.url, { headers: { 'x-long': 'x'.repeat(bytes) } });
    expect((await get(9_500)).status).toBe(200);
    expect((await get(10_240)).status).toBe(431);
    expect((await fetch(`${cloud.url}/?data=${'x'.repeat(10_240)}`)).status).toBe(431);
    expect(cloud.functions.get('Echo')?.invocations.total).toBe(1);
  });

  test('AWS: gives an integration 30 seconds', async () => {
    const gateway = new Gateway({
      clock: new TestClock(),
      activity: { begin: () => () => undefined, rest: () => () => undefined },
      issuer: createLocalIssuer(),
      log: () => undefined,
    });
    const target = { invoke: () => new Promise(() => undefined) } as unknown as LambdaFunction;
    gateway.serve({ id: 'api', stage: '$default', routes: [{ key: '$default', target, mayInvoke: () => true }] });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let status: number | undefined;
    void gateway.request({ method: 'GET', path: '/', headers: {}, body: Buffer.alloc(0) }).then((answer) => {
      status = answer.status;
    });
    await vi.advanceTimersByTimeAsync(29_999);
    expect(status).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(status).toBe(503);
  });

  test('leaves / and /local/ to the local routes, but not POST /', async () => {
    const cloud = await startApi();
    cloud.localRoutes((message, response) => void response.end(`local ${message.url}`));
    expect(await (await fetch(`${cloud.url}/local/health?x=1`)).text()).toBe('local /local/health?x=1');
    expect(await (await fetch(cloud.url)).text()).toBe('local /');
    expect(await (await fetch(cloud.url, { method: 'POST' })).json()).toMatchObject({ rawPath: '/' });
  });

  test('joins headers sent twice', async () => {
    const cloud = await startApi();
    const { port } = new URL(cloud.url);
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path: '/', headers: { 'X-Many': ['a', 'b'] } }, (response) => {
        response.setEncoding('utf8');
        let body = '';
        response
          .on('data', (chunk) => {
            body += chunk;
          })
          .on('end', () => resolve(body));
      });
      sent.on('error', reject).end();
    });
    expect(JSON.parse(text).headers['x-many']).toBe('a,b');
  });
});
