import type { OpenAPIHono, RouteConfig, z } from '@hono/zod-openapi';
import type { Env } from './admin-event.ts';
import { problemSchema } from './responses.ts';
import type { Route } from './route.ts';

/** A route as OpenAPI describes it; `x-role` is the least role that may use it. */
export function documented(route: Route): RouteConfig {
  const { method, path, operationId, role, tag, summary, description, params, query, body, answers } = route;
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    'x-role': role,
    security: [{ token: [] }],
    request: {
      ...(params && { params: params as z.ZodObject }),
      ...(query && { query: query as z.ZodObject }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...problemsOf(route), ...answersOf(answers) },
  };
}

const answersOf = (answers: Route['answers']): RouteConfig['responses'] =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      { description: schema.description ?? 'Done', content: { 'application/json': { schema } } },
    ]),
  );

function problemsOf(route: Route): RouteConfig['responses'] {
  const codes = new Map<number, string[]>();
  for (const [status, some] of [...Object.entries(route.problems ?? {}), ...Object.entries(usualCodes(route))])
    codes.set(Number(status), [...(codes.get(Number(status)) ?? []), ...some]);
  return Object.fromEntries(
    [...codes].flatMap(([status, some]) => (some.length === 0 ? [] : [[status, problemOf(some)]])),
  );
}

const problemOf = (codes: readonly string[]) => ({
  description: `Problem: ${codes.map((code) => `\`${code}\``).join(', ')}`,
  'x-codes': codes,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** The codes that come from what is the same for all routes, by status. */
const usualCodes = ({ params, query, body, invalidBody = 'invalid_request' }: Route): Record<number, string[]> => ({
  400: [
    ...(body ? [invalidBody, 'invalid_json', 'too_deep'] : []),
    ...(query ? ['invalid_query'] : []),
    ...(params ? ['invalid_path'] : []),
  ],
  401: ['no_token'],
  403: ['no_role', 'role_too_low'],
  413: body ? ['too_large'] : [],
  500: ['failed'],
});

/** The document of an app, as `GET /api/openapi.json` shows it. */
export function documentOf(app: OpenAPIHono<Env>): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Perennial admin API', version: '1', description: 'What marketers and operators see and decide.' },
  });
}
