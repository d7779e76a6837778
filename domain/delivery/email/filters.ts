import type { Context } from 'liquidjs/dist/liquid.browser.mjs';
import { formatDate } from './dates.ts';

/** For whom something is rendered: what filters need to know of her. */
export interface Reader {
  /** What dates and amounts are written in. */
  readonly locale: string;
  /** IANA name. */
  readonly zone: string;
  /** What `now` means in the filter `date` (ms). */
  readonly now: number;
}

/** Where the reader stands among the globals of a rendering: no name that a template could write. */
export const READER = '$reader';

/**
 * The filters of Liquid that are of use in a message and cannot do harm. Left out are those that print without escaping, read
 * files or clocks, or run patterns that somebody else has written.
 */
export const STANDARD_FILTERS: readonly string[] = [
  ...['default', 'upcase', 'downcase', 'capitalize', 'append', 'prepend', 'strip', 'lstrip', 'rstrip'],
  ...['truncate', 'truncatewords', 'replace', 'replace_first', 'remove', 'remove_first', 'slice', 'split', 'join'],
  ...['first', 'last', 'size', 'reverse', 'sort', 'sort_natural', 'uniq', 'compact', 'concat', 'map', 'where', 'sum'],
  ...['plus', 'minus', 'times', 'divided_by', 'modulo', 'round', 'ceil', 'floor', 'abs', 'at_least', 'at_most'],
  ...['url_encode'],
];

interface Filtering {
  readonly context: Context;
}

const readerOf = ({ context }: Filtering): Reader =>
  (context.globals as Readonly<Record<string, Reader>>)[READER] as Reader;

/** Our own. Each answers undefined for what it cannot read, so that `default` can follow. */
export const OWN_FILTERS = {
  /** `{{ data.total | money: "EUR" }}`: in the reader's locale. Without a currency, a number as she writes it. */
  money(this: Filtering, value: unknown, currency?: unknown): string | undefined {
    const amount = numberIn(value);
    if (amount === undefined) return undefined;
    const code = typeof currency === 'string' && /^[a-z]{3}$/i.test(currency) ? currency.toUpperCase() : undefined;
    return amountFormat(readerOf(this).locale, code).format(amount);
  },

  /** `{{ event.time | date: "long" }}`: on the reader's clock. */
  date(this: Filtering, value: unknown, form?: unknown): string | undefined {
    const reader = readerOf(this);
    const time = momentIn(value, reader.now);
    return time === undefined ? undefined : formatDate(time, typeof form === 'string' ? form : 'medium', reader);
  },

  /** An address that a link may lead to; what begins otherwise (`javascript:`) is none. */
  link: (value: unknown): string | undefined => {
    if (typeof value !== 'string') return undefined;
    // Browsers read over these, so that `java\nscript:` is one word to them.
    const address = value.replace(/[\p{Cc}\s]/gu, '').slice(0, 2_000);
    return /^(?:https?:\/\/|mailto:|tel:|#|\/(?!\/))/i.test(address) ? address : undefined;
  },

  /** Everything is escaped where it has to be; those who are used to ask for it may. */
  escape: (value: unknown): unknown => value,
} as const;

/** Making one takes longer than all else in a message, and there are as few as locales and currencies. */
const amountFormats = new Map<string, Intl.NumberFormat>();
const MOST_FORMATS = 500;

function amountFormat(locale: string, currency: string | undefined): Intl.NumberFormat {
  const name = `${locale} ${currency}`;
  let format = amountFormats.get(name);
  if (format === undefined) {
    if (amountFormats.size >= MOST_FORMATS) amountFormats.clear();
    format = new Intl.NumberFormat(locale, currency === undefined ? {} : { style: 'currency', currency });
    amountFormats.set(name, format);
  }
  return format;
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** 275760 AD: no Date is later. */
const LAST_MOMENT = 8.64e15;

/** Milliseconds, or seconds as apps send them too: before 1973 in milliseconds nobody had an app. */
const SECONDS_UP_TO = 1e11;

function momentIn(value: unknown, now: number): number | undefined {
  if (value === 'now' || value === 'today') return now;
  const time = typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : numberIn(value);
  if (time === undefined || Number.isNaN(time)) return undefined;
  const moment = Math.abs(time) < SECONDS_UP_TO && typeof value !== 'string' ? time * 1_000 : time;
  return Math.abs(moment) <= LAST_MOMENT ? moment : undefined;
}
