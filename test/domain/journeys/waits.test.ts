import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { eventInput } from '../../../domain/state/input.ts';
import { zoneNamed } from '../../../domain/zone.ts';
import { mail, placesOf, planWithJourneys, storyOf } from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

const MON = Date.parse('2026-03-02T12:00:00Z');
const EXIT = { type: 'exit' };

/** In the journey by the event “Go”, through some steps to the exits `end` and `other`. */
const through = (steps: object, parts: Parameters<typeof planWithJourneys>[1] = {}, body: object = {}) => {
  const [start = ''] = Object.keys(steps);
  const journey = { entries: [{ type: 'event', event: 'Go' }], start, steps: { ...steps, end: EXIT, other: EXIT } };
  return new Person(planWithJourneys({ j: { ...journey, ...body } }, parts));
};

/** When she has left (ms), if she has. */
const leftAt = (person: Person): number | undefined =>
  person.effects.flatMap((effect) => (effect.kind === 'run' && effect.left !== undefined ? [effect.at] : []))[0];

describe('a wait', () => {
  it('lasts so long from when she came to it, to the millisecond', () => {
    const person = through({ wait: { type: 'wait', for: 'PT90M', next: 'end' } }).receives(track('Go', START + 7));
    expect([placesOf(person), person.profile?.dueAt]).toEqual([['wait'], START + 7 + 90 * MINUTE]);
    expect(leftAt(person.waitsUntil(START + DAY))).toBe(START + 7 + 90 * MINUTE);
  });

  it('counts from when it was decided, not from an event that came late', () => {
    const person = through({ wait: { type: 'wait', for: 'PT1H', next: 'end' } });
    person.receives(track('Go', START, { receivedAt: START + 40 * MINUTE })).waitsUntil(START + DAY);
    expect(leftAt(person)).toBe(START + 100 * MINUTE);
  });

  it('is over at its own time, though what makes it known comes days later', () => {
    const steps = {
      one: { type: 'wait', for: 'PT1H', next: 'two' },
      two: { type: 'wait', for: 'P1D', next: 'end' },
    };
    const person = through(steps).receives(track('Go', START), track('App Opened', START + 9 * DAY));
    expect(person.effects.flatMap((effect) => (effect.kind === 'run' ? [effect.at - START] : []))).toEqual([
      ...[0, HOUR, HOUR + DAY],
    ]);
  });

  it('is over though other things happen, and neither sooner nor later for them', () => {
    const person = through({ wait: { type: 'wait', for: 'P2D', next: 'end' } }).receives(track('Go', START));
    for (let hours = 1; hours < 60; hours += 7) person.receives(track('App Opened', START + hours * HOUR));
    expect(leftAt(person)).toBe(START + 2 * DAY);
  });
});

describe('a wait until the clock shows a time', () => {
  const until = (step: object, parts: object = {}, timezone?: string, start = MON) => {
    const person = through({ wait: { type: 'wait-until', at: '09:00', ...step, next: 'end' } }, parts);
    person.receives(
      eventInput({
        ...{ type: 'track', name: 'Go', messageId: 'go', source: 'client', sourceId: 'app', userId: 'u1' },
        ...{ time: start, receivedAt: start, ...(timezone && { context: { timezone } }) },
      }),
    );
    const at = leftAt(person.waitsUntil(start + 30 * DAY));
    return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
  };
  const inZone = (name: string) => ({ zone: zoneNamed(name) });

  it.each([
    ['the next day', {}, '2026-03-03T09:00'],
    ['today, if it is to come', { at: '18:30' }, '2026-03-02T18:30'],
    ['the next of some weekdays', { weekdays: ['saturday', 'thursday'] }, '2026-03-05T09:00'],
    ['today, a week on', { weekdays: ['monday'] }, '2026-03-09T09:00'],
    ['a day', { day: '2026-03-20' }, '2026-03-20T09:00'],
    ['a day that is over: at once', { day: '2026-03-02' }, '2026-03-02T12:00'],
    ['hers where nothing is known of it: the project’s', { zone: 'person' }, '2026-03-03T09:00'],
  ])('%s', (_what, step, when) => {
    expect(until(step)).toBe(when);
  });

  // The moment is in UTC: what a clock on the wall in that zone shows at it is what the step says.
  it.each([
    ['the project’s in Berlin', {}, 'Europe/Berlin', undefined, '2026-03-03T08:00'],
    ['hers in Tokyo', { zone: 'person' }, 'Europe/Berlin', 'Asia/Tokyo', '2026-03-03T00:00'],
    ['hers in Kathmandu', { zone: 'person' }, 'UTC', 'Asia/Kathmandu', '2026-03-03T03:15'],
    ['hers in Los Angeles', { zone: 'person' }, 'UTC', 'America/Los_Angeles', '2026-03-02T17:00'],
    ['the project’s, whatever hers is', {}, 'UTC', 'Asia/Tokyo', '2026-03-03T09:00'],
  ])('by a clock: %s', (_what, step, project, hers, when) => {
    expect(until(step, inZone(project), hers)).toBe(when);
  });

  const eve = Date.parse('2026-03-28T20:00:00Z');
  const autumn = Date.parse('2026-10-24T20:00:00Z');
  it.each([
    ['the day before it changes', eve - DAY, { at: '09:00' }, '2026-03-28T08:00'],
    ['the day on which it is set forward', eve, { at: '09:00' }, '2026-03-29T07:00'],
    ['a time that is left out: when it is passed over', eve, { at: '02:30' }, '2026-03-29T01:00'],
    ['the day on which it is set back', autumn, { at: '09:00' }, '2026-10-25T08:00'],
    ['a time that comes twice: the first', autumn, { at: '02:30' }, '2026-10-25T00:30'],
  ])('in Berlin, %s', (_what, start, step, when) => {
    expect(until({ ...step, zone: 'person' }, {}, 'Europe/Berlin', start)).toBe(when);
  });
});

