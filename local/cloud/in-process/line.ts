import type { SdkAnswer, SdkCall } from '../worker/protocol.ts';

/** The settings of an SDK client that somebody else may put in their place how it talks. */
export interface ClientSettings {
  readonly maxAttempts: number;
}

/** Turns a client's settings into those of a client that talks over a line. */
export type Adapt = (settings: ClientSettings) => object;

/** Who talks over a line at the moment, and with whom. */
export interface Connection {
  readonly accessKeyId: string;
  readonly region: string;
  readonly endpointUrl: string;
  /** A rejection means that whoever called dies of it. */
  readonly answer: (call: SdkCall) => Promise<SdkAnswer>;
  /** Hears that a call was answered. */
  readonly answered: () => void;
  /** Hears of a death by a call. */
  readonly killed: (error: Error) => void;
}

/** As far as an SDK client's request shows how it is made. */
interface SdkHttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Signs as far as the endpoint reads a signature: by whom, and for which service. */
const NAME_SIGNER = {
  async sign(
    request: SdkHttpRequest,
    { accessKeyId }: Identity,
    { config }: { readonly config: { readonly signingName?: string; readonly defaultSigningName: string } },
  ) {
    const service = config.signingName ?? config.defaultSigningName;
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/local/${service}/aws4_request`;
    return { ...request, headers: { ...request.headers, authorization } };
  },
};

/**
 * How the SDK clients of one environment reach the endpoint without a network: by function call. Everything above is the
 * SDK's own, what it sends and how it reads answers and errors included; only it signs with a name alone, since nobody
 * checks more, and it does not sleep before it tries again, since here no time passes.
 *
 * Clients are dear to make, so a line and its clients serve one environment after the other.
 */
export class Line {
  #connection: Connection | undefined;
  #trace = '';
  #open = 0;

  /** For the settings of every client that is to use this line. */
  readonly adapt: Adapt = ({ maxAttempts }) => ({
    maxAttempts,
    retryStrategy: retryAtOnce(maxAttempts),
    requestHandler: { handle: (request: SdkHttpRequest) => this.#send(request) },
    region: async () => this.#connected.region,
    endpoint: async () => endpointOf(this.#connected.endpointUrl),
    credentials: async () => this.#identity(),
    httpAuthSchemes: [
      { schemeId: 'aws.auth#sigv4', identityProvider: () => async () => this.#identity(), signer: NAME_SIGNER },
    ],
    // What is the same for every call is not worked out with every call.
    endpointProvider: () => ({ url: new URL(this.#connected.endpointUrl) }),
    defaultUserAgentProvider: async () => [],
    logger: {},
    cacheMiddleware: true,
  });

  connect(connection: Connection): void {
    this.#connection = connection;
  }

  /** Nobody is there any more: calls that are made now, and those under way, are never answered. */
  cut(): void {
    this.#connection = undefined;
  }

  /** A new invocation; its trace goes along with every call. */
  begin(trace: string): void {
    this.#trace = trace;
    this.#open = 0;
  }

  /** Calls that nobody has got an answer to. */
  get open(): number {
    return this.#open;
  }

  get #connected(): Connection {
    if (this.#connection === undefined) throw new Error('Nobody talks over this line');
    return this.#connection;
  }

  #identity(): Identity {
    return { accessKeyId: this.#connected.accessKeyId, secretAccessKey: 'local' };
  }

  async #send(request: SdkHttpRequest): Promise<{ response: object }> {
    const connection = this.#connection;
    if (connection === undefined) return never();
    this.#open++;
    const { method, path, headers } = request;
    const body = plain(request.body);
    let answer: SdkAnswer;
    try {
      answer = await connection.answer({ method, path, headers: { ...headers, 'x-amzn-trace-id': this.#trace }, body });
    } catch (error) {
      connection.killed(error as Error);
      return never();
    }
    if (this.#connection !== connection) return never();
    this.#open--;
    connection.answered();
    if ('lost' in answer)
      // As the SDK's own transport tells of a connection that the other side closed.
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    const { status: statusCode, headers: own, body: text } = answer;
    return { response: { statusCode, headers: { ...ANSWER_HEADERS, ...own }, body: Buffer.from(text as string) } };
  }
}

/** A body of the SDK's may be bytes that pretend to be text. */
const plain = (body: string | Uint8Array | undefined) =>
  body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body;

const ANSWER_HEADERS = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'local' };

function endpointOf(url: string) {
  const { protocol, hostname, port, pathname } = new URL(url);
  return { protocol, hostname, path: pathname, ...(port !== '' && { port: Number(port) }) };
}

const never = () => new Promise<never>(() => undefined);

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
  getRetryCost(): undefined;
}

/** Tries again what the SDK itself would try again, as often; after one turn of the event loop instead of a pause. */
function retryAtOnce(maxAttempts: number) {
  const token = (count: number): RetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => 0,
    getRetryCost: () => undefined,
  });
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last: RetryToken, { errorType }: { readonly errorType: string }) {
      const attempts = last.getRetryCount() + 1;
      if (attempts >= maxAttempts || errorType === 'CLIENT_ERROR') throw new Error('No try is left');
      await turn();
      return token(attempts);
    },
    recordSuccess: () => undefined,
  };
}

/** One turn of the event loop: everything that could go on has gone on. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
