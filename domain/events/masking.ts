import { parseIsoTime } from '../calendar.ts';
import { LIMITS } from './limits.ts';

/** The first characters of an id, never more than half of it: enough to recognise one's own, not to learn one. */
export function maskId(id: string): string {
  const shown = Math.min(3, Math.floor(id.length / 2));
  return `${maskText(cut(id, shown), shown)}…`;
}

/**
 * How much of a text is looked at beyond what is shown of it. It must hold the word that the cut is in, and no more:
 * the expressions below take up to 0.2 µs a character, and who sends the texts has only a public key.
 */
const BEYOND = 100;

/** Characters of a text that `maskText` looks at: what showing it costs, whatever comes out. */
export const scannedOf = (text: string, length: number): number => Math.min(text.length, length + BEYOND);

// All linear: no two neighbours of an expression can match the same character, and repetitions are bounded, at its end,
// or begin only where no other match of theirs could be going on.
const WORD = /[^\s<>()[\]",;]+/g;
const IPV4 = /\d{1,3}(?:\.\d{1,3}){3}/g;
const IPV6 = /[\da-f]{1,4}(?:::?[\da-f]{1,4}){3,7}/gi;
/** Whatever may be an IPv6 address with zeros left out, `::1` and `2001:db8::` too. */
const MAYBE_SHORT_IPV6 = /(?<![\w:])[\da-f:]+(?![\w:])/gi;
const SHORT_IPV6 = /::[\da-f]|[\da-f]::/i;
/** Seven digits, together or written as phone numbers are. */
const NUMBER = /\+?\p{Nd}(?:[\s()./-]{0,3}\p{Nd}){6,}/gu;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** Letters and a little between them: what most names and values are, and nothing that could be masked in it. */
const PLAIN = /^[A-Za-z][A-Za-z _.&'()[\]/-]*$/;

/**
 * A text to show: queries and fragments of URLs go, e-mail addresses, IP addresses and numbers of seven digits or more
 * become fixed words, the rest is cut to `length` characters. The word around an `@` goes as a whole: what may stand in
 * an address, nobody agrees on.
 */
export function maskText(text: string, length: number): string {
  if (text.length <= length && (PLAIN.test(text) || parseIsoTime(text) !== undefined)) return text;
  const masked = wholeWords(text, scannedOf(text, length))
    .replace(WORD, (word) => (/.[@＠]|[@＠].|%40/.test(word) ? '‹email›' : word))
    .replace(IPV4, '‹ip›')
    .replace(IPV6, '‹ip›')
    .replace(MAYBE_SHORT_IPV6, (match) => (SHORT_IPV6.test(match) ? '‹ip›' : match))
    .replace(NUMBER, '‹number›')
    .replace(UNPRINTABLE, '\ufffd');
  return masked.length > length ? cut(masked, length).replace(/…?$/, '…') : masked;
}

/**
 * The beginning of a text without queries. Half an address is not recognised as one, so a text that is cut loses the
 * word it was cut in, unless that word's query is gone anyway.
 */
function wholeWords(text: string, scanned: number): string {
  if (text.length <= scanned) return withoutQueries(text);
  let end = scanned;
  while (end > 0 && !/\s/.test(text.charAt(end))) end--;
  const lastWord = text.slice(end, scanned);
  const kept = withoutQuery(lastWord);
  return `${withoutQueries(text.slice(0, end))}${kept === lastWord ? ' …' : kept}`;
}

const withoutQueries = (text: string): string => (/[?#]/.test(text) ? text.replace(/\S+/g, withoutQuery) : text);

/** Tokens of sessions and of resets, addresses and searches: queries and fragments hold what a person must not lose. */
function withoutQuery(word: string): string {
  const place = word.search(/[?#]/);
  if (place < 0 || place === word.length - 1) return word;
  const isUrl = place === 0 ? /^(?:\?|#\/)/.test(word) : word.lastIndexOf('/', place) >= 0;
  return isUrl || word.includes('=', place) ? `${word.slice(0, place + 1)}…` : word;
}

/** Cuts between characters, never inside a surrogate pair. */
const cut = (text: string, length: number) => text.slice(0, length).replace(/[\ud800-\udbff]$/, '');

/** A phone or card number can come as a number. */
export const maskNumber = (value: number): number | string =>
  Number.isInteger(value) && Math.abs(value) >= 1_000_000 ? '‹number›' : value;

/** SDKs make ids of a UUID, some with their name and the time before it; ours are a request's and a place in it. */
const MADE_BY_SDK = /^(?:[a-z-]{1,20}-\d{13}-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:-\d{1,4})?$/i;

/** A message id to show. One that an SDK has made says nothing of anybody, and its developer looks for it. */
export const maskMessageId = (id: string): string => (MADE_BY_SDK.test(id) ? id : maskText(id, 60));

/**
 * The name under which an event is entered in the tracking plan, in its full length: a picker must offer the very name.
 * Never longer than a name may be, so that it can be named in the plan's settings.
 */
export function maskEventName(name: string): string {
  const masked = maskText(name, LIMITS.nameLength);
  return masked.length > LIMITS.nameLength ? `${cut(masked, LIMITS.nameLength - 1)}…` : masked;
}
