import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import { type EventsQuestion, eventsStatement, MOST_NAMES } from '../../domain/insights/lake-query.ts';
import { START } from '../support/people.ts';

const question: EventsQuestion = {
  names: ['Seen'],
  from: START - 7 * DAY,
  until: START,
  receivedBefore: START + HOUR,
};

describe('a question for events', () => {
  it('is about the hours that may hold them: from a day before they happened to weeks after their receipt', () => {
    expect(eventsStatement(question).parameters).toEqual([
      ...['2026/02/22/12', '2026/04/01/13'],
      'Seen',
      ...[START + HOUR, START - 7 * DAY, START],
    ]);
  });

  it('has a place for each value, and no value in its text', () => {
    const name = fc.string({ minLength: 9, maxLength: 200, unit: 'binary' });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: MOST_NAMES }), (names) => {
        const { sql, parameters } = eventsStatement({ ...question, names });
        expect(sql.split('?').length - 1).toBe(parameters.length);
        expect(sql).toBe(eventsStatement({ ...question, names: names.map(() => '') }).sql);
      }),
    );
  });

  it.each([[[]], [Array.from({ length: MOST_NAMES + 1 }, (_, i) => `n${i}`)]])(
    'is about some names, not %j',
    (names) => {
      expect(() => eventsStatement({ ...question, names })).toThrow(RangeError);
    },
  );
});
