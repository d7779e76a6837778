import type { HttpEvent } from '../runtime/http.ts';
import { headerOf } from '../runtime/http.ts';

/** Bytes: what a page of ours sends has a few hundred, and topics are few. */
const LONGEST = 32 * 1_024;

/**
 * The fields of a form, of either kind: RFC 8058 lets mail programs send `multipart/form-data` as well. None where it cannot
 * be read.
 */
export async function formOf(event: HttpEvent): Promise<URLSearchParams> {
  const { body = '', isBase64Encoded } = event;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const type = headerOf(event, 'content-type') ?? '';
  if (bytes.length > LONGEST) return new URLSearchParams();
  if (!/^multipart\/form-data\b/i.test(type)) return new URLSearchParams(bytes.toString('utf8'));
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const texts = [...form].flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    return new URLSearchParams(texts);
  } catch {
    return new URLSearchParams();
  }
}
