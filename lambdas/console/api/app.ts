import { createRoute, type Hook, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { problemsOf } from '../../../domain/catalog/problems/explain.ts';
import type { AuditLog } from '../../adapters/audit-log.ts';
import type { HttpAnswer } from '../../runtime/http.ts';
import { errorName, type Log } from '../../runtime/log.ts';
import { placesOf } from '../../runtime/neutral-errors.ts';
import { type AdminEvent, type Env, requestOf } from './admin-event.ts';
import { problem } from './answer.ts';
import { audited } from './audited.ts';
import { onlyFrom, readableBody } from './checks.ts';
import { documented } from './document.ts';
import { pathsOf } from './paths.ts';
import { responseOf } from './responses.ts';
import type { Route, RouteRequest } from './route.ts';

export interface AppDependencies {
  readonly audit: AuditLog;
  /** The claim of a token that names its owner's roles. */
  readonly roleClaim: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The routes, and all that is the same for each: roles, checks, audit, problems. */
export function appOf(routes: readonly Route[], dependencies: AppDependencies): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({
    getPath: (_request, options) => (options as { readonly env: Env['Bindings'] }).env.path,
  });
  for (const route of routes.map(strictly)) {
    const checks = [onlyFrom(route.role, dependencies.roleClaim), ...(route.body ? [readableBody] : [])];
    app.openapi(
      createRoute({ ...documented(route), middleware: checks }),
      async (context) => (await respondTo(route, context, dependencies)) as never,
      refusal(route),
    );
  }
  return app;
}

/** As of bodies, nothing unknown is taken in a query: who mistypes `limit` would get another answer than she asked for. */
const strictly = (route: Route): Route => ({
  ...route,
  query: ((route.query ?? z.object({})) as z.ZodObject).strict(),
});

/** Answers the gateway's requests by an app of these routes. */
export function answering(app: OpenAPIHono<Env>, routes: readonly Route[]): (event: AdminEvent) => Promise<HttpAnswer> {
  const find = pathsOf(routes);
  const respond = (event: AdminEvent) => {
    const { method } = event.requestContext.http;
    const found = find(event.rawPath, method);
    if (found === undefined) return responseOf(problem(404, 'unknown_route', 'There is nothing here.'));
    const { path, methods } = found;
    if (methods.includes(method)) return app.fetch(requestOf(event), { event, path });
    const allow = methods.join(', ');
    return responseOf(problem(405, 'method_not_allowed', `Send it with ${allow}.`), { allow });
  };
  return async (event) => {
    const response = await respond(event);
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };
}

async function respondTo(route: Route, context: Context<Env>, dependencies: AppDependencies): Promise<Response> {
  try {
    return responseOf(await carriedOut(route, requestIn(context), dependencies));
  } catch (error) {
    const operation = route.operationId;
    dependencies.log('admin-request-failed', { error: errorName(error), operation, at: placesOf(error) });
    return responseOf(FAILED);
  }
}

const FAILED = problem(500, 'failed', 'Something went wrong on our side; our log says what. Try again.');

function carriedOut(route: Route, request: RouteRequest, { audit, now, log }: AppDependencies) {
  const { operationId: action, subject } = route;
  if (subject === undefined) return route.answer(request as never);
  const { subject: who, role } = request.caller;
  const attempt = { at: now(), id: request.id, by: { subject: who, role }, action, subject: subject(request) };
  return audited({ audit, log }, attempt, () => route.answer(request as never));
}

const requestIn = ({ req, env, var: { caller } }: Context<Env>): RouteRequest => {
  const valid = req.valid as (target: string) => unknown;
  return {
    params: valid.call(req, 'param'),
    query: valid.call(req, 'query'),
    body: valid.call(req, 'json'),
    caller,
    id: env.event.requestContext.requestId,
  };
};

/** What the schemas check: the part of a request, how it is called in paths, and the code if it is wrong. */
const CHECKED = {
  param: { part: 'params', name: 'path', code: 'invalid_path' },
  query: { part: 'query', name: 'query', code: 'invalid_query' },
  json: { part: 'body', name: 'body', code: 'invalid_request' },
} as const;

/** Tells what the schemas refuse. */
const refusal =
  (route: Route): Hook<unknown, Env, string, Response | undefined> =>
  (result) => {
    if (result.success) return undefined;
    const { part, name, code } = CHECKED[result.target as keyof typeof CHECKED];
    const problems = problemsOf(route[part] as z.ZodType, (result as { readonly data?: unknown }).data, name);
    const told = problems
      .slice(0, 3)
      .map(({ path, message }) => `${path}: ${message}${message.endsWith('?') ? '' : '.'}`);
    const own = part === 'body' ? route.invalidBody : undefined;
    return responseOf(problem(400, own ?? code, told.join(' '), { problems }));
  };
