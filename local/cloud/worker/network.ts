import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import type { Transport } from './protocol.ts';
import { SdkRequest } from './sdk-request.ts';

/** A function tried to reach something that is not part of the local cloud. */
function refused(what: string): never {
  throw Object.assign(new Error(`The local cloud has no way out: ${what} was refused`), { code: 'EACCES' });
}

/**
 * Takes this thread off the network: requests to the cloud's endpoint go over the transport, everything else fails.
 * Has to run before the function's code is imported, since that binds the built-in modules' exports.
 */
export function installNetwork(transport: Transport, endpointHost: string): void {
  const request = (first: unknown, second?: unknown, third?: unknown) => {
    const callback = [second, third].find((one) => typeof one === 'function');
    const options = optionsOf(first, second);
    const host = options.hostname ?? options.host ?? 'localhost';
    // S3's buckets stand before the host.
    if (host !== endpointHost && !host.endsWith(`.${endpointHost}`)) {
      // Out go only those who look themselves at what a name resolves to.
      if (options.lookup === undefined) return refused(`${options.method ?? 'GET'} ${host}${options.path ?? '/'}`);
      return outside(transport, host, options, callback as (response: unknown) => void);
    }
    return new SdkRequest(transport, options, callback as (response: unknown) => void);
  };
  const get = (...given: [unknown, unknown?, unknown?]) => request(...given).end();
  for (const module of [http, https]) Object.assign(module, { request, get });
  Object.assign(dns, { lookup: localLookup });
  net.Socket.prototype.connect = (...given: unknown[]) => refused(`a connection to ${describe(given)}`);
  dgram.Socket.prototype.send = (...given: unknown[]) => refused(`a datagram to ${describe(given.slice(1))}`);
  globalThis.fetch = async (input) => refused(`fetch of ${input instanceof Request ? input.url : input}`);
  syncBuiltinESMExports();
}

/** A request to the internet, which the main thread plays: sent once the caller's own lookup has let its address pass. */
function outside(
  transport: Transport,
  host: string,
  options: http.RequestOptions,
  onResponse: (response: unknown) => void,
): SdkRequest {
  const request = new SdkRequest(transport, options, onResponse, host);
  const send = request.end.bind(request);
  request.end = (chunk) => {
    options.lookup?.(host, { all: true }, (error) => {
      if (error === null) send(chunk);
      else request.destroy(error);
    });
    return request;
  };
  return request;
}

/** Names resolve to an address of the internet, but `inside.…`: it leads to the metadata of the machine. */
function localLookup(
  host: string,
  _options: unknown,
  done: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
): void {
  const address = host.startsWith('inside.') ? '169.254.169.254' : '1.1.1.1';
  queueMicrotask(() => done(null, [{ address, family: 4 }]));
}

function optionsOf(first: unknown, second: unknown): http.RequestOptions {
  if (typeof first !== 'string' && !(first instanceof URL)) return first as http.RequestOptions;
  const { hostname, pathname, search, port } = new URL(first);
  return { hostname, path: pathname + search, port, ...(typeof second === 'object' ? second : {}) };
}

/** net's connect takes options, a path or a port and host, sometimes normalised into one array. */
function describe(given: unknown): string {
  if (Array.isArray(given)) return given.flat().map(describe).filter(Boolean).join(' ');
  if (typeof given === 'function' || given === null || given === undefined) return '';
  if (typeof given !== 'object') return String(given);
  const { host, hostname, port, path } = given as Record<string, unknown>;
  return [host ?? hostname, port, path].filter(Boolean).join(':');
}
