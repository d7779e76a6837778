import { LIMITS } from './limits.ts';

/** What an event says about whose it is. */
export type ReadId =
  | { readonly outcome: 'id'; readonly id: string }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'invalid' }
  /** An id that apps send when they have none. */
  | { readonly outcome: 'shared' };

/** Everybody who "is" one of these would become one person. */
const SHARED_IDS = new Set([
  ...['null', 'undefined', 'none', 'nil', 'nan', '0', '-1', 'true', 'false', '[object object]'],
  ...['guest', 'anonymous', 'unknown', 'user', 'test'],
  // What phones answer who may not tell their advertising id.
  '00000000-0000-0000-0000-000000000000',
]);

/**
 * SDKs send null, '' or nothing for "no id", and older server SDKs send numbers. A number that JavaScript cannot hold
 * exactly has already been rounded to that of somebody else: it is nobody's.
 */
export function readId(value: unknown): ReadId {
  if (value === undefined || value === null || (typeof value === 'string' && BLANK.test(value)))
    return { outcome: 'absent' };
  const id = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : value;
  if (typeof id !== 'string' || id.length > LIMITS.idLength || !isCleanText(id)) return { outcome: 'invalid' };
  return SHARED_IDS.has(id.trim().toLowerCase()) ? { outcome: 'shared' } : { outcome: 'id', id };
}

/** Nothing that anybody could see. */
const BLANK = /^[\s\p{Cf}]*$/u;

/** The id an SDK gave its message; anything unusable counts as none. */
export const readMessageId = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= LIMITS.messageIdLength && isCleanText(value)
    ? value
    : undefined;

/**
 * No control characters, no lone surrogates, no U+FFFD, which stands where bytes were no UTF-8, and nothing after it,
 * which queues refuse: ids become keys, and
 * two different broken ids must not become the same person.
 */
const isCleanText = (text: string): boolean => !/[\p{Cc}\p{Cs}\ufffd-\uffff]/u.test(text);
