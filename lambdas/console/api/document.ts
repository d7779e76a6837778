import type { OpenAPIHono, RouteConfig, z } from '@hono/zod-openapi';
import type { Env } from './admin-event.ts';
import { problemSchema } from './responses.ts';
import type { Route } from './route.ts';

/** The codes that every route has, by status. */
const USUAL = {
  400: ['invalid_request', 'invalid_query', 'invalid_path', 'invalid_json', 'too_deep'],
  401: ['no_token'],
  403: ['no_role', 'role_too_low'],
  413: ['too_large'],
  500: ['failed'],
} as const;

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

function problemsOf({ problems = {}, invalidBody }: Route): RouteConfig['responses'] {
  const own = invalidBody === undefined ? problems : { ...problems, 400: [invalidBody, ...(problems[400] ?? [])] };
  const statuses = [...new Set([...Object.keys(USUAL), ...Object.keys(own)].map(Number))];
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = [...(own[status] ?? []), ...((USUAL as Readonly<Record<number, readonly string[]>>)[status] ?? [])];
      return [
        status,
        {
          description: `Problem: ${codes.map((code) => `\`${code}\``).join(', ')}`,
          'x-codes': codes,
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      ];
    }),
  );
}

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
