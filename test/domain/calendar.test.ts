import { describe, expect, it } from 'vitest';
import { readMoment } from '../../domain/calendar.ts';

const MOMENT = Date.UTC(2024, 0, 31, 10);

describe('a moment', () => {
  it.each([
    ['an ISO 8601 text', '2024-01-31T10:00:00Z'],
    ['one without a zone', '2024-01-31 10:00'],
    ['seconds', MOMENT / 1_000],
    ['milliseconds', MOMENT],
    ['seconds in text', String(MOMENT / 1_000)],
    ['milliseconds in text', String(MOMENT)],
  ])('may be %s', (_what, value) => {
    expect(readMoment(value)).toBe(MOMENT);
  });

  it('is a whole number of milliseconds', () => {
    expect(readMoment(1_706_695_200.1234)).toBe(MOMENT + 123);
    expect(readMoment('1706695200.1234')).toBe(MOMENT + 123);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['words', 'yesterday'],
    ['blank', ''],
    ['a date run together', '20240131'],
    ['an object', { seconds: 1_706_695_200 }],
    ['zero', 0],
    ['NaN', Number.NaN],
    ['microseconds', MOMENT * 1_000],
    ['a clock never set', '1970-01-01T00:00:00Z'],
    ['the last moment of 1979', Date.UTC(1980) - 1],
    ['the year 2100', '2100-01-01'],
  ])('is not: %s', (_what, value) => {
    expect(readMoment(value)).toBeUndefined();
  });
});
