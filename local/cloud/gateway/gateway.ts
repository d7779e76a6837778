import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity, Clock } from '../clock.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { LocalIssuer } from '../local-issuer.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import type { HttpApi } from './http-api.ts';
import { matchRoute } from './http-api.ts';
import { authorize } from './jwt.ts';
import type { WireRequest, WireResponse } from './payload.ts';
import { gatewayAnswer, internalServerError, joinedHeaders, splitUrl, toEvent, toResponse } from './payload.ts';

/** Answers requests that only the local cloud knows: `/` and everything under `/local/`. */
export type LocalRoutes = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A request without the connection it came over. */
export interface BareRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface GatewayOptions {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly issuer: LocalIssuer;
  readonly log: (line: string) => void;
  /** Told of each request that is billed: AWS bills neither preflights nor what its authorizer refuses. */
  readonly onBilled?: (target: LambdaFunction, bodyBytes: number) => void;
}

const bodyLimit = 10 * 1024 * 1024;
/** Of the request line and the headers' values together, in bytes. AWS names no status for more; this is HTTP's own. */
const headLimit = 10_240;
/** An HTTP API waits this long for its integration, in real milliseconds. */
const integrationLimitMs = 30_000;

/** The HTTP API of the stacks, on a real port of this machine. */
export class Gateway {
  readonly #options: GatewayOptions;
  /** Undefined as long as nobody listens. */
  #server: Server | undefined;
  #api: HttpApi | undefined;
  #localRoutes: LocalRoutes | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Starts to listen, before there is an API: its address is part of what is deployed. Port 0: any free one. */
  listen(port: number): Promise<string> {
    const server = createServer((request, response) => {
      void this.#receive(request, response).catch((error: Error) => {
        this.#options.log(`defect in the gateway: ${error.stack}`);
        response.destroy();
      });
    });
    // Real clients keep connections open between requests that are minutes of virtual and seconds of real time apart.
    server.keepAliveTimeout = 60_000;
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve(`http://127.0.0.1:${this.#port}`);
      });
    });
  }

  /** Answers a request that did not come over a connection. */
  async request({ method, path, headers, body }: BareRequest): Promise<WireResponse> {
    const rawHeaders = Object.entries(headers).flat();
    const end = this.#options.activity.begin(`${method} ${path}`);
    try {
      return await this.#answer({ method, url: path, rawHeaders, body, sourceIp: '127.0.0.1', port: 80 });
    } finally {
      end();
    }
  }

  serve(api: HttpApi): void {
    if (this.#api) throw new Error('The local cloud serves one HTTP API; the stacks have two');
    this.#api = api;
  }

  localRoutes(handler: LocalRoutes): void {
    this.#localRoutes = handler;
  }

  stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return Promise.resolve();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  }

  get #port(): number {
    return (this.#server?.address() as AddressInfo | null)?.port ?? 0;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path } = splitUrl(request.url ?? '/');
    if (this.#localRoutes && (path === '/' || path.startsWith('/local/'))) {
      if (path !== '/' || request.method === 'GET' || request.method === 'HEAD') {
        return this.#localRoutes(request, response);
      }
    }
    const end = this.#options.activity.begin(`${request.method} ${path}`);
    try {
      const body = await readBody(request);
      const wire = body && this.#toWire(request, body);
      const answer = wire ? await this.#answer(wire) : gatewayAnswer(413, 'Request Entity Too Large');
      send(response, answer, this.#options.clock.now());
    } finally {
      end();
    }
  }

  #toWire({ method = 'GET', url = '/', rawHeaders, socket }: IncomingMessage, body: Buffer): WireRequest {
    return { method, url, rawHeaders, body, sourceIp: socket.remoteAddress ?? '127.0.0.1', port: this.#port };
  }

  async #answer(request: WireRequest): Promise<WireResponse> {
    const headers = joinedHeaders(request);
    if (headSize(request) > headLimit) return gatewayAnswer(431, 'Request Header Fields Too Large');
    const cors = this.#api?.cors;
    if (cors && isPreflight(request.method, headers)) {
      return { status: 204, headers: preflightHeaders(cors, headers.origin ?? ''), body: '' };
    }
    const answer = await this.#route(request, headers);
    if (!cors) return answer;
    // Built-in CORS replaces whatever the function said about it.
    const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
    return { ...answer, headers: { ...Object.fromEntries(own), ...corsHeaders(cors, headers.origin) } };
  }

  async #route(request: WireRequest, headers: Readonly<Record<string, string>>): Promise<WireResponse> {
    const api = this.#api;
    const matched = api && matchRoute(api.routes, request.method, splitUrl(request.url).path);
    if (!matched) return gatewayAnswer(404, 'Not Found');
    const { authorizer, target, mayInvoke } = matched.route;
    const now = this.#options.clock.now();
    const authorized = authorizer && authorize(headers.authorization, authorizer, this.#options.issuer, now);
    if (authorizer && !authorized) {
      const refusal = gatewayAnswer(401, 'Unauthorized');
      return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': 'Bearer' } };
    }
    this.#options.onBilled?.(target, request.body.length);
    if (!mayInvoke(request.method)) return internalServerError;
    const result = await withinLimit(
      target.invoke(toEvent(request, api, matched, authorized, now), { inRealTime: true }),
    );
    if (result === undefined) return gatewayAnswer(503, 'Service Unavailable');
    if (result.ok) return toResponse(result.value);
    if (result.error.errorType === 'RequestEntityTooLargeException')
      return gatewayAnswer(413, 'Request Entity Too Large');
    return internalServerError;
  }
}

function headSize({ method, url, rawHeaders }: WireRequest): number {
  const values = rawHeaders.filter((_, i) => i % 2 === 1);
  return [method, url, ...values].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** The whole body, or undefined when it is over the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on without keeping it: a connection closed half way would show the client a reset instead of the answer.
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return size > bodyLimit ? undefined : Buffer.concat(chunks, size);
}

function send(response: ServerResponse, { status, headers, body }: WireResponse, now: number): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('date', new Date(now).toUTCString());
  response.writeHead(status).end(body);
}

async function withinLimit<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), integrationLimitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
