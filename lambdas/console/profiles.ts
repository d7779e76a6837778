import { viewProfile } from '../../domain/state/profile-view.ts';
import { knownKey } from '../../domain/state/user-key.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import { type HttpAnswer, json } from '../runtime/http.ts';
import { problem } from './answers.ts';

export interface ProfilesDependencies {
  readonly profiles: ProfileReader;
}

/** `GET /api/profiles/{userId}`, or `GET /api/profiles?userId=`. */
export async function profile({ profiles }: ProfilesDependencies, userId: string): Promise<HttpAnswer> {
  const stored = await profiles.get(knownKey(userId));
  if (stored === undefined) return problem(404, 'unknown_user', 'Nobody with this user id has been seen.');
  if (stored.outcome === 'unknown-version')
    return problem(503, 'newer_profile', 'A newer release wrote this profile; it is being rolled out.');
  return json(200, viewProfile(stored.profile));
}
