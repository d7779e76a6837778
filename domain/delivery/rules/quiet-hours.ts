import { DAY, dayOf, startOfDay } from '../../calendar.ts';
import { momentsOf, weekdayOf } from '../../wall-clock.ts';
import type { Zone } from '../../zone.ts';
import type { QuietHours } from './contact-rules.ts';

/** Whoever has found no end by then has found hours that follow upon each other all week. */
const LONGEST = 8 * DAY;

/**
 * The first moment (ms) from `now` on that is in no quiet hours of a channel: `now` itself where it is quiet at no clock;
 * undefined when it always is.
 *
 * Quiet hours begin when the clock first shows `from`, and end when it last shows `to`: an hour that comes twice is quiet
 * twice. Where the clock is set forward over one of them, that is the moment.
 */
export function quietUntil(
  now: number,
  channel: string,
  quietHours: readonly QuietHours[],
  zone: Zone,
): number | undefined {
  const asked = quietHours.filter(({ channels }) => channels === undefined || channels.has(channel));
  let at = now;
  while (at < now + LONGEST) {
    const ends = asked.flatMap((hours) => endsOf(hours, at, zone));
    if (ends.length === 0) return at;
    at = Math.max(...ends);
  }
  return undefined;
}

/** When quiet hours that `at` lies in end: those of the evening before, of today's, and of a day that is begun twice. */
function endsOf({ from, to, weekdays }: QuietHours, at: number, zone: Zone): number[] {
  const today = dayOf(at + zone.offsetAt(at));
  return [today - 1, today, today + 1].flatMap((day) => {
    if (weekdays?.[weekdayOf(day)] === false) return [];
    const begin = momentsOf(startOfDay(day) + from, zone).first;
    const end = momentsOf(startOfDay(to > from ? day : day + 1) + to, zone).last;
    return begin <= at && at < end ? [end] : [];
  });
}
