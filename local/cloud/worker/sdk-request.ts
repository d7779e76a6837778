import { EventEmitter } from 'node:events';
import type { RequestOptions } from 'node:http';
import { Readable } from 'node:stream';
import type { SdkAnswer, SdkCall, Transport } from './protocol.ts';

/** A socket that is there as soon as it is asked for, with the methods HTTP clients call on one. */
class ConnectedSocket extends EventEmitter {
  readonly connecting = false;
  readonly encrypted = true;
  readonly remoteAddress = '127.0.0.1';
  setTimeout = () => this;
  setKeepAlive = () => this;
  setNoDelay = () => this;
  ref = () => this;
  unref = () => this;
  destroy = () => this;
}

let answers = 0;

/** Enough of an IncomingMessage for the SDK: a readable body with status and headers. */
class SdkResponse extends Readable {
  readonly statusCode: number;
  readonly statusMessage = '';
  readonly httpVersion = '1.1';
  readonly headers: Readonly<Record<string, string>>;
  complete = true;

  constructor({ status, headers, body }: Exclude<SdkAnswer, { lost: true }>) {
    super({ read() {} });
    this.statusCode = status;
    this.headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': `local-${++answers}`,
      // The SDK corrects its own clock by this header; in this thread Date is the cloud's.
      date: new Date().toUTCString(),
      ...headers,
    };
    if (body.length > 0) this.push(Buffer.from(body as string));
    this.push(null);
  }
}

/**
 * Stands in for a ClientRequest: collects what is written, sends it over the transport as one message, and hands the
 * answer on as a response. The SDK above it is untouched, its signature included.
 */
export class SdkRequest extends EventEmitter {
  readonly socket = new ConnectedSocket();
  readonly #transport: Transport;
  readonly #options: RequestOptions;
  readonly #headers: Record<string, string> = {};
  readonly #outside: string | undefined;
  #body: (string | Uint8Array)[] = [];
  #sent = false;
  #giveUp: () => void = () => undefined;
  destroyed = false;
  writableEnded = false;

  /** @param outside the host it goes to, if that is not the cloud's endpoint */
  constructor(
    transport: Transport,
    options: RequestOptions,
    onResponse?: (response: unknown) => void,
    outside?: string,
  ) {
    super();
    this.#outside = outside;
    this.#transport = transport;
    this.#options = options;
    for (const [name, value] of Object.entries(options.headers ?? {})) this.setHeader(name, value);
    if (onResponse) this.once('response', onResponse);
    queueMicrotask(() => this.emit('socket', this.socket));
  }

  setHeader(name: string, value: unknown): this {
    this.#headers[name.toLowerCase()] = String(value);
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers[name.toLowerCase()];
  }

  setTimeout = () => this;
  setNoDelay = () => this;
  setSocketKeepAlive = () => this;
  flushHeaders = () => undefined;

  write(chunk: string | Uint8Array): boolean {
    this.#body.push(chunk);
    return true;
  }

  end(chunk?: string | Uint8Array): this {
    if (chunk !== undefined && typeof chunk !== 'function') this.#body.push(chunk);
    this.writableEnded = true;
    if (!this.destroyed && !this.#sent) this.#send();
    return this;
  }

  abort(): void {
    this.destroy();
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.#giveUp();
    queueMicrotask(() => {
      if (error) this.emit('error', error);
      this.emit('close');
    });
    return this;
  }

  #send(): void {
    this.#sent = true;
    const call: SdkCall = {
      ...(this.#outside !== undefined && { outside: this.#outside }),
      method: this.#options.method ?? 'GET',
      path: this.#options.path ?? '/',
      headers: told(this.#headers),
      body: joined(this.#body),
    };
    try {
      this.#giveUp = this.#transport.send(call, (answer) => {
        if (this.destroyed) return;
        // As Node reports a connection that the other side closed in the middle.
        if ('lost' in answer)
          return void this.destroy(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
        this.emit('response', new SdkResponse(answer));
        this.destroyed = true;
        queueMicrotask(() => this.emit('close'));
      });
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}

/** Nobody at the endpoint reads who built the client; every header costs time on the way to the other thread. */
function told(headers: Record<string, string>): Record<string, string> {
  const { 'user-agent': _agent, 'x-amz-user-agent': _sdk, 'amz-sdk-invocation-id': _id, ...rest } = headers;
  return rest;
}

/** Most bodies are one piece of JSON text; it travels as it is. */
function joined(pieces: readonly (string | Uint8Array)[]): string | Uint8Array | undefined {
  if (pieces.length <= 1) return pieces[0];
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array)));
}
