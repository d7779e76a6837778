import { viewProfile } from '../../domain/state/profile-view.ts';
import { knownKey } from '../../domain/state/user-key.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import { type HttpAnswer, type HttpEvent, json } from '../runtime/http.ts';

export interface ApiDependencies {
  readonly profiles: ProfileReader;
}

const PROFILE = /^\/api\/profiles\/([^/]+)\/?$/;

/** The admin API. The gateway has checked the caller's token before anything reaches this. */
export async function api(dependencies: ApiDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const encodedUserId = PROFILE.exec(event.rawPath)?.[1];
  if (encodedUserId === undefined) return problem(404, 'unknown_route', 'There is nothing here.');
  if (event.requestContext.http.method !== 'GET') return problem(405, 'method_not_allowed', 'This can only be read.');
  const userId = decode(encodedUserId);
  if (userId === undefined) return problem(400, 'invalid_id', 'The user id in the path is not percent-encoded UTF-8.');
  return profile(dependencies, userId);
}

async function profile({ profiles }: ApiDependencies, userId: string): Promise<HttpAnswer> {
  const stored = await profiles.get(knownKey(userId));
  if (stored === undefined) return problem(404, 'unknown_user', 'Nobody with this user id has been seen.');
  if (stored.outcome === 'unknown-version')
    return problem(503, 'newer_profile', 'A newer release wrote this profile; it is being rolled out.');
  return json(200, viewProfile(stored.profile));
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const problem = (status: number, code: string, message: string) => json(status, { code, message });
