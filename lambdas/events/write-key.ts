import { isJsonObject } from '../../domain/json.ts';
import { type HttpEvent, headerOf } from '../runtime/http.ts';

/** No key of ours is longer; a longer one is not looked up. */
const LONGEST_KEY = 200;

/** The write key of a request: the user name of Basic authentication, or `writeKey` in the body. */
export function writeKeyOf(event: HttpEvent, body: unknown): string | undefined {
  const key = basicUser(headerOf(event, 'authorization')) ?? (isJsonObject(body) ? body.writeKey : undefined);
  return typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY ? key : undefined;
}

function basicUser(header: string | undefined): string | undefined {
  const credentials = /^basic\s+([a-z0-9+/=_-]+)\s*$/i.exec(header ?? '')?.[1];
  if (credentials === undefined) return undefined;
  return Buffer.from(credentials, 'base64').toString('utf8').split(':', 1)[0];
}
