import { DAY, HOUR, MINUTE, SECOND } from './calendar.ts';

const ISO_DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds (`P30D`, `PT90S`), or undefined.
 * Months and years are refused: they have no length of their own.
 */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 40 || /[PT]$/.test(text)) return undefined;
  const parts = ISO_DURATION.exec(text);
  if (parts === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return weeks * 7 * DAY + days * DAY + hours * HOUR + minutes * MINUTE + Math.round(seconds * SECOND);
}
