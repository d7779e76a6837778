import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import type { JourneyEntry } from '../../domain/catalog/journey/entry.ts';
import { dayOfIso } from '../../domain/decisions/expressions/comparisons.ts';
import { bestHour } from '../../domain/decisions/times/best-hour.ts';
import { compileDateRule, lastDate, nextDate, readDay } from '../../domain/decisions/times/dates.ts';
import { nextTimeOfDay } from '../../domain/decisions/times/next-time-of-day.ts';
import { nameOfDay, nextOccurrence, type Schedule } from '../../domain/decisions/times/schedule.ts';
import type { Json } from '../../domain/json.ts';
import { momentOf, msOfDay, type Weekday } from '../../domain/wall-clock.ts';
import { type Zone, zoneNamed } from '../../domain/zone.ts';

const zone = (name: string): Zone => zoneNamed(name) as Zone;
const iso = (time: number | undefined) => time && new Date(time).toISOString().replace('.000Z', 'Z');

describe('a time of a day by the clock of a zone', () => {
  it.each([
    ['Europe/Berlin', '2026-11-30', '09:00', '2026-11-30T08:00:00Z'],
    ['Europe/Berlin', '2026-07-01', '09:00', '2026-07-01T07:00:00Z'],
    // 02:00 to 03:00 is left out, and comes twice.
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-03-29', '03:30', '2026-03-29T01:30:00Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00Z'],
    ['Europe/Berlin', '2026-10-25', '03:00', '2026-10-25T02:00:00Z'],
    // No midnight.
    ['America/Sao_Paulo', '2017-10-15', '00:00', '2017-10-15T03:00:00Z'],
    ['America/Sao_Paulo', '2017-10-15', '00:30', '2017-10-15T03:00:00Z'],
    ['America/Sao_Paulo', '2017-10-15', '01:30', '2017-10-15T03:30:00Z'],
    // 23:00 comes twice.
    ['America/Sao_Paulo', '2017-02-18', '23:30', '2017-02-19T01:30:00Z'],
    ['America/Sao_Paulo', '2017-02-19', '00:00', '2017-02-19T03:00:00Z'],
    // By half an hour.
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45:00Z'],
    ['Australia/Lord_Howe', '2026-04-05', '02:00', '2026-04-04T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:30', '2026-10-03T15:30:00Z'],
    ['Asia/Kolkata', '2026-11-30', '09:00', '2026-11-30T03:30:00Z'],
    // A day that was left out.
    ['Pacific/Apia', '2011-12-29', '09:00', '2011-12-29T19:00:00Z'],
    ['Pacific/Apia', '2011-12-30', '09:00', '2011-12-30T10:00:00Z'],
    ['Pacific/Apia', '2011-12-31', '09:00', '2011-12-30T19:00:00Z'],
    // At 00:01 back to 23:01.
    ['America/St_Johns', '2010-11-06', '23:30', '2010-11-07T02:00:00Z'],
    ['America/St_Johns', '2010-11-07', '00:00', '2010-11-07T02:30:00Z'],
    ['America/St_Johns', '2010-11-07', '00:30', '2010-11-07T04:00:00Z'],
    // At 00:01 on to 01:01.
    ['America/St_Johns', '2010-03-14', '00:30', '2010-03-14T03:31:00Z'],
    ['UTC', '2026-11-30', '23:59', '2026-11-30T23:59:00Z'],
  ])('in %s on %s at %s is %s', (name, day, at, moment) => {
    expect(iso(momentOf(zone(name), dayOfIso(day), msOfDay(at)))).toBe(moment);
  });

  it.each([
    ['Europe/Berlin', '2026-11-30T07:59:59Z', '09:00', undefined, '2026-11-30T08:00:00Z'],
    ['Europe/Berlin', '2026-11-30T08:00:00Z', '09:00', undefined, '2026-12-01T08:00:00Z'],
    // 2026-11-30 is a Monday.
    ['Europe/Berlin', '2026-11-30T08:00:00Z', '09:00', ['monday'], '2026-12-07T08:00:00Z'],
    ['Europe/Berlin', '2026-11-27T12:00:00Z', '09:00', ['monday', 'friday'], '2026-11-30T08:00:00Z'],
    ['Europe/Berlin', '2026-03-28T02:00:00Z', '02:30', undefined, '2026-03-29T01:00:00Z'],
    // 02:30 comes again, and does not count again.
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '02:30', undefined, '2026-10-26T01:30:00Z'],
    ['America/St_Johns', '2010-11-07T02:30:00Z', '23:30', undefined, '2010-11-08T03:00:00Z'],
    ['Pacific/Apia', '2011-12-29T19:00:00Z', '09:00', undefined, '2011-12-30T19:00:00Z'],
    // Friday 2011-12-30 was left out.
    ['Pacific/Apia', '2011-12-29T19:00:00Z', '09:00', ['friday'], '2012-01-05T19:00:00Z'],
  ] as [string, string, string, Weekday[] | undefined, string][])(
    'in %s after %s the next %s (%j) is %s',
    (name, after, at, weekdays, moment) => {
      expect(iso(nextTimeOfDay(zone(name), Date.parse(after), msOfDay(at), weekdays))).toBe(moment);
    },
  );
});

