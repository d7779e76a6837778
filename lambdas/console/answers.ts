import { type HttpAnswer, type HttpEvent, json } from '../runtime/http.ts';

/** Says what is wrong: a code for programs and a sentence for people. */
export const problem = (status: number, code: string, message: string): HttpAnswer => json(status, { code, message });

/** Answers requests of one method. */
export async function only(
  method: 'GET' | 'POST' | 'PUT',
  event: HttpEvent,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  if (event.requestContext.http.method === method) return answer();
  return problem(405, 'method_not_allowed', method === 'GET' ? 'This can only be read.' : `Send it with ${method}.`);
}
