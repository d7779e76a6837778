import { DAY, HOUR, MINUTE, SECOND } from '../../../domain/calendar.ts';
import type { ContactSettings } from '../../../domain/delivery/rules/contact-rules.ts';
import { type Zone, zoneNamed } from '../../../domain/zone.ts';

export function zone(name: string): Zone {
  const found = zoneNamed(name);
  if (found === undefined) throw new Error(`This runtime knows no ${name}`);
  return found;
}

export type QuietHours = NonNullable<ContactSettings['quietHours']>;

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows, as ICU says: the day of the week from Monday on, and the time of day (ms). */
function clockAt(at: number, zoneName: string) {
  let format = formats.get(zoneName);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zoneName, hourCycle: 'h23', weekday: 'long' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
    formats.set(zoneName, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (type: 'hour' | 'minute' | 'second') => Number(parts.get(type));
  const weekday = DAYS.indexOf(parts.get('weekday')?.toLowerCase() as (typeof DAYS)[number]);
  const time = number('hour') * HOUR + number('minute') * MINUTE + number('second') * SECOND;
  return { weekday, time: time + (((at % SECOND) + SECOND) % SECOND) };
}

const timeOf = (text: string) => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MINUTE;

/** Whether a clock shows a time of quiet hours: a plain reading of it, with nothing known of days that are longer or shorter. */
export function showsQuiet(at: number, quietHours: QuietHours, zoneName: string): boolean {
  const { weekday, time } = clockAt(at, zoneName);
  const begins = (days: QuietHours[number]['weekdays'], day: number) =>
    days === undefined || days.includes(DAYS[(day + 7) % 7] ?? 'monday');
  return quietHours.some(({ from, to, weekdays, channels }) => {
    if (channels !== undefined && !channels.includes('email')) return false;
    const [start, end] = [timeOf(from), timeOf(to)];
    const evening = time >= start && (end <= start || time < end) && begins(weekdays, weekday);
    return evening || (end <= start && time < Math.min(end, DAY) && begins(weekdays, weekday - 1));
  });
}
