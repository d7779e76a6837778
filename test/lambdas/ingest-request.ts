import { expect } from 'vitest';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { type IngestDependencies, ingest } from '../../lambdas/events/ingest.handler.ts';
import type { HttpEvent } from '../../lambdas/runtime/http.ts';
import { START } from '../support/people.ts';
import { FakeQueue, ingestFakes } from './fakes.ts';

/** A request as API Gateway hands it to ingest; an object is sent as JSON, bytes as base64. */
export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** When it arrives (ms). */
  readonly at?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Readonly<Record<string, unknown>> & {
    readonly code?: string;
    readonly rejected?: readonly { readonly index: number; readonly messageId?: string; readonly code: string }[];
  };
  /** What the queue took of this request. */
  readonly events: readonly CustomerEvent[];
}

export const basic = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`;

/** With the key of the fakes, which a test that is about keys replaces. */
export function httpEvent({
  method = 'POST',
  path = '/v1/batch',
  headers = { authorization: basic('wk:') },
  query,
  body,
  at = START,
}: Request): HttpEvent {
  return {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath: path,
    rawQueryString: query === undefined ? '' : new URLSearchParams(query).toString(),
    headers,
    ...(query !== undefined && { queryStringParameters: query }),
    ...(body !== undefined && { body: bodyText(body) }),
    isBase64Encoded: Buffer.isBuffer(body),
    requestContext: {
      http: { method, path },
      domainName: 'events.shop.example',
      timeEpoch: at,
      requestId: 'request-1',
    },
  } as unknown as HttpEvent;
}

const bodyText = (body: unknown): string =>
  typeof body === 'string' ? body : Buffer.isBuffer(body) ? body.toString('base64') : JSON.stringify(body);

/** Sends a request to ingest, and checks what every answer owes an SDK, whatever was sent. */
export async function send(request: Request, dependencies: Partial<IngestDependencies> = {}): Promise<Answer> {
  const live = new FakeQueue();
  const { statusCode, headers, body } = await ingest({ ...ingestFakes(), live, ...dependencies }, httpEvent(request));
  const answer = {
    status: statusCode ?? 0,
    headers: headers ?? {},
    json: JSON.parse(body ?? ''),
    events: live.messages.flatMap((message) =>
      decodeInputs(message.body).inputs.flatMap((input) => (input.kind === 'event' ? [input.event] : [])),
    ),
  };
  expectAnswerOfTheContract(answer);
  return answer;
}

/** Only what every SDK understands: a code it did not expect makes one drop what it holds, or disable its source. */
export function expectAnswerOfTheContract({ status, headers, json }: Omit<Answer, 'events'>): void {
  expect([200, 400, 401, 404, 429, 503]).toContain(status);
  if (status !== 200)
    expect(json).toMatchObject({ success: false, code: expect.any(String), message: expect.any(String) });
  const waits = headers['retry-after'];
  if (status === 429 || status === 503) expect(waits).toMatch(/^[1-9]\d*$/);
  else expect(waits).toBeUndefined();
}
