import type { Rejection } from '../../domain/events/parse-request.ts';
import { type HttpAnswer, json } from '../runtime/http.ts';

/** Every good event is queued; the others are told one by one. */
export const success = (rejected: readonly Rejection[] = []): HttpAnswer =>
  json(200, { success: true, ...(rejected.length > 0 && { rejected }) });

/** Why not, for SDKs (which read `code`, `message` or `error`) and for who reads their logs. */
export const failure = (
  statusCode: 400 | 401 | 404 | 429 | 503,
  code: string,
  message: string,
  headers?: Record<string, string>,
): HttpAnswer => json(statusCode, { success: false, code, message, error: message }, headers);

/** Come back in so many seconds. Whole ones: SDKs read nothing else. */
const retryAfter = (seconds: number) => ({ 'retry-after': String(seconds) });

export const unavailable = (): HttpAnswer => failure(503, 'unavailable', 'Try again in a moment.', retryAfter(1));

export const tooMuch = (seconds: number): HttpAnswer =>
  failure(429, 'rate_limited', 'This source has sent more than it may.', retryAfter(seconds));
