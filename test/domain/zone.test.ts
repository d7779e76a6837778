import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, dayOf as dayInUtc, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { readZoneName, UTC, type Zone, zoneNamed } from '../../domain/zone.ts';
import { difficultOrAll, runs } from '../support/runs.ts';

const DIFFICULT = [
  'Africa/Cairo', // DST begins at midnight
  'Africa/Casablanca', // without DST in Ramadan, by tables
  'America/Boa_Vista', // DST of six days
  'America/Havana', // no midnight in spring, two in autumn
  'America/Sao_Paulo', // no midnight in spring, a day of 25 hours in autumn
  'America/St_Johns', // half an hour, and set back over midnight
  'Antarctica/Casey', // three hours at once
  'Antarctica/Troll', // DST of two hours
  'Antarctica/Vostok', // seven hours at once: a day of 17
  'Asia/Gaza', // different each year
  'Asia/Kathmandu', // 5:45
  'Atlantic/Azores', // no midnight in spring, two in autumn
  'Australia/Lord_Howe', // DST of half an hour
  'Europe/Berlin',
  'Europe/Dublin', // winter is the exception
  'Pacific/Apia', // no 2011-12-30
  'Pacific/Kwajalein', // no 1993-08-21
];
const TRIED = difficultOrAll(DIFFICULT, Intl.supportedValuesOf('timeZone'));

const START = Date.UTC(1980, 0, 1);
const END = Date.UTC(2100, 0, 1);
const anyTime = fc.integer({ min: START + DAY, max: END - DAY });
const anyZone = fc.constantFrom(...TRIED);

function zoneOf(name: string): Zone {
  const zone = zoneNamed(name);
  if (zone === undefined) throw new Error(`${name} is no zone`);
  return zone;
}

const dayCalled = (isoDay: string) => dayInUtc(Date.parse(isoDay));

/** What a clock in the zone shows at a time, as if it showed UTC (ms, full seconds). */
function intlClock(name: string): (time: number) => number {
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...fields, second: 'numeric', timeZone: name, hourCycle: 'h23' });
  return (time) => {
    const [month = 0, day = 0, year = 0, ...clock] = (format.format(time).match(/\d+/g) ?? []).map(Number);
    return Date.UTC(year, month - 1, day, ...clock);
  };
}

/** The latest day that the clock has shown in the hours up to `time`: it may have been set back over midnight. */
function latestDay(clock: (time: number) => number, time: number): number {
  const hours = 4;
  const shown = clock(time);
  const day = dayInUtc(shown);
  const isLate = shown - day * DAY >= DAY - hours * HOUR;
  if (!isLate || shown - clock(time - hours * HOUR) === hours * HOUR) return day;
  const minutes = Array.from({ length: hours * 60 }, (_, back) => Math.floor(time / MINUTE - back) * MINUTE);
  return Math.max(day, ...minutes.map((minute) => dayInUtc(clock(minute))));
}

/** What the zone says at each of the times next to what Intl says. */
function expectLikeIntl(zone: Zone, clock: (time: number) => number, times: readonly number[]) {
  const iso = (time: number) => new Date(time).toISOString();
  const said = times.map((time) => [iso(time), zone.dayOf(time), zone.hourOf(time)]);
  const known = times.map((time) => [iso(time), latestDay(clock, time), new Date(clock(time)).getUTCHours()]);
  expect(said).toEqual(known);
}

