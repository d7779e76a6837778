import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';
import type { Answer, Problem } from './answer.ts';

/** A problem as RFC 9457 has it; its type is `about:blank`, so `code` tells one from another. */
export const problemSchema = z
  .looseObject({
    title: z.string().meta({ description: 'What the status means' }),
    status: z.int(),
    code: z.string().meta({ description: 'What is wrong, for programs' }),
    detail: z.string().meta({ description: 'What is wrong and what to do, for people' }),
    problems: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Where: `body/where/all/0/event`' }),
          message: z.string(),
          severity: z.enum(['error', 'warning']),
          code: z.string().meta({ description: 'The same for the same kind of problem' }),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was not carried out (RFC 9457)' });

/** The answer as it leaves. Nothing of the admin API may be kept by a cache: it is about people. */
export function responseOf(answer: Answer, headers: Readonly<Record<string, string>> = {}): Response {
  if ('code' in answer) return jsonResponse(answer.status, bodyOf(answer), 'application/problem+json', headers);
  return jsonResponse(answer.status, answer.body, 'application/json', headers);
}

const bodyOf = ({ status, code, detail, problems, more }: Problem) => ({
  title: STATUS_CODES[status] ?? 'Problem',
  status,
  code,
  detail,
  ...(problems && { problems }),
  ...more,
});

const jsonResponse = (status: number, body: unknown, type: string, headers: Readonly<Record<string, string>>) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': type, 'cache-control': 'no-store', ...headers },
  });