describe('her best hour', () => {
  const now = Date.parse('2026-11-30T10:20:00Z');
  const hours = (counts: Record<number, number>) => Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0);

  it.each([
    ['begins at the next full hour of it', { 18: 5, 9: 2 }, 24, '2026-11-30T18:00:00Z'],
    ['may be tomorrow', { 18: 2, 9: 5 }, 24, '2026-12-01T09:00:00Z'],
    ['is the best of those that are left', { 18: 2, 9: 5 }, 12, '2026-11-30T18:00:00Z'],
    ['is the earlier of two', { 12: 3, 18: 3 }, 24, '2026-11-30T12:00:00Z'],
    ['is now', { 10: 3, 18: 3 }, 24, '2026-11-30T10:20:00Z'],
    ['is now where nothing is known', {}, 24, '2026-11-30T10:20:00Z'],
    ['is now where none is left', { 12: 3 }, 1, '2026-11-30T10:20:00Z'],
  ] as [string, Record<number, number>, number, string][])('%s', (_, counts, within, moment) => {
    expect(iso(bestHour(hours(counts), now, now + within * HOUR))).toBe(moment);
  });

  it('may begin in the last moment, and nobody is known by no hours', () => {
    expect(iso(bestHour(hours({ 11: 1 }), now, now + 40 * MINUTE))).toBe('2026-11-30T11:00:00Z');
    expect(bestHour([], now, now + 24 * HOUR)).toBe(now);
  });
});

describe('the day in a trait', () => {
  it.each([
    ['1975-03-02', 'America/Sao_Paulo', '1975-03-02'],
    // How a day is written by who has only moments.
    ['1975-03-02T00:00:00.000Z', 'America/Sao_Paulo', '1975-03-02'],
    ['2026-03-02T01:00:00Z', 'America/Sao_Paulo', '2026-03-01'],
    [Date.parse('2026-03-02T23:30:00Z'), 'Europe/Berlin', '2026-03-03'],
  ] as [Json, string, string][])('%j in %s is %s', (value, name, day) => {
    expect(nameOfDay(readDay(value, zone(name)) as number)).toBe(day);
  });

  it.each([null, true, '', 'tomorrow', '2026-02-30', '03-02', 12, {}, []] as Json[])('%j is none', (value) => {
    expect(readDay(value, zone('UTC'))).toBeUndefined();
  });

  const entry = (over: object) => ({ type: 'date', trait: 'day', at: '09:00', ...over }) as never;
  it.each([
    // trait, entry, from there: the last one and the next one
    ['2026-12-10', {}, '2026-11-30T12:00:00Z', undefined, '2026-12-10T08:00:00Z'],
    ['2026-12-10', {}, '2026-12-10T08:00:00Z', '2026-12-10T08:00:00Z', undefined],
    // A week before by the calendar: over the end of DST it is an hour more.
    ['2026-10-28', { before: 'P7D' }, '2026-10-01T00:00:00Z', undefined, '2026-10-21T07:00:00Z'],
    ['2026-10-28', { before: 'P7DT2H' }, '2026-10-01T00:00:00Z', undefined, '2026-10-21T05:00:00Z'],
    ['2026-10-20', { after: 'P7D' }, '2026-10-01T00:00:00Z', undefined, '2026-10-27T08:00:00Z'],
    ['1975-03-02', { yearly: true }, '2026-11-30T00:00:00Z', '2026-03-02T08:00:00Z', '2027-03-02T08:00:00Z'],
    [
      '1975-01-03',
      { yearly: true, before: 'P7D' },
      '2026-12-20T00:00:00Z',
      '2025-12-27T08:00:00Z',
      '2026-12-27T08:00:00Z',
    ],
    [
      '1975-12-30',
      { yearly: true, after: 'P365D' },
      '2026-12-01T00:00:00Z',
      '2025-12-30T08:00:00Z',
      '2026-12-30T08:00:00Z',
    ],
    // Of 29 February.
    ['2024-02-29', { yearly: true }, '2025-01-01T00:00:00Z', '2024-02-29T08:00:00Z', '2025-02-28T08:00:00Z'],
    ['2024-02-29', { yearly: true }, '2027-06-01T00:00:00Z', '2027-02-28T08:00:00Z', '2028-02-29T08:00:00Z'],
    // It comes each year from the year it says on.
    ['2040-05-01', { yearly: true }, '2026-01-01T00:00:00Z', undefined, '2040-05-01T07:00:00Z'],
    ['2027-05-01', { yearly: true }, '2026-01-01T00:00:00Z', undefined, '2027-05-01T07:00:00Z'],
  ] as [string, object, string, string | undefined, string | undefined][])(
    '%s with %j, seen from %s: last %s, next %s',
    (trait, over, now, last, next) => {
      const [rule, berlin] = [compileDateRule(entry(over)), zone('Europe/Berlin')];
      const day = readDay(trait, berlin) as number;
      expect(iso(lastDate(rule, day, berlin, Date.parse(now)))).toBe(last);
      expect(iso(nextDate(rule, day, berlin, Date.parse(now)))).toBe(next);
    },
  );
});

