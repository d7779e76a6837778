import { type HttpAnswer, json } from '../runtime/http.ts';

/** Why not. The same form as the event API's, since the programs of a project read both; its SDKs do not come here. */
export const refusal = (
  statusCode: 400 | 403 | 404 | 409 | 413 | 422 | 429 | 503,
  code: string,
  message: string,
  headers?: Record<string, string>,
): HttpAnswer => json(statusCode, { success: false, code, message, error: message }, headers);

export const rateLimited = (seconds: number): HttpAnswer =>
  refusal(429, 'rate_limited', 'This source has sent more than it may.', { 'retry-after': String(seconds) });

export const unavailable = (): HttpAnswer =>
  refusal(503, 'unavailable', 'Try again in a moment, with the same key.', { 'retry-after': '1' });
