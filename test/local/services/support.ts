import type { Clock, Scheduled } from '../../../local/cloud/clock.ts';
import type { AwsRequest, AwsService } from '../../../local/cloud/service.ts';

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
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Settings that let an unmodified SDK client talk to a service object: no sockets, same bytes. */
export function clientOf(service: AwsService, headersSeen?: (headers: Record<string, string>) => void) {
  return {
    region: 'eu-central-1',
    endpoint: 'http://local',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SdkRequest) {
        headersSeen?.(request.headers);
        const { status, headers, body } = await service.handle(toAwsRequest(request));
        const response = {
          statusCode: status,
          headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
          body: new TextEncoder().encode(JSON.stringify(body)),
        };
        return { response };
      },
    },
  };
}

/** What the cloud's endpoint makes of a request; here in its smallest form. */
function toAwsRequest({ method, path, headers, body }: SdkRequest): AwsRequest {
  const [caller = '', , , service = ''] = /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split('/') ?? [];
  const target = headers['x-amz-target']?.split('.')[1];
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array | undefined);
  const action = target ?? (path === '/v2/email/outbound-emails' ? 'SendEmail' : path);
  return { service, action, caller, method, path, headers, input: text === '' ? {} : JSON.parse(text) };
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
