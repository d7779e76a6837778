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
