export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
/** An exact 24 hours. A calendar day can be longer or shorter in a zone with daylight saving. */
export const DAY = 24 * HOUR;

/** Number of the calendar day (days since 1970-01-01) that `time` (ms) falls into, in UTC. */
export const dayOf = (time: number): number => Math.floor(time / DAY);

/** First millisecond of a calendar day, in UTC. */
export const startOfDay = (day: number): number => day * DAY;

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 text, or undefined for anything else. `Date.parse` alone also takes "1",
 * "Monday 3" and other texts that nobody meant as a time; a time without a zone is read as UTC, not as the machine's.
 */
export function parseIsoTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 40 || !ISO_TIME.test(text)) return undefined;
  const zoned = /[T ]/.test(text) && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
  const time = Date.parse(zoned.replace(' ', 'T'));
  return Number.isFinite(time) ? time : undefined;
}

const EARLIEST = Date.UTC(1980);
const LATEST = Date.UTC(2100);
/** Seconds since 1970 stay below until the year 5138, milliseconds are above it since 1973. */
const SECONDS_BELOW = 1e11;

/**
 * Milliseconds since 1970 of a moment as apps write it: an ISO 8601 text, or seconds or milliseconds since 1970 as a
 * number or in text. Undefined for anything else, and outside 1980 to 2100: what is out there was meant as no moment.
 */
export function readMoment(value: unknown): number | undefined {
  const time = parseIsoTime(value) ?? sinceEpoch(value);
  return time !== undefined && time >= EARLIEST && time < LATEST ? time : undefined;
}

function sinceEpoch(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{9,13}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return Math.round(number < SECONDS_BELOW ? number * SECOND : number);
}
