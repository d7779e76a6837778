import { viewProfile } from '../../domain/state/profile-view.ts';
import { knownKey } from '../../domain/state/user-key.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import { type HttpAnswer, type HttpEvent, json } from '../runtime/http.ts';

export interface ApiDependencies {
  readonly profiles: ProfileReader;
}

/**
 * The admin API: `GET /api/profiles/{userId}`, or `GET /api/profiles?userId=` for ids that a path cannot carry. The
 * gateway has checked the caller's token before anything reaches this.
 */
export async function api({ profiles }: ApiDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const userId = userIdIn(event);
  if (userId === undefined) return problem(404, 'unknown_route', 'There is nothing here.');
  if (event.requestContext.http.method !== 'GET') return problem(405, 'method_not_allowed', 'This can only be read.');

  const stored = await profiles.get(knownKey(userId));
  if (stored === undefined) return problem(404, 'unknown_user', 'Nobody with this user id has been seen.');
  if (stored.outcome === 'unknown-version')
    return problem(503, 'newer_profile', 'A newer release wrote this profile; it is being rolled out.');
  return json(200, viewProfile(stored.profile));
}

const PROFILES = '/api/profiles';

/**
 * An HTTP API hands the path over decoded, so a `/` in an id is nothing special and nothing must be decoded again. But
 * it cuts the path off at a decoded `?`: such an id needs the query.
 */
function userIdIn({ rawPath, queryStringParameters }: HttpEvent): string | undefined {
  if (rawPath === PROFILES) return queryStringParameters?.userId || undefined;
  return rawPath.startsWith(`${PROFILES}/`) ? rawPath.slice(PROFILES.length + 1) || undefined : undefined;
}

const problem = (status: number, code: string, message: string) => json(status, { code, message });
