import type { HttpAnswer, HttpEvent } from '../runtime/http.ts';
import { only, problem } from './answers.ts';
import { findProfiles, type ProfilesDependencies, profileOfUser } from './profiles.ts';
import { listQuarantine, type QuarantineDependencies, releaseFromQuarantine } from './quarantine.ts';
import { changePlanSettings, forget, type SchemaDependencies, schema } from './schema.ts';
import { listSources, recentOf, type SourcesDependencies } from './sources.ts';
import { type TraceDependencies, trace } from './trace.ts';

export type ApiDependencies = ProfilesDependencies &
  SourcesDependencies &
  SchemaDependencies &
  QuarantineDependencies &
  TraceDependencies;

/**
 * The admin API. The gateway has checked the caller's token before anything reaches this, and hands the path over
 * decoded: a `/` in an id is nothing special, and nothing must be decoded again. But it cuts the path off at a decoded
 * `?`, so that an id with one needs a query.
 */
export async function api(dependencies: ApiDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const { rawPath } = event;
  switch (rawPath) {
    case '/api/profiles':
      return only('GET', event, () => findProfiles(dependencies, event));
    case '/api/sources':
      return only('GET', event, () => listSources(dependencies));
    case '/api/trace':
      return only('GET', event, () => trace(dependencies, event, event.queryStringParameters?.id ?? ''));
    case '/api/quarantine':
      return only('GET', event, () => listQuarantine(dependencies));
    case '/api/quarantine/release':
      return only('POST', event, () => releaseFromQuarantine(dependencies, event));
    case '/api/schema':
      return only('GET', event, () => schema(dependencies));
    case '/api/schema/settings':
      return only('PUT', event, () => changePlanSettings(dependencies, event));
    case '/api/schema/forget':
      return only('POST', event, () => forget(dependencies, event));
  }
  const userId = between('/api/profiles/', '', rawPath);
  if (userId !== undefined) return only('GET', event, () => profileOfUser(dependencies, userId));
  const traced = between('/api/trace/', '', rawPath);
  if (traced !== undefined) return only('GET', event, () => trace(dependencies, event, traced));
  const sourceId = between('/api/sources/', '/recent', rawPath);
  if (sourceId !== undefined) return only('GET', event, () => recentOf(dependencies, sourceId));
  return NOTHING_HERE;
}

const NOTHING_HERE = problem(404, 'unknown_route', 'There is nothing here.');

function between(start: string, end: string, path: string): string | undefined {
  if (!path.startsWith(start) || !path.endsWith(end)) return undefined;
  return path.slice(start.length, path.length - end.length) || undefined;
}
