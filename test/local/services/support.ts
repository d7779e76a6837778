import { Readable } from 'node:stream';
import type { Clock, Scheduled } from '../../../local/cloud/clock.ts';
import { ENDPOINT_HOST } from '../../../local/cloud/endpoint-host.ts';
import type { AwsRequest, AwsService } from '../../../local/cloud/service.ts';
import { readS3Request } from '../../../local/cloud/services/s3/s3-request.ts';

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #now: number;
  #tasks: { at: number; task: () => void }[] = [];

  constructor(start = '2026-11-01T00:00:00Z') {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  schedule(at: number, task: () => void): Scheduled {
    const entry = { at, task };
    this.#tasks.push(entry);
    const cancel = () => {
      this.#tasks = this.#tasks.filter((one) => one !== entry);
    };
    return { at, cancel };
  }

  get pending(): number {
    return this.#tasks.length;
  }

  /** Moves on by so many seconds and runs what falls due on the way, each at its own moment. */
  advance(seconds: number): void {
    const end = this.#now + seconds * 1000;
    for (;;) {
      const next = this.#tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
    }
    this.#now = end;
  }
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Settings that let an unmodified SDK client talk to a service object: no sockets, same bytes. */
export function clientOf(service: AwsService, headersSeen?: (headers: Record<string, string>) => void) {
  return {
    region: 'eu-central-1',
    endpoint: `http://${ENDPOINT_HOST}`,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SdkRequest) {
        headersSeen?.(request.headers);
        const { status, headers, body, raw } = await service.handle(toAwsRequest(request));
        const response = {
          statusCode: status,
          headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
          body: Readable.from([Buffer.from(raw === undefined ? JSON.stringify(body) : (raw as string))]),
        };
        return { response };
      },
    },
  };
}

const REST_ACTIONS: Readonly<Record<string, string>> = {
  '/v2/email/outbound-emails': 'SendEmail',
  '/v2/email/account': 'GetAccount',
};

/** What the cloud's endpoint makes of a request; here in its smallest form. */
function toAwsRequest({ method, path, query = {}, headers, body }: SdkRequest): AwsRequest {
  const [caller = '', , , service = ''] = /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split('/') ?? [];
  if (service === 's3') {
    const request = { method, path: withQuery(path, query), headers };
    const { action } = readS3Request(request);
    return { ...request, service, caller, action, input: undefined, raw: body as Uint8Array | undefined };
  }
  const target = headers['x-amz-target']?.split('.')[1];
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array | undefined);
  const action = target ?? REST_ACTIONS[path] ?? path;
  return { service, action, caller, method, path, headers, input: text === '' ? {} : JSON.parse(text) };
}

function withQuery(path: string, query: NonNullable<SdkRequest['query']>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value ?? ''));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The name of the error a call fails with. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('The call was expected to fail.');
}
