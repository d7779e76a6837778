import { gunzipSync } from 'node:zlib';
import { LIMITS } from '../../domain/events/limits.ts';
import type { HttpEvent } from '../runtime/http.ts';

export type RequestBody =
  | { readonly outcome: 'json'; readonly value: unknown }
  | { readonly outcome: 'refused'; readonly code: BodyProblem; readonly message: string };

export type BodyProblem = 'payload_too_large' | 'invalid_json' | 'body_mangled';

/**
 * The JSON of a request, whatever its content type says. gzip is known by its first bytes and not by a header: SDKs send
 * it under any name, and gateways decompress without telling.
 */
export function readBody({ body = '', isBase64Encoded }: HttpEvent): RequestBody {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0) return { outcome: 'refused', code: 'invalid_json', message: 'The body is empty.' };
  if (bytes.length > LIMITS.requestBytes) return TOO_LARGE;
  if (bytes.subarray(0, MANGLED_GZIP.length).equals(MANGLED_GZIP)) return MANGLED;
  let text: Buffer;
  try {
    text = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: LIMITS.requestBytes }) : bytes;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return TOO_LARGE;
    return {
      outcome: 'refused',
      code: 'invalid_json',
      message: 'The body starts like gzip but cannot be decompressed.',
    };
  }
  try {
    return { outcome: 'json', value: JSON.parse(text.toString('utf8').replace(BYTE_ORDER_MARK, '')) };
  } catch {
    return { outcome: 'refused', code: 'invalid_json', message: 'The body is not JSON.' };
  }
}

/** Some platforms begin every text with it, and JSON does not allow it. */
const BYTE_ORDER_MARK = /^\ufeff/;

const TOO_LARGE: RequestBody = {
  outcome: 'refused',
  code: 'payload_too_large',
  message: `A request may have ${LIMITS.requestBytes} bytes after decompression.`,
};

/** What is left of gzip's first bytes, 1f 8b, when something on the way took them for UTF-8. */
const MANGLED_GZIP = Buffer.from([0x1f, 0xef, 0xbf, 0xbd]);

const MANGLED: RequestBody = {
  outcome: 'refused',
  code: 'body_mangled',
  message:
    'The compressed body was damaged before it arrived. Send gzip as application/octet-stream, or turn compression off.',
};

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;
