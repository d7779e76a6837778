import type { HttpAnswer } from '../runtime/http.ts';
import type { AdminEvent } from './api/admin-event.ts';
import { type AppDependencies, answering, appOf } from './api/app.ts';
import { documentOf } from './api/document.ts';
import { ownRoutes } from './api/own.routes.ts';
import { type RoutesDependencies, routesOf } from './api.routes.ts';

export type ApiDependencies = RoutesDependencies & AppDependencies;

/**
 * The admin API, put together once for all requests of a worker. The gateway has checked the caller's token before anything
 * reaches this.
 */
export function adminApi(dependencies: ApiDependencies): (event: AdminEvent) => Promise<HttpAnswer> {
  let document: object | undefined;
  const documentOnce = () => {
    // Nobody asks for it in most workers' lives.
    document ??= documentOf(app);
    return document;
  };
  const routes = [...routesOf(dependencies), ...ownRoutes(documentOnce)];
  const app = appOf(routes, dependencies);
  return answering(app, routes);
}
