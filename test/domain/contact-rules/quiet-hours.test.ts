import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { compileContactRules } from '../../../domain/delivery/rules/contact-rules.ts';
import { quietUntil } from '../../../domain/delivery/rules/quiet-hours.ts';
import { UTC } from '../../../domain/zone.ts';
import { runs } from '../../support/runs.ts';
import { type QuietHours, showsQuiet, zone } from './clocks.ts';

const untilIn = (quietHours: QuietHours, zoneName: string, at: number) =>
  quietUntil(at, 'email', compileContactRules({ quietHours }, [], UTC).quietHours, zone(zoneName));

const NIGHT: QuietHours = [{ from: '22:00', to: '08:00' }];
const LATE: QuietHours = [{ from: '20:00', to: '02:30' }];
const EARLY: QuietHours = [{ from: '02:30', to: '05:00' }];
const FRIDAYS: QuietHours = [{ from: '22:00', to: '08:00', weekdays: ['friday'] }];
const WEEKENDS: QuietHours = [{ from: '00:00', to: '00:00', weekdays: ['saturday', 'sunday'] }];
const IN_TWO: QuietHours = [
  { from: '20:00', to: '00:00' },
  { from: '00:00', to: '08:00' },
];

// 2026-03-02 is a Monday. Berlin's clock is set forward at 01:00Z on 03-29, back at 01:00Z on 10-25.
const TABLE: readonly (readonly [string, QuietHours, string, string, string])[] = [
  ['over midnight', NIGHT, 'Europe/Berlin', '2026-03-02T22:00:00Z', '2026-03-03T07:00:00Z'],
  ['a moment before', NIGHT, 'Europe/Berlin', '2026-03-02T20:59:59.999Z', '2026-03-02T20:59:59.999Z'],
  ['their first moment', NIGHT, 'Europe/Berlin', '2026-03-02T21:00:00Z', '2026-03-03T07:00:00Z'],
  ['their last moment', NIGHT, 'Europe/Berlin', '2026-03-03T06:59:59.999Z', '2026-03-03T07:00:00Z'],
  ['when they are over', NIGHT, 'Europe/Berlin', '2026-03-03T07:00:00Z', '2026-03-03T07:00:00Z'],
  ['a clock on half hours', NIGHT, 'Asia/Kolkata', '2026-03-02T17:30:00Z', '2026-03-03T02:30:00Z'],
  ['within a day', [{ from: '12:00', to: '14:00' }], 'Europe/Berlin', '2026-03-02T11:30:00Z', '2026-03-02T13:00:00Z'],
  ['the morning after Friday', FRIDAYS, 'Europe/Berlin', '2026-03-07T01:00:00Z', '2026-03-07T07:00:00Z'],
  ['the morning of Friday', FRIDAYS, 'Europe/Berlin', '2026-03-06T01:00:00Z', '2026-03-06T01:00:00Z'],
  ['whole days that follow', WEEKENDS, 'Europe/Berlin', '2026-03-07T11:00:00Z', '2026-03-08T23:00:00Z'],
  ['hours that follow', IN_TWO, 'Europe/Berlin', '2026-03-02T20:00:00Z', '2026-03-03T07:00:00Z'],
  [
    'another channel',
    [{ from: '22:00', to: '08:00', channels: ['sms'] }],
    'UTC',
    '2026-03-02T23:00Z',
    '2026-03-02T23:00Z',
  ],
  ['a night that is shorter', NIGHT, 'Europe/Berlin', '2026-03-28T21:30:00Z', '2026-03-29T06:00:00Z'],
  ['a night that is longer', NIGHT, 'Europe/Berlin', '2026-10-24T20:30:00Z', '2026-10-25T07:00:00Z'],
  ['an end that is left out', LATE, 'Europe/Berlin', '2026-03-28T22:00:00Z', '2026-03-29T01:00:00Z'],
  ['a beginning that is left out', EARLY, 'Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00Z'],
  ['before that', EARLY, 'Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T00:59:59.999Z'],
  ['an end that comes twice', LATE, 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
  ['a beginning that comes twice', EARLY, 'Europe/Berlin', '2026-10-25T01:10:00Z', '2026-10-25T04:00:00Z'],
  [
    'half an hour twice',
    [{ from: '22:00', to: '01:45' }],
    'Australia/Lord_Howe',
    '2026-04-04T14:50Z',
    '2026-04-04T15:15Z',
  ],
];

describe('quiet hours', () => {
  it.each(TABLE)('%s', (_what, hours, zoneName, at, until) => {
    expect(new Date(untilIn(hours, zoneName, Date.parse(at)) ?? 0)).toEqual(new Date(until));
  });

  it('that are always have no end', () => {
    const always: QuietHours = [
      { from: '00:00', to: '12:00' },
      { from: '12:00', to: '00:00' },
    ];
    expect(untilIn(always, 'Europe/Berlin', 0)).toBeUndefined();
  });

  const time = fc
    .integer({ min: 0, max: 24 * 4 - 1 })
    .map((quarters) => `${String(quarters >> 2).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`);
  const weekday = fc.constantFrom('monday' as const, 'friday' as const, 'saturday' as const, 'sunday' as const);
  const hours = fc.record(
    { from: time, to: time, weekdays: fc.uniqueArray(weekday, { minLength: 1 }) },
    { requiredKeys: ['from', 'to'] },
  );
  const zoneName = fc.constantFrom(
    ...[
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/St_Johns',
    ],
  );
  // Years in which clocks were changed at midnight, and a day was left out.
  const moment = fc.integer({ min: Date.parse('2010-01-01'), max: Date.parse('2027-01-01') });
  const change = fc.constantFrom(
    ...['2011-12-30T10:00Z', '2010-11-07T03:31Z', '2018-02-18T02:00Z', '2017-10-15T03:00Z', '2026-03-29T01:00Z'],
    ...['2026-10-25T01:00Z', '2026-04-04T15:00Z', '2026-10-03T15:30Z'],
  );
  const nearChange = fc
    .tuple(change, fc.integer({ min: -2 * DAY, max: 2 * DAY }))
    .map(([at, away]) => Date.parse(at) + away);

  it('are over when her clock shows none, and not before', () => {
    let quiet = 0;
    fc.assert(
      fc.property(
        fc.array(hours, { minLength: 1, maxLength: 2 }),
        zoneName,
        fc.oneof(moment, nearChange),
        (some, name, at) => {
          const until = untilIn(some, name, at);
          if (until === undefined) return;
          expect(showsQuiet(until, some, name)).toBe(false);
          if (until === at) return;
          quiet++;
          // What was just before is quiet still; an hour that comes twice is so all through.
          expect(untilIn(some, name, until - 1)).toBe(until);
          for (let between = at; between < until; between += HOUR)
            expect(
              showsQuiet(between, some, name) || showsQuiet(between - HOUR, some, name) || isTwice(between, name),
            ).toBe(true);
        },
      ),
      runs(400),
    );
    expect(quiet).toBeGreaterThan(50);
  });
});

/** Whether the clock is set back within some hours. */
const isTwice = (at: number, name: string) =>
  zone(name).offsetAt(at - 4 * HOUR) > zone(name).offsetAt(at + 4 * HOUR + MINUTE);
