import { parseIsoTime } from '../calendar.ts';
import { type Json, utf8Length } from '../json.ts';
import type { PlanSettings } from './plan-settings.ts';

/** Whether values under this name are a person's own. A dotted name is personal if any of its parts is. */
export type IsPersonal = (name: string) => boolean;

/** Stands for whatever a personal property held. */
export const PERSONAL = '‹personal›';

/** Personal under exactly this name; `name` alone is one, `product_name` is not. */
const PERSONAL_NAMES = new Set([
  ...['id', 'userid', 'anonymousid', 'previousid', 'name', 'middlename', 'nickname', 'mobile', 'tel', 'avatar'],
  ...['street', 'addressline1', 'addressline2', 'line1', 'line2', 'postcode', 'zip', 'lat', 'lng', 'lon', 'ip'],
  ...['dob', 'birthdate', 'card', 'cvc', 'cvv', 'pin', 'bic', 'auth', 'authorization', 'advertisingid', 'idfa'],
]);

/** Personal however the name begins: `customerEmail`, `billing_address`, `pushToken`. */
const PERSONAL_ENDINGS = [
  ...['email', 'phone', 'phonenumber', 'password', 'token', 'secret', 'apikey', 'address', 'postalcode', 'zipcode'],
  ...['firstname', 'lastname', 'fullname', 'surname', 'username', 'birthday', 'dateofbirth', 'latitude', 'longitude'],
  ...['iban', 'ssn', 'cardnumber', 'creditcard', 'accountnumber'],
];

/** No property of anybody is called like this: it is data in the place of a name. */
const LONGEST_NAME = 200;

/** The built-in names and those a project has marked, in any case and with or without `_`, `-` and spaces. */
export function personalNames({ personal }: Pick<PlanSettings, 'personal'>): IsPersonal {
  const marked = new Set(personal.map(plain));
  const isPart = (part: string) =>
    PERSONAL_NAMES.has(part) || marked.has(part) || PERSONAL_ENDINGS.some((ending) => part.endsWith(ending));
  return (name) => name.length > LONGEST_NAME || marked.has(plain(name)) || name.split('.').map(plain).some(isPart);
}

/** `[]` is how the tracking plan writes elements of a list. */
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]|\[\]/g, '');

/** The first characters of an id, never more than half of it: enough to recognise one's own, not to learn one. */
export function maskId(id: string): string {
  const shown = Math.min(3, Math.floor(id.length / 2));
  return `${maskText(cut(id, shown), shown)}…`;
}

/** How much of a text is looked at, whatever is shown of it. */
const SCANNED = 1_000;

// All linear: no two neighbours of an expression can match the same character, and repetitions are bounded or at its end.
const WORD = /[^\s<>()[\]",;]+/g;
const IPV4 = /\d{1,3}(?:\.\d{1,3}){3}/g;
const IPV6 = /[\da-f]{1,4}(?:::?[\da-f]{1,4}){3,7}/gi;
/** Seven digits, together or written as phone numbers are. */
const NUMBER = /\+?\p{Nd}(?:[\s()./-]{0,3}\p{Nd}){6,}/gu;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/**
 * A text to show: e-mail addresses, IP addresses and numbers of seven digits or more become fixed words, the rest is cut
 * to `length` characters. The word around an `@` goes as a whole: what may stand in an address, nobody agrees on.
 */
export function maskText(text: string, length: number): string {
  if (text.length <= length && parseIsoTime(text) !== undefined) return text;
  const masked = wholeWords(text)
    .replace(WORD, (word) => (/.[@＠]|[@＠].|%40/.test(word) ? '‹email›' : word))
    .replace(IPV4, '‹ip›')
    .replace(IPV6, '‹ip›')
    .replace(NUMBER, '‹number›')
    .replace(UNPRINTABLE, '\ufffd');
  return masked.length > length ? `${cut(masked, length)}…` : masked;
}

/** Half an address is not recognised as one, so a text that is cut loses the word it was cut in. */
function wholeWords(text: string): string {
  if (text.length <= SCANNED) return text;
  let end = SCANNED;
  while (end > 0 && !/\s/.test(text.charAt(end))) end--;
  return `${text.slice(0, end)} …`;
}

/** Cuts between characters, never inside a surrogate pair. */
const cut = (text: string, length: number) => text.slice(0, length).replace(/[\ud800-\udbff]$/, '');

/** SDKs make ids of a UUID, some with their name and the time before it; ours are a request's and a place in it. */
const MADE_BY_SDK = /^(?:[a-z-]{1,20}-\d{13}-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:-\d{1,4})?$/i;

/** A message id to show. One that an SDK has made says nothing of anybody, and its developer looks for it. */
export const maskMessageId = (id: string): string => (MADE_BY_SDK.test(id) ? id : maskText(id, 100));

const DEPTH = 4;
const ENTRIES = 20;
const TEXT = 60;

/**
 * A copy of any parsed JSON to show: personal values masked, at most about `bytes` of it, and never deeper than four
 * levels, so that 15,000 nested arrays cost nothing.
 */
export function maskedJson(value: unknown, isPersonal: IsPersonal, bytes: number): Json {
  let left = bytes;
  const spend = <T extends Json>(json: T): T => {
    left -= utf8Length(JSON.stringify(json)) + 2;
    return json;
  };
  const copy = (value: unknown, depth: number): Json => {
    if (typeof value === 'string') return spend(maskText(value, TEXT));
    if (typeof value === 'number') return spend(maskNumber(value));
    if (typeof value !== 'object' || value === null) return spend(value === true || value === false ? value : null);
    if (depth === DEPTH) return spend('…');
    if (Array.isArray(value)) {
      const items = firstOf(value, (item) => copy(item, depth + 1));
      return items.length < value.length ? [...items, `… ${value.length - items.length} more`] : items;
    }
    const names = Object.keys(value);
    const entries = firstOf(names, (name) => {
      const item = (value as Record<string, unknown>)[name];
      return [spend(maskText(name, TEXT)), isPersonal(name) && item !== null ? spend(PERSONAL) : copy(item, depth + 1)];
    });
    if (entries.length < names.length) entries.push(['…', `${names.length - entries.length} more`]);
    // Defines each name as the object's own, `__proto__` too.
    return Object.fromEntries(entries);
  };
  const firstOf = <T, U>(items: readonly T[], copyOf: (item: T) => U): U[] => {
    const copies: U[] = [];
    for (const item of items) {
      if (left <= 0 || copies.length === ENTRIES) break;
      copies.push(copyOf(item));
    }
    return copies;
  };
  return copy(value, 0);
}

/** A phone or card number can come as a number. */
export const maskNumber = (value: number): number | string =>
  Number.isInteger(value) && Math.abs(value) >= 1_000_000 ? '‹number›' : value;