describe('a schedule', () => {
  type Every = NonNullable<Extract<JourneyEntry, { type: 'schedule' }>['every']>;
  const every = (over: Partial<Every>): Schedule => ({
    every: { unit: 'day', at: '09:00', from: '2026-11-30', ...over },
  });

  /** Days of its occurrences after a moment, at most six. */
  function daysOf(schedule: Schedule, name: string, after: string): string[] {
    const days: string[] = [];
    let time = Date.parse(after);
    for (let next = nextOccurrence(schedule, zone(name), time); next && days.length < 6; ) {
      days.push(nameOfDay(next.day));
      time = next.at;
      next = nextOccurrence(schedule, zone(name), time);
    }
    return days;
  }

  it.each([
    ['every day, to the end', every({ until: '2026-12-02' }), ['2026-11-30', '2026-12-01', '2026-12-02']],
    ['every third day', every({ interval: 3, until: '2026-12-07' }), ['2026-11-30', '2026-12-03', '2026-12-06']],
    // 2026-11-30 is a Monday.
    ['every week', every({ unit: 'week', until: '2026-12-14' }), ['2026-11-30', '2026-12-07', '2026-12-14']],
    [
      'on two days of every second week, begun in its middle',
      every({ unit: 'week', interval: 2, weekdays: ['monday', 'thursday'], from: '2026-12-02', until: '2026-12-31' }),
      ['2026-12-03', '2026-12-14', '2026-12-17', '2026-12-28', '2026-12-31'],
    ],
    [
      'on the 31st or the last day of every month',
      every({ unit: 'month', dayOfMonth: 31, until: '2027-03-31' }),
      ['2026-11-30', '2026-12-31', '2027-01-31', '2027-02-28', '2027-03-31'],
    ],
    [
      'on the last day of every third month',
      every({ unit: 'month', interval: 3, dayOfMonth: 'last', until: '2027-09-01' }),
      ['2026-11-30', '2027-02-28', '2027-05-31', '2027-08-31'],
    ],
    [
      'on a day that is over in the first month',
      every({ unit: 'month', interval: 2, dayOfMonth: 5, until: '2027-04-01' }),
      ['2027-01-05', '2027-03-05'],
    ],
    ['once', { once: { day: '2026-12-24', at: '18:00' } }, ['2026-12-24']],
    ['once, and over', { once: { day: '2026-11-28', at: '18:00' } }, []],
  ] as [string, Schedule, string[]][])('%s', (_, schedule, days) => {
    expect(daysOf(schedule, 'Europe/Berlin', '2026-11-29T00:00:00Z')).toEqual(days);
  });

  it('goes on from the middle, at its time on the clock in summer and winter', () => {
    const daily = every({ from: '2020-01-01' });
    const berlin = zone('Europe/Berlin');
    expect(iso(nextOccurrence(daily, berlin, Date.parse('2026-10-24T07:00:00Z'))?.at)).toBe('2026-10-25T08:00:00Z');
    expect(iso(nextOccurrence(daily, berlin, Date.parse('2026-10-25T08:00:00Z'))?.at)).toBe('2026-10-26T08:00:00Z');
  });

  it('leaves out what the zone left out, unless it is once', () => {
    expect(daysOf(every({ from: '2011-12-29', until: '2011-12-31' }), 'Pacific/Apia', '2011-12-01T00:00:00Z')).toEqual([
      '2011-12-29',
      '2011-12-31',
    ]);
    const once = { once: { day: '2011-12-30', at: '09:00' } };
    expect(iso(nextOccurrence(once, zone('Pacific/Apia'), 0)?.at)).toBe('2011-12-30T10:00:00Z');
  });
});
