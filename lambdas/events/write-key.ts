import { isJsonObject } from '../../domain/json.ts';
import { type HttpEvent, headerOf } from '../runtime/http.ts';

/** No key of ours is longer; a longer one is not looked up. */
const LONGEST_KEY = 200;

/** The write key that stands outside the body: the user name of Basic authentication, or a beacon's query. */
export const writeKeyOutsideBody = (event: HttpEvent): string | undefined =>
  usable(basicUser(headerOf(event, 'authorization')) ?? event.queryStringParameters?.writeKey);

/** The write key that mobile and Python SDKs put at the top of the body. */
export const writeKeyInBody = (body: unknown): string | undefined =>
  usable(isJsonObject(body) ? body.writeKey : undefined);

const usable = (key: unknown): string | undefined =>
  typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY ? key : undefined;

function basicUser(header: string | undefined): string | undefined {
  const credentials = /^basic\s+([a-z0-9+/=_-]+)\s*$/i.exec(header ?? '')?.[1];
  if (credentials === undefined) return undefined;
  return Buffer.from(credentials, 'base64').toString('utf8').split(':', 1)[0];
}
