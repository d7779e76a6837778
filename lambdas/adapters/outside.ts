import { lookup as systemLookup } from 'node:dns';
import https, { type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { EndpointUrl } from '../../domain/delivery/calls/endpoint-url.ts';
import { isPublicAddress } from '../../domain/delivery/calls/public-address.ts';

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Systems of others, somewhere on the internet. */
export interface Outside {
  /**
   * Posts JSON, and answers with the status. Rejects with a `NotPublic` where the name leads to an address that is not of the
   * public internet, and with the connection's own error when there is none or `signal` is aborted.
   */
  post(to: EndpointUrl, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Posted>;
}

/** The name leads inside. */
export class NotPublic extends Error {
  override readonly name = 'NotPublic';
}

/** How a name is resolved: all of its addresses. Node's own by default; a test has its own. */
type Resolve = (
  host: string,
  options: { readonly all: true },
  done: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void;

/** Of an answer nothing is of use; so much of it is read for politeness. */
const MOST_READ = 64 * 1_024;

/**
 * Over TLS, to addresses that were looked at. The connection goes to the very address that was: a name that resolves to
 * another one a moment later leads nowhere. No connection is kept, no proxy of the environment asked, no way to elsewhere
 * followed.
 *
 * @param trusted may say whom to trust and how names resolve: for tests. Where it leads is looked at all the same
 */
export function httpsOutside(
  trusted: { readonly resolve?: Resolve; readonly request?: typeof https.request } = {},
): Outside {
  const { resolve = systemLookup as Resolve, request = https.request } = trusted;
  const lookup = publicOnly(resolve);
  return {
    post: ({ host, path }, headers, body, signal) =>
      new Promise((resolved, rejected) => {
        const options: RequestOptions = {
          ...{ method: 'POST', hostname: host, port: 443, path, lookup, agent: false, signal },
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
          maxHeaderSize: 16_384,
        };
        let posted: Posted | undefined;
        const sent = request(options, (response) => {
          const answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
          posted = answer;
          let read = 0;
          response.on('data', (piece: Buffer) => {
            read += piece.length;
            if (read > MOST_READ) response.destroy();
          });
          // However it ends: what it says was known from its first line.
          response.on('error', () => undefined);
          response.on('close', () => resolved(answer));
        });
        sent.on('error', (error) => (posted === undefined ? rejected(error) : resolved(posted)));
        sent.end(body);
      }),
  };
}

/** All of a name's addresses have to be public: who mixes has something in mind. */
const publicOnly =
  (resolve: Resolve): LookupFunction =>
  (host, { all }, done) => {
    resolve(host, { all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
        return done(new NotPublic('The name leads inside'), []);
      if (all) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