/** The first milliseconds after each change of what the zone adds to UTC. */
function changesOf(clock: (time: number) => number): number[] {
  const STEP = 5 * DAY;
  const offsetAt = (time: number) => clock(time) - time;
  const changes: number[] = [];
  let offset = offsetAt(START);
  for (let time = START; time < END; time += STEP) {
    const next = offsetAt(time + STEP);
    if (next === offset) continue;
    let [before, after] = [time, time + STEP];
    while (after - before > SECOND) {
      const middle = Math.floor((before + after) / 2 / SECOND) * SECOND;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    changes.push(after);
    offset = next;
  }
  return changes;
}

describe.each(TRIED)('%s', (name) => {
  const zone = zoneOf(name);
  const clock = intlClock(name);

  it('shows what Intl shows around each change', () => {
    for (const change of changesOf(clock)) {
      const days = [-1, 0, 1, 2].map((later) => zone.startOfDay(zone.dayOf(change) + later));
      expectLikeIntl(zone, clock, [
        ...[-HOUR, -1, 0, 1, HOUR - 1, HOUR].map((later) => change + later),
        ...days.flatMap((start) => [start - 1, start, start + 1]),
      ]);
    }
  });

  it('shows what Intl shows at any time', () => {
    fc.assert(
      fc.property(anyTime, (time) => expectLikeIntl(zone, clock, [time])),
      { numRuns: 200 },
    );
  });

  it('has each day once, in order, and none overlaps another', () => {
    for (let day = zone.dayOf(START); day < zone.dayOf(END); day++) {
      const [start, end] = [zone.startOfDay(day), zone.startOfDay(day + 1)];
      if (start === end) continue;
      const days = [zone.dayOf(start - 1), zone.dayOf(start), zone.dayOf(end - 1)];
      if (days[0] === day - 1 && days[1] === day && days[2] === day && end - start >= 17 * HOUR) continue;
      // Only after a day that the zone left out.
      expect([name, ...days]).toEqual([name, day - 2, day, day]);
      expect(zone.startOfDay(day - 1)).toBe(start);
    }
  });
});

describe('any zone', () => {
  it('never goes back a day', () => {
    fc.assert(
      fc.property(anyZone, anyTime, fc.integer({ min: 0, max: 3 * DAY }), (name, time, later) => {
        const zone = zoneOf(name);
        expect(zone.dayOf(time)).toBeLessThanOrEqual(zone.dayOf(time + later));
      }),
      runs(1_000),
    );
  });

  it('begins a day no later than any time of it, and with that day', () => {
    fc.assert(
      fc.property(anyZone, anyTime, (name, time) => {
        const zone = zoneOf(name);
        const start = zone.startOfDay(zone.dayOf(time));
        expect(start).toBeLessThanOrEqual(time);
        expect(zone.dayOf(start)).toBe(zone.dayOf(time));
        expect(zone.dayOf(start - 1)).toBeLessThan(zone.dayOf(time));
      }),
      runs(1_000),
    );
  });

  it('answers the same in any order of asking', () => {
    fc.assert(
      fc.property(anyZone, fc.array(anyTime, { maxLength: 20 }), (name, times) => {
        const zone = zoneOf(name);
        const forth = times.map(zone.dayOf);
        expect(times.toReversed().map(zone.dayOf)).toEqual(forth.reverse());
      }),
      runs(100),
    );
  });

  it.each(['Europe/Berlin', 'Australia/Sydney'])('%s keeps its nearest offset outside of its table', (name) => {
    const zone = zoneOf(name);
    const noon = 12 - Math.round((intlClock(name)(END) - END) / HOUR);
    for (const year of [2101, 2150, 9999]) {
      const day = dayInUtc(Date.UTC(year, 6, 1));
      expect(zone.startOfDay(day) + 12 * HOUR).toBe(day * DAY + noon * HOUR);
    }
    for (const time of [-1e15, -1, Date.UTC(1950, 6, 1), Date.UTC(2500, 1, 29), 8.64e15]) {
      expect(zone.startOfDay(zone.dayOf(time))).toBeLessThanOrEqual(time);
      expect(zone.dayOf(zone.startOfDay(zone.dayOf(time)))).toBe(zone.dayOf(time));
    }
  });

  it('answers NaN about no time at all, and then the truth about the next', () => {
    const zone = zoneOf('Europe/Berlin');
    expect(zone.dayOf(Number.NaN)).toBeNaN();
    expect(zone.startOfDay(Number.NaN)).toBeNaN();
    expect(zone.dayOf(Date.parse('2026-06-30T22:00Z'))).toBe(dayCalled('2026-07-01'));
  });
});

describe('days', () => {
  it.each([
    ['UTC', '2024-02-29', '2024-02-29T00:00Z', 0, 24],
    ['Europe/Berlin', '2024-02-29', '2024-02-28T23:00Z', 0, 24],
    ['Europe/Berlin', '2000-02-29', '2000-02-28T23:00Z', 0, 24],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00Z', 0, 23],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00Z', 0, 25],
    ['Asia/Kathmandu', '1986-01-01', '1985-12-31T18:30Z', 0, 23.75],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15Z', 0, 24],
    ['Australia/Lord_Howe', '2024-04-07', '2024-04-06T13:00Z', 0, 24.5],
    ['Antarctica/Troll', '2024-03-31', '2024-03-31T00:00Z', 0, 22],
    // Midnight does not exist.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00Z', 1, 23],
    ['Africa/Cairo', '2023-04-28', '2023-04-27T22:00Z', 1, 23],
    ['Asia/Beirut', '2024-03-31', '2024-03-30T22:00Z', 1, 23],
    ['America/Havana', '2024-03-10', '2024-03-10T05:00Z', 1, 23],
    // Midnight comes twice: at the end of the day before, and in the day.
    ['America/Sao_Paulo', '2019-02-16', '2019-02-16T02:00Z', 0, 25],
    ['America/Havana', '2024-11-03', '2024-11-03T04:00Z', 0, 25],
    ['Atlantic/Azores', '2024-10-27', '2024-10-27T00:00Z', 0, 25],
    // The clock is set back over midnight, at 00:01.
    ['America/St_Johns', '2010-11-06', '2010-11-06T02:30Z', 0, 24],
    ['America/St_Johns', '2010-11-07', '2010-11-07T02:30Z', 0, 25],
    // Between them the date line moved.
    ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00Z', 0, 24],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00Z', 0, 24],
    ['Pacific/Kwajalein', '1993-08-20', '1993-08-20T12:00Z', 0, 24],
    ['Pacific/Kwajalein', '1993-08-22', '1993-08-21T12:00Z', 0, 24],
  ])('%s: %s begins at %s, at %i o’clock, and has %d hours', (name, isoDay, start, hour, hours) => {
    const zone = zoneOf(name);
    const day = dayCalled(isoDay);
    expect(new Date(zone.startOfDay(day))).toEqual(new Date(start));
    expect(zone.hourOf(zone.startOfDay(day))).toBe(hour);
    expect((zone.startOfDay(day + 1) - zone.startOfDay(day)) / HOUR).toBe(hours);
  });

  it.each([
    ['Pacific/Apia', '2011-12-30'],
    ['Pacific/Kwajalein', '1993-08-21'],
  ])('%s: %s is empty, for it does not exist', (name, isoDay) => {
    const zone = zoneOf(name);
    const day = dayCalled(isoDay);
    const moved = zone.startOfDay(day);
    expect(zone.startOfDay(day + 1)).toBe(moved);
    expect([zone.dayOf(moved - 1), zone.dayOf(moved)]).toEqual([day - 1, day + 1]);
  });

  it('a day that has begun stays when the clock is set back over midnight, and the hour is the clock’s', () => {
    const zone = zoneOf('America/St_Johns');
    const seen = ['02:29', '02:30', '02:31', '03:29', '03:30'].map((clock) => {
      const time = Date.parse(`2010-11-07T${clock}Z`);
      return [zone.dayOf(time) - dayCalled('2010-11-06'), zone.hourOf(time)];
    });
    expect(seen).toEqual([
      [0, 23],
      [1, 0],
      [1, 23],
      [1, 23],
      [1, 0],
    ]);
  });
});

