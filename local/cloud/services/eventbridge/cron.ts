import type { Schedule } from './schedule-expression.ts';

const DAY = 86_400_000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type DayTest = (day: Date) => boolean;

/** AWS's six fields: minutes, hours, day of month, month, day of week, year. One of the two days must be `?`. */
export function parseCron(inner: string): Schedule {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...more] = inner.split(/ +/);
  if (minute === undefined || hour === undefined || dayOfMonth === undefined) throw invalid(inner);
  if (month === undefined || dayOfWeek === undefined || year === undefined || more.length > 0) throw invalid(inner);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(inner);
  const times = timesOfDay(numbers(hour, 0, 23), numbers(minute, 0, 59));
  const months = numbers(month, 1, 12, MONTHS);
  const years = numbers(year, 1970, 2199);
  const lastYear = Math.max(...years);
  const isWantedDay = dayOfMonth === '?' ? weekdayTest(dayOfWeek) : monthDayTest(dayOfMonth);
  const isDay: DayTest = (day) =>
    years.has(day.getUTCFullYear()) && months.has(day.getUTCMonth() + 1) && isWantedDay(day);

  return {
    nextAfter(after) {
      for (let start = Math.floor(after / DAY) * DAY; ; start += DAY) {
        const day = new Date(start);
        if (day.getUTCFullYear() > lastYear) return undefined;
        const time = isDay(day) ? times.find((one) => start + one > after) : undefined;
        if (time !== undefined) return start + time;
      }
    },
  };
}

/** Milliseconds after midnight, ascending. */
function timesOfDay(hours: ReadonlySet<number>, minutes: ReadonlySet<number>): number[] {
  const times = [...hours].flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * 60_000));
  return times.sort((a, b) => a - b);
}

/** `*`, `5`, `1-5`, `MON-FRI`, `0/15`, `1-30/5` and lists of them. */
function numbers(field: string, min: number, max: number, names: readonly string[] = []): Set<number> {
  const found = new Set<number>();
  const toNumber = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    const number = named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max)) throw invalid(field);
    return number;
  };
  for (const part of field.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) throw invalid(field);
    const [from = '', to] = range === '*' ? [String(min), String(max)] : range.split('-');
    const first = toNumber(from);
    const last = to !== undefined ? toNumber(to) : step !== undefined ? max : first;
    // A range may run over the end, as FRI-MON does.
    const span = last >= first ? last - first : last - first + (max - min + 1);
    for (let i = 0; i <= span; i += Number(step ?? 1)) found.add(((first - min + i) % (max - min + 1)) + min);
  }
  return found;
}

/** Days of the month; `L` is the last one, `15W` the weekday nearest to the 15th. */
function monthDayTest(field: string): DayTest {
  if (field === 'L') return (day) => day.getUTCDate() === daysInMonth(day);
  const [, nearest] = /^(\d+)W$/.exec(field) ?? [];
  if (nearest !== undefined) return (day) => day.getUTCDate() === nearestWeekday(day, Number(nearest));
  const days = numbers(field, 1, 31);
  return (day) => days.has(day.getUTCDate());
}

/** Days of the week, Sunday being 1; `6L` is the last Friday of the month, `3#2` the second Tuesday. */
function weekdayTest(field: string): DayTest {
  if (field === 'L') return (day) => day.getUTCDay() === 6;
  const [, weekday, kind, nth] = /^(\w+?)(L|#([1-5]))$/.exec(field) ?? [];
  if (weekday !== undefined) {
    const [wanted] = numbers(weekday, 1, 7, WEEKDAYS);
    const inPlace: DayTest =
      kind === 'L'
        ? (day) => day.getUTCDate() + 7 > daysInMonth(day)
        : (day) => Math.ceil(day.getUTCDate() / 7) === Number(nth);
    return (day) => day.getUTCDay() + 1 === wanted && inPlace(day);
  }
  const days = numbers(field, 1, 7, WEEKDAYS);
  return (day) => days.has(day.getUTCDay() + 1);
}

function daysInMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The nearest weekday stays within the month. */
function nearestWeekday(day: Date, wanted: number): number {
  const last = daysInMonth(day);
  if (wanted > last) return Number.NaN;
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 0) return wanted < last ? wanted + 1 : wanted - 2;
  return wanted;
}

const invalid = (what: string): Error => new Error(`ScheduleExpression cron(${what}) is not valid.`);
