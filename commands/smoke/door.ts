/** What came back; `json` is undefined when the body is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Nothing answers there: no such host, no route to it, or it takes longer than the gateway itself may. */
export class Unreachable extends Error {}

/** A deployment's API, reached as apps reach it: over HTTP and with a write key. */
export class Door {
  readonly url: string;
  readonly #authorization: string;
  readonly #adminToken: string | undefined;

  constructor({ url, key, adminToken }: { url: string; key: string; adminToken?: string | undefined }) {
    this.url = url.replace(/\/+$/, '');
    this.#authorization = basic(key);
    this.#adminToken = adminToken;
  }

  /** Posts an event or a batch with the write key, as JSON unless the headers say otherwise. */
  post(path: string, body: Sending['body'] | object, headers: Sending['headers'] = {}): Promise<Answer> {
    const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.#authorization, ...headers },
      ...(sent !== undefined && { body: sent }),
    });
  }

  /** Gets something that takes the write key. */
  get(path: string): Promise<Answer> {
    return this.ask(path, { headers: { authorization: this.#authorization } });
  }

  /** Gets something of the admin API. */
  admin(path: string): Promise<Answer> {
    return this.ask(path, { headers: { authorization: `Bearer ${this.#adminToken}` } });
  }

  async ask(path: string, { method = 'GET', ...sending }: Sending = {}): Promise<Answer> {
    try {
      // The gateway gives up after 30 s.
      const answer = await fetch(`${this.url}${path}`, { method, ...sending, signal: AbortSignal.timeout(35_000) });
      return { status: answer.status, headers: answer.headers, json: jsonOf(await answer.text()) };
    } catch (error) {
      const { message, cause } = error as Error;
      throw new Unreachable((cause as { code?: string } | undefined)?.code ?? message);
    }
  }
}

export const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

function jsonOf(text: string): Answer['json'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