describe('a name of a zone', () => {
  it.each([
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['GMT', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['EUROPE/berlin', 'Europe/Berlin'],
    ['America/Argentina/Buenos_Aires', 'America/Buenos_Aires'],
    ['America/Port-au-Prince', 'America/Port-au-Prince'],
    ['Asia/Kolkata', 'Asia/Calcutta'],
    ['Europe/Kyiv', 'Europe/Kiev'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is taken', (name, oldest) => {
    // Newer ICUs write today's name where older ones write the first.
    const written = readZoneName(name) as string;
    expect([name.toLowerCase(), oldest.toLowerCase()]).toContain(written.toLowerCase());
    expect(zoneNamed(name)?.name).toBe(written);
    expect(zoneNamed(name)).toBe(zoneNamed(written));
  });

  it.each([
    ...['GMT+0000', 'GMT+1', '+01:00', '+0100', 'Z', 'UTC+1', 'EST', 'EST5EDT', 'CST', 'PST', 'CET', 'Cuba', 'local'],
    ...['', ' ', 'Europe/Berlin ', 'Europe/', '/Berlin', 'Europe/Atlantis', 'Etc/Unknown', 'posix/Europe/Berlin'],
    ...['Europe/Berlin\n', '\u0000', '__proto__', 'constructor', '../../etc/passwd'],
    ...[undefined, null, 0, true, {}, [], ['Europe/Berlin'], { toString: () => 'UTC' }],
  ])('%j is none', (value) => {
    expect(readZoneName(value)).toBeUndefined();
    expect(zoneNamed(value as string)).toBeUndefined();
  });

  it('is not looked for in a long text', () => {
    expect(readZoneName(`Europe/${'B'.repeat(100_000)}`)).toBeUndefined();
  });

  it('is stable when it is read again, and hostile values do no harm', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z]{1,9}\/[\w+-]{1,9}$/), fc.constantFrom(...TRIED));
    fc.assert(
      fc.property(fc.oneof(text, fc.anything()), (value) => {
        const name = readZoneName(value);
        expect(readZoneName(value)).toBe(name);
        if (name !== undefined) expect(readZoneName(name)).toBe(name);
      }),
      runs(300),
    );
  });

  it('is still known after many made-up ones', () => {
    for (let made = 0; made < 5_000; made++) expect(readZoneName(`Europe/Made_Up_${made}`)).toBeUndefined();
    expect(readZoneName('Europe/Berlin')).toBe('Europe/Berlin');
  });

  it('has one zone, made once', () => {
    expect(zoneNamed('Europe/Berlin')).toBe(zoneNamed('europe/berlin'));
    expect(zoneNamed('UTC')).toBe(UTC);
  });
});