describe('a wait for her best hour', () => {
  it('is until the hour in which she is most often here', () => {
    const person = through({ wait: { type: 'wait-for-best-hour', within: 'P1D', next: 'end' } });
    for (const day of [-5, -4, -3]) person.receives(track('App Opened', START + day * DAY + 7 * HOUR + 20 * MINUTE));
    person.receives(track('Go', START)).waitsUntil(START + 2 * DAY);
    expect(leftAt(person)).toBe(START + 7 * HOUR);
  });

  it('is none where it does not come in time, or nothing is known of her', () => {
    const person = through({ wait: { type: 'wait-for-best-hour', within: 'PT2H', next: 'end' } });
    expect(leftAt(person.receives(track('Go', START, { source: 'server' })))).toBe(START);
  });
});

describe('a wait for the first of several things', () => {
  const FIRST = [
    { event: 'Signed In', where: { property: 'by', is: 'phone' }, next: 'end' },
    { when: { trait: 'plan', is: 'pro' }, next: 'end' },
    { event: 'Order Completed', next: 'end' },
    { when: { activity: 'last', ago: { gte: 'P2D' } }, next: 'end' },
  ];
  const waiting = (first: readonly object[] = FIRST) =>
    through({ ask: { type: 'wait-for', first, atMost: 'P3D', otherwise: 'other' } });

  const phone = track('Signed In', START + HOUR, { properties: { by: 'phone' } });
  it.each([
    ['an event that its filter means', [phone], 'ask/0', HOUR],
    ['not one that it does not mean', [track('Signed In', START + HOUR)], 'ask/3', HOUR + 2 * DAY],
    ['a condition that comes to hold by what she does', [identify({ plan: 'pro' }, START + HOUR)], 'ask/1', HOUR],
    ['a condition that comes to hold by itself', [], 'ask/3', 2 * DAY],
    ['an event that is not listed first', [order(START + HOUR)], 'ask/2', HOUR],
  ])('ends with %s', (_what, inputs, way, after) => {
    const person = waiting()
      .receives(track('Go', START), ...inputs)
      .waitsUntil(START + 9 * DAY);
    expect(storyOf(person, 'j')[1]).toBe(way);
    expect(leftAt(person)).toBe(START + after);
  });

  it('ends with its time if nothing comes, and what comes then is too late', () => {
    const person = waiting(FIRST.slice(0, 3))
      .receives(track('Go', START))
      .waitsUntil(START + 9 * DAY);
    person.receives(order(START + 10 * DAY));
    expect(storyOf(person, 'j')).toEqual(['in', 'ask/otherwise', 'other', 'out: finished']);
    expect(leftAt(person)).toBe(START + 3 * DAY);
  });

  it('goes by the first way of several that one event shows', () => {
    const both = [
      { event: 'Order Completed', where: { property: 'revenue', gt: 500 }, next: 'end' },
      { event: 'Order Completed', next: 'other' },
      { event: 'Order Completed', next: 'end' },
    ];
    const way = (revenue: number) =>
      storyOf(waiting(both).receives(track('Go', START), order(START + HOUR, revenue)), 'j')[1];
    expect([way(501), way(10)]).toEqual(['ask/0', 'ask/1']);
  });

  it('is over at once where a condition holds already', () => {
    const person = waiting().receives(identify({ plan: 'pro' }, START), track('Go', START + HOUR));
    expect(storyOf(person, 'j')).toEqual(['in', 'ask/1', 'end', 'out: finished']);
  });

  it('counts events by their own time: what happened since she came and arrives later does, what was before does not', () => {
    const first = [{ event: 'Order Completed', next: 'end' }];
    const bought = (time: number, receivedAt: number) => order(time, 10, { receivedAt });
    const storyWith = (...inputs: ReturnType<typeof order>[]) =>
      storyOf(waiting(first).receives(track('Go', START), ...inputs), 'j');
    expect(storyWith(bought(START - HOUR, START + HOUR))).toEqual(['in']);
    expect(storyWith(bought(START + MINUTE, START + 9 * HOUR))).toEqual(['in', 'ask/0', 'end', 'out: finished']);
    // She has bought before it became known that she had filled the cart: then she is not asked to wait for that.
    const late = waiting(first).receives(order(START + MINUTE));
    late.receives(track('Go', START, { receivedAt: START + 30 * MINUTE }));
    expect(storyOf(late, 'j')).toEqual(['in', 'ask/0', 'end', 'out: finished']);
    // Not so one of before.
    const before = waiting(first).receives(order(START), track('Go', START + MINUTE));
    expect(storyOf(before, 'j')).toEqual(['in']);
  });

  it('is not over by the event that brought her there, nor does one event end two waits', () => {
    const wait = (next: string) => ({
      type: 'wait-for',
      first: [{ event: 'Go', next }],
      ...{ atMost: 'P3D', otherwise: 'other' },
    });
    const person = through({ one: wait('two'), two: wait('end') });
    const places = [0, 1, 2].map((hour) => {
      person.receives(track('Go', START + hour * HOUR));
      return placesOf(person);
    });
    expect(places).toEqual([['one'], ['two'], []]);
  });

  it('of a run by key ends by an event about that key, or about none', () => {
    const first = [{ event: 'Delivered', next: 'end' }];
    const ask = { type: 'wait-for', first, atMost: 'P3D', otherwise: 'other' };
    const person = through({ ask }, {}, { key: 'orderId', again: 'after-exit' });
    const of = (name: string, hour: number, orderId?: string) =>
      track(name, START + hour * HOUR, { properties: orderId === undefined ? {} : { orderId } });
    person.receives(of('Go', 0, 'o1'), of('Go', 1, 'o2'), of('Go', 2, 'o3'), of('Delivered', 3, 'o2'));
    expect(person.profile?.runs.map(({ key }) => key)).toEqual(['o1', 'o3']);
    expect(placesOf(person.receives(of('Delivered', 4)))).toEqual([]);
  });

  it('ends by what becomes of a message, also by what was known when she came to it', () => {
    const steps = {
      mail: mail('hello', 'ask'),
      ask: {
        ...{ type: 'wait-for', first: [{ message: { step: 'mail', was: 'sent' }, next: 'end' }] },
        ...{ atMost: 'P1D', otherwise: 'other' },
      },
    };
    const reach = through(steps).receives(identify({ email: 'ada@shop.example' }, START), track('Go', START));
    expect(storyOf(reach, 'j')).toEqual(['in', 'mail/sent', 'ask/0', 'end', 'out: finished']);
    const none = through(steps).receives(track('Go', START));
    expect(storyOf(none, 'j')).toEqual(['in', 'mail/withheld']);
  });
});

describe('a loop', () => {
  it('goes round by its wait, and each round is a visit of its own', () => {
    const steps = {
      wait: { type: 'wait', for: 'P1D', next: 'again' },
      again: {
        ...{ type: 'branch', branches: [{ when: { trait: 'done', is: true }, next: 'end' }], otherwise: 'wait' },
      },
    };
    const person = through(steps)
      .receives(track('Go', START))
      .waitsUntil(START + 3 * DAY + HOUR);
    person.receives(identify({ done: true }, START + 3 * DAY + 2 * HOUR)).waitsUntil(START + 9 * DAY);
    expect(storyOf(person, 'j')).toEqual([
      ...['in', 'wait', 'again/otherwise', 'wait', 'again/otherwise', 'wait', 'again/otherwise', 'wait', 'again/0'],
      ...['end', 'out: finished'],
    ]);
    expect(leftAt(person)).toBe(START + 4 * DAY);
  });
});
