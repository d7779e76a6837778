import type { HttpEvent } from '../runtime/http.ts';
import { problem } from './answers.ts';

/** What a request holds; undefined when it is no JSON. */
export function jsonBodyOf({ body = '', isBase64Encoded }: HttpEvent): unknown {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  } catch {
    return undefined;
  }
}

export const invalidJson = problem(400, 'invalid_json', 'The body is not JSON.');
