import { request as openRequest } from 'node:http';

/** A request exactly as it goes over the wire: no header is added but Host and Connection. */
export interface RawRequest {
  readonly method?: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In several pieces it is sent chunked, without a Content-Length. */
  readonly body?: readonly Buffer[];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** `fetch` sets a content type and knows no chunks: what another platform's client sends has to be written by hand. */
export function sendRaw(origin: string, { method = 'POST', path, headers, body = [] }: RawRequest): Promise<RawAnswer> {
  const length = body.length === 1 ? { 'content-length': String(body[0]?.length) } : {};
  return new Promise((resolve, reject) => {
    const request = openRequest(
      `${origin}${path}`,
      { method, headers: { ...headers, ...length }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on('error', reject);
    for (const chunk of body) request.write(chunk);
    request.end();
  });
}
