import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../domain/calendar.ts';
import { answerOf, GIVEN_UP_AFTER, timeOutOf, untilCalledAgain } from '../../../domain/delivery/calls/retries.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

describe('what a system answers', () => {
  it.each([200, 201, 202, 204, 299])('%d takes it', (status) =>
    expect(answerOf(status, undefined, NOW)).toEqual({ outcome: 'taken' }),
  );

  it.each([301, 302, 307, 308, 400, 401, 403, 404, 410, 422])('%d is its last word', (status) =>
    expect(answerOf(status, '5', NOW)).toEqual({ outcome: 'refused', reason: `status-${status}` }),
  );

  it.each([408, 425, 429, 500, 502, 503, 504, 0, 101])('%d may be another the next time', (status) =>
    expect(answerOf(status, undefined, NOW)).toEqual({ outcome: 'not-now', reason: `status-${status}` }),
  );

  it.each([
    ['120', 2 * MINUTE],
    ['Mon, 23 Nov 2026 10:05:00 GMT', 5 * MINUTE],
    ['Mon, 23 Nov 2026 09:00:00 GMT', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['9'.repeat(50), undefined],
  ])('Retry-After: %s', (text, after) =>
    expect(answerOf(429, text, NOW)).toEqual({
      ...{ outcome: 'not-now', reason: 'status-429' },
      ...(after !== undefined && { after }),
    }),
  );
});

describe('a call that was not taken', () => {
  it('comes back after a minute, five, then fifteen', () => {
    expect([0, 1, 2, 30].map((tries) => untilCalledAgain(tries, 0))).toEqual([
      ...[MINUTE, 5 * MINUTE, 15 * MINUTE, 15 * MINUTE],
    ]);
  });

  it('waits as long as is wished, up to what a queue can', () => {
    expect(untilCalledAgain(0, 0, 4 * MINUTE)).toBe(4 * MINUTE);
    expect(untilCalledAgain(0, 0, 5)).toBe(MINUTE);
    expect(untilCalledAgain(0, 0.999, 24 * HOUR)).toBe(15 * MINUTE);
  });

  it('is tried about 26 times in all', () => {
    let [tries, at] = [0, 0];
    while (at + untilCalledAgain(tries, 0) <= GIVEN_UP_AFTER) at += untilCalledAgain(tries++, 0);
    expect(tries).toBe(25);
  });

  it('waits ten seconds for an answer at most, and one at least', () => {
    expect([undefined, 0, 3 * SECOND, 24 * HOUR].map(timeOutOf)).toEqual([10_000, 1_000, 3_000, 10_000]);
  });
});
