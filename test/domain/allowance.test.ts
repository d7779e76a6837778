import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, SECOND } from '../../domain/calendar.ts';
import { type Allowance, grantTo } from '../../domain/events/allowance.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import { START } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const limited = (limits: Partial<Source>): Source => ({ ...openSource('s1', 'client'), ...limits });
const perSecond = limited({ eventsPerSecond: 10 });
const perDay = limited({ eventsPerDay: 100 });

/** Asks for so many events at a moment; what was used before is changed when it is granted. */
function account(source: Source) {
  let used: Allowance | undefined;
  return (events: number, now: number): number | 'granted' => {
    const grant = grantTo(source, used, { now: events, soon: 0 }, now);
    if (grant.outcome === 'wait') return grant.seconds;
    used = grant.allowance;
    return 'granted';
  };
}

describe('a rate', () => {
  it('may be run ahead of by ten seconds, and then as many seconds are waited as it takes to make room', () => {
    const ask = account(perSecond);
    expect(ask(100, START)).toBe('granted');
    expect(ask(1, START)).toBe(1);
    expect(ask(1, START + 1)).toBe('granted');
  });

  it('takes a request that is larger than its burst whole, and lets later ones wait for it', () => {
    const ask = account(perSecond);
    expect(ask(2_500, START)).toBe('granted');
    expect(ask(1, START)).toBe(241);
    expect(ask(1, START + 240 * SECOND)).toBe(1);
    expect(ask(1, START + 240 * SECOND + 1)).toBe('granted');
  });

  it('saves nothing up while nobody sends', () => {
    const ask = account(perSecond);
    ask(1, START);
    expect(ask(100, START + HOUR)).toBe('granted');
    expect(ask(1, START + HOUR)).not.toBe('granted');
  });

  it('below one a second is a rate too', () => {
    const ask = account(limited({ eventsPerSecond: 0.1 }));
    expect([ask(1, START), ask(1, START), ask(1, START + 1)]).toEqual(['granted', 1, 'granted']);
  });

  it('of nothing lets one request in and then nobody; the wait is no longer than SDKs will wait', () => {
    const ask = account(limited({ eventsPerSecond: 0 }));
    expect(ask(1, START)).toBe('granted');
    expect(ask(1, START + 365 * DAY)).toBe(300);
  });
});

describe('a day', () => {
  it('ends at midnight UTC, and the next begins with nothing used', () => {
    const midnight = Math.ceil(START / DAY) * DAY;
    const ask = account(perDay);
    expect(ask(99, START)).toBe('granted');
    expect(ask(50, START)).toBe('granted');
    expect(ask(1, START)).toBe(300);
    expect(ask(1, midnight - 1)).toBe(1);
    expect(ask(1, midnight)).toBe('granted');
  });

  it('of nothing lets nobody in', () => {
    expect(account(limited({ eventsPerDay: 0 }))(1, START)).toBe(300);
  });
});

describe('what is likely to be needed soon', () => {
  const granted = (source: Source, need: { now: number; soon: number }) => {
    const grant = grantTo(source, undefined, need, START);
    return grant.outcome === 'granted' ? grant.events : grant.outcome;
  };

  it('is granted as far as there is room, and what is needed now whole', () => {
    expect(granted(perSecond, { now: 1, soon: 50 })).toBe(50);
    expect(granted(perSecond, { now: 1, soon: 5_000 })).toBe(100);
    expect(granted(perDay, { now: 1, soon: 5_000 })).toBe(100);
    expect(granted(perDay, { now: 300, soon: 5_000 })).toBe(300);
  });
});

describe('any requests at any times', () => {
  const asks = fc.array(fc.tuple(fc.integer({ min: 1, max: 2_500 }), fc.integer({ min: 0, max: 20 * SECOND })), {
    maxLength: 200,
  });

  it('get no more than rate × time, the burst, and the last request whole', () => {
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 500 }), (requests, rate) => {
        const ask = account(limited({ eventsPerSecond: rate }));
        let now = START;
        let granted = 0;
        for (const [events, pause] of requests) {
          now += pause;
          if (ask(events, now) !== 'granted') continue;
          expect(granted).toBeLessThanOrEqual(rate * ((now - START) / SECOND + 10));
          granted += events;
        }
      }),
      runs(200),
    );
  });

  it('get no more in a day than its ceiling and the last request whole', () => {
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 50_000 }), (requests, ceiling) => {
        const ask = account(limited({ eventsPerDay: ceiling }));
        let now = START;
        let granted = 0;
        for (const [events, pause] of requests) {
          now += pause;
          if (ask(events, now) !== 'granted') continue;
          expect(granted).toBeLessThan(ceiling);
          granted += events;
        }
      }),
      runs(200),
    );
  });

  it('are told whole seconds from 1 to 300, and whoever waits that long again and again gets in', () => {
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 500 }), (requests, rate) => {
        const ask = account(limited({ eventsPerSecond: rate }));
        let now = START;
        for (const [events, pause] of requests) {
          now += pause;
          for (let answer = ask(events, now); answer !== 'granted'; answer = ask(events, now)) {
            expect(Number.isInteger(answer) && answer >= 1 && answer <= 300).toBe(true);
            now += answer * SECOND;
          }
        }
      }),
      runs(50),
    );
  });
});
