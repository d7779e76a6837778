import {
  createServer,
  type IncomingMessage,
  request as openRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What becomes of a request with events instead of the server's answer. */
export type Mishap =
  /** Answered in the server's place: it never learns of the request. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends before the request reaches the server. */
  | 'cut before'
  /** The server has taken the request, and its answer is lost on the way. */
  | 'cut after';

/** An event as it went over the wire. */
export interface SentEvent {
  readonly type?: string;
  readonly messageId: string;
  readonly event?: string;
  readonly [field: string]: unknown;
}

/** A request as the door saw it. */
export interface SeenRequest {
  /** When it came (ms of real time, since some moment). */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The client got this status; undefined while it waits, and when the connection was cut. */
  readonly status: number | undefined;
}

interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/**
 * A door in front of a server that fails as often as told and then passes everything on as it came: method, path,
 * query, headers and bytes, the name in Host included. Only POSTs fail: preflights and settings are no events.
 */
export class FlakyDoor {
  readonly url: string;
  readonly requests: SeenRequest[] = [];
  readonly #target: URL;
  readonly #server: Server;
  readonly #mishaps: Mishap[] = [];
  /** As long as it is, every connection is cut, for preflights and settings too; such requests are not noted. */
  unreachable = false;

  private constructor(target: string, server: Server) {
    this.#target = new URL(target);
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(target: string): Promise<FlakyDoor> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const door = new FlakyDoor(target, server);
    server.on('request', (request, response) => {
      // The client may hang up first, and then nobody waits for an answer.
      void door.#receive(request, response).catch(() => request.socket.destroy());
    });
    return door;
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    return closed;
  }

  /** What becomes of the next POSTs, in turn. */
  fail(...mishaps: readonly Mishap[]): void {
    this.#mishaps.push(...mishaps);
  }

  get posts(): SeenRequest[] {
    return this.requests.filter(({ method }) => method === 'POST');
  }

  /** Events the client was told had arrived. */
  get delivered(): SentEvent[] {
    return this.posts.filter(({ status }) => status === 200).flatMap(eventsIn);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const { method = 'GET', url = '/', headers, rawHeaders } = request;
    if (this.unreachable) return cut(request);
    const { pathname: path, searchParams: query } = new URL(url, this.url);
    const seen = { at: performance.now(), method, path, query, headers, body, status: undefined as number | undefined };
    this.requests.push(seen);

    const mishap = method === 'POST' ? this.#mishaps.shift() : undefined;
    if (mishap === 'cut before') return cut(request);
    const answer =
      typeof mishap === 'object'
        ? await this.#answerInstead(mishap, headers.origin)
        : await this.#pass(method, url, rawHeaders, body);
    if (mishap === 'cut after') return cut(request);
    seen.status = answer.status;
    // Chromium itself repeats a request that fails on a connection kept from before, and no SDK learns of it.
    response.writeHead(answer.status, closing(answer.rawHeaders)).end(answer.body);
  }

  /** With the CORS headers the server puts on its own errors: without them a page could not read when to try again. */
  async #answerInstead({ status, headers = {} }: Exclude<Mishap, string>, origin = ''): Promise<Answer> {
    const refusal = await this.#pass('GET', '/no/such/route', ['host', this.#target.host, 'origin', origin]);
    const cors = pairsOf(refusal.rawHeaders).filter(([name]) => name.toLowerCase().startsWith('access-control-'));
    const body = Buffer.from('{"success":false,"code":"unavailable","message":"Try again in a moment."}');
    const own = { 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
    return { status, rawHeaders: [...cors, ...Object.entries(own)].flat(), body };
  }

  #pass(method: string, path: string, rawHeaders: readonly string[], body: Buffer = Buffer.alloc(0)): Promise<Answer> {
    const { hostname: host, port } = this.#target;
    return new Promise((resolve, reject) => {
      openRequest({ host, port, method, path, headers: closing(rawHeaders), agent: false }, (response) => {
        const { statusCode: status = 0, rawHeaders: back } = response;
        bytesOf(response).then((bytes) => resolve({ status, rawHeaders: back, body: bytes }), reject);
      })
        .on('error', reject)
        .end(body);
    });
  }
}

/** The events in a request, whatever its route, content type and compression. */
export function eventsIn({ path, body }: SeenRequest): SentEvent[] {
  const text = (body[0] === 0x1f ? gunzipSync(body) : body).toString('utf8');
  if (!text.includes('"messageId"')) return [];
  const json = JSON.parse(text) as SentEvent & { batch?: SentEvent[] };
  return json.batch ?? [{ type: path.split('/').at(-1) ?? '', ...json }];
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const cut = ({ socket }: IncomingMessage): void => void socket.destroy();

/** Connections are between neighbours: what the one side says of its own is not passed on to the other. */
const closing = (rawHeaders: readonly string[]): string[] => [
  ...pairsOf(rawHeaders)
    .filter(([name]) => !['connection', 'keep-alive'].includes(name.toLowerCase()))
    .flat(),
  'connection',
  'close',
];

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  );
}
