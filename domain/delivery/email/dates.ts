import type { Reader } from './filters.ts';

type Parts = Intl.DateTimeFormatOptions;

/** Forms by name, as the reader's language writes them. */
const FORMS: Readonly<Record<string, Parts>> = {
  short: { dateStyle: 'short' },
  medium: { dateStyle: 'medium' },
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  time: { timeStyle: 'short' },
  datetime: { dateStyle: 'medium', timeStyle: 'short' },
};

/** Signs of strftime, for who wants a form of her own. Names of months and days are in the reader's language. */
const SIGNS: Readonly<Record<string, Parts>> = {
  Y: { year: 'numeric' },
  y: { year: '2-digit' },
  m: { month: '2-digit' },
  B: { month: 'long' },
  b: { month: 'short' },
  d: { day: '2-digit' },
  e: { day: 'numeric' },
  A: { weekday: 'long' },
  a: { weekday: 'short' },
  H: { hour: '2-digit', hourCycle: 'h23' },
  I: { hour: '2-digit', hourCycle: 'h12' },
  M: { minute: '2-digit' },
  S: { second: '2-digit' },
  p: { hour: 'numeric', hourCycle: 'h12' },
};

/** The part that a sign stands for: asked for alone, languages put words around it (“14 Uhr”). */
const PART: Readonly<Record<string, Intl.DateTimeFormatPartTypes>> = {
  ...{ Y: 'year', y: 'year', m: 'month', B: 'month', b: 'month', d: 'day', e: 'day', A: 'weekday', a: 'weekday' },
  ...{ H: 'hour', I: 'hour', M: 'minute', S: 'second', p: 'dayPeriod' },
};

const LONGEST_FORM = 100;

/** A moment (ms) on the reader's clock: a form by name, or one of strftime's signs (`%d.%m.%Y`). */
export function formatDate(time: number, form: string, { locale, zone }: Pick<Reader, 'locale' | 'zone'>): string {
  const named = Object.hasOwn(FORMS, form) ? FORMS[form] : undefined;
  if (named !== undefined) return formatter(locale, zone, form, named).format(time);
  return form.slice(0, LONGEST_FORM).replace(/%[-^]?([a-z%])/gi, (written, sign: string) => {
    if (sign === '%') return '%';
    const parts = Object.hasOwn(SIGNS, sign) ? SIGNS[sign] : undefined;
    if (parts === undefined) return written;
    const value = partIn(formatter(locale, zone, `%${sign}`, parts).formatToParts(time), sign);
    return written[1] === '-' ? value.replace(/^0(?=\d)/, '') : value;
  });
}

/** Minutes and seconds asked for alone come without their zero. */
const partIn = (parts: readonly Intl.DateTimeFormatPart[], sign: string): string => {
  const value = parts.find(({ type }) => type === PART[sign])?.value ?? '';
  return /[mdHIMS]/.test(sign) ? value.padStart(2, '0') : value;
};

/** Making one takes some twenty microseconds, and a campaign's readers share a few locales and zones. */
const made = new Map<string, Intl.DateTimeFormat>();
const MOST_MADE = 500;

function formatter(locale: string, zone: string, form: string, parts: Parts): Intl.DateTimeFormat {
  const name = `${locale} ${zone} ${form}`;
  let found = made.get(name);
  if (found === undefined) {
    if (made.size >= MOST_MADE) made.clear();
    found = new Intl.DateTimeFormat(locale, { ...parts, timeZone: zone });
    made.set(name, found);
  }
  return found;
}
