import { gunzipSync } from 'node:zlib';
import { LIMITS } from '../../domain/events/limits.ts';
import type { HttpEvent } from '../runtime/http.ts';

export type RequestBody =
  | { readonly outcome: 'json'; readonly value: unknown }
  | { readonly outcome: 'refused'; readonly code: 'payload_too_large' | 'invalid_json'; readonly message: string };

/**
 * The JSON of a request, whatever its content type says. gzip is known by its first bytes and not by a header: SDKs send
 * it under any name, and gateways decompress without telling.
 */
export function readBody({ body = '', isBase64Encoded }: HttpEvent): RequestBody {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > LIMITS.requestBytes) return TOO_LARGE;
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
    return { outcome: 'json', value: JSON.parse(text.toString('utf8')) };
  } catch {
    return { outcome: 'refused', code: 'invalid_json', message: 'The body is not JSON.' };
  }
}

const TOO_LARGE: RequestBody = {
  outcome: 'refused',
  code: 'payload_too_large',
  message: `A request may have ${LIMITS.requestBytes} bytes after decompression.`,
};

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;
