import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { takenOutInput, triggerInput } from '../../../domain/state/input.ts';
import {
  entriesOf,
  goalsOf,
  heldBackOf,
  mail,
  mailsOf,
  placesOf,
  planWithJourneys,
  runsOf,
  storyOf,
} from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

const EXIT = { type: 'exit' };
const GO = { type: 'event', event: 'Go' };
const stay = (length: string) => ({
  start: 'stay',
  steps: { stay: { type: 'wait', for: length, next: 'end' }, end: EXIT },
});
const journey = (body: object, length = 'P2D') => ({ entries: [GO], ...stay(length), ...body });
const person = (body: object, parts: Parameters<typeof planWithJourneys>[1] = {}) =>
  new Person(planWithJourneys({ j: journey(body) }, parts));
const go = (hours: number, properties?: object) =>
  track('Go', START + hours * HOUR, properties && { properties: properties as never });
const email = () => identify({ email: 'ada@shop.example' }, START);
const entered = (who: Person, key = 'j') => entriesOf(who, key).map((at) => (at - START) / HOUR);

describe('coming in again', () => {
  // She is in it for two days each time.
  const tries = [0, 1, 47, 49, 60, 24 * 5, 24 * 7, 24 * 12];
  it.each([
    ['never, if it does not say', {}, [0]],
    ['never', { again: 'never' }, [0]],
    ['when she has left', { again: 'after-exit' }, [0, 49, 24 * 5, 24 * 7, 24 * 12]],
    ['three days after she has left', { again: { after: 'P3D' } }, [0, 24 * 5, 24 * 12]],
  ])('is allowed %s', (_what, body, when) => {
    const who = person(body);
    for (const hours of tries) who.waitsUntil(START + hours * HOUR).receives(go(hours));
    expect(entered(who)).toEqual(when);
  });

  it('counts from when she left, not from when she entered; and an instant less is too soon', () => {
    const who = person({ again: { after: 'P3D' }, exits: [{ event: 'Stop' }] });
    who.receives(go(0), track('Stop', START + HOUR), track('Go', START + HOUR + 3 * DAY - 1));
    expect(entered(who)).toEqual([0]);
    expect(entered(who.receives(track('Go', START + HOUR + 3 * DAY)))).toEqual([0, 73]);
  });

  it('is allowed in the moment in which she leaves: an event that is both begins the journey anew', () => {
    const who = person({ again: 'after-exit', exits: [{ event: 'Go' }] }).receives(go(0), go(1), go(2));
    expect(storyOf(who, 'j')).toEqual(['in', 'out: condition', 'in', 'out: condition', 'in']);
  });
});

describe('a key', () => {
  const keyed = (body: object = {}) => person({ key: 'orderId', ...body });
  const of = (id: unknown, hours: number, name = 'Go') =>
    track(name, START + hours * HOUR, { properties: { orderId: id } as never });

  it('has her in the journey once for each value, at the same time', () => {
    const who = keyed({ again: 'after-exit' }).receives(of('o1', 0), of('o2', 1), of('o1', 2), of(3, 3));
    expect(who.profile?.runs.map(({ key, step }) => [key, step])).toEqual([
      ...[
        ['o1', 'stay'],
        ['o2', 'stay'],
        ['3', 'stay'],
      ],
    ]);
    expect(new Set(who.profile?.runs.map(({ id }) => id)).size).toBe(3);
    expect(
      runsOf(who.waitsUntil(START + 9 * DAY))
        .filter(({ left }) => left !== undefined)
        .map(({ at }) => (at - START) / HOUR),
    ).toEqual([48, 49, 51]);
  });

  it('has rules about coming again of its own for each', () => {
    const who = keyed()
      .receives(of('o1', 0))
      .waitsUntil(START + 3 * DAY);
    expect(entered(who.receives(of('o1', 80), of('o2', 81)))).toEqual([0, 81]);
  });

  it.each([[undefined], [null], [{ id: 1 }], [true], [['o1']]])('is no %j: then nobody comes in', (value) => {
    expect(entered(keyed().receives(of(value, 0)))).toEqual([]);
  });

  it('is of the trigger’s data as well', () => {
    const entries = [{ type: 'trigger' }];
    const who = person({ entries, key: 'orderId' });
    for (const [n, data] of [{ orderId: 'a' }, { orderId: 'b' }, {}].entries())
      who.receives(triggerInput('k#u1', `${n}`, { at: START, journey: 'j', data }));
    expect(who.profile?.runs.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('keeps an exit and a goal to the run they are about; what names none is about all', () => {
    const goal = { reached: { event: 'Paid' }, within: 'P5D' };
    const who = keyed({ exits: [{ event: 'Stop' }], goal }).receives(
      of('o1', 0),
      of('o2', 1),
      of('o3', 2),
      of('o4', 3),
    );
    who.receives(of('o2', 4, 'Stop'), of('o1', 5, 'Paid'));
    expect(who.profile?.runs.flatMap(({ key, step }) => (step === undefined ? [] : [key]))).toEqual(['o3', 'o4']);
    expect(goalsOf(who)).toHaveLength(1);
    expect(placesOf(who.receives(track('Stop', START + 6 * HOUR)))).toEqual([]);
  });

  it('has each write its message, and two of one run never the same', () => {
    const steps = { stay: mail('shipped', 'end'), end: EXIT };
    const settings = { quietHours: [{ from: '11:00', to: '15:00' }] };
    const who = person({ key: 'orderId', steps }, { settings }).receives(email(), of('o1', 0), of('o2', 1));
    who.waitsUntil(START + DAY);
    expect(mailsOf(who).map(({ of: ref }) => ref?.keyed)).toEqual([true, true]);
    expect(new Set(mailsOf(who).map(({ of: ref }) => ref?.run)).size).toBe(2);
  });
});

describe('who', () => {
  it('is asked when she would come in, with what the event itself says', () => {
    const who = person({ who: { event: 'Go', times: { gte: 2 } }, again: 'after-exit' });
    expect(entered(who.receives(go(0), go(1)))).toEqual([1]);
  });

  it('is asked then only: who stops being it stays', () => {
    const who = person({ who: { trait: 'plan', is: 'pro' } });
    who.receives(go(0), identify({ plan: 'pro' }, START + HOUR), go(2), identify({ plan: 'free' }, START + 3 * HOUR));
    expect([entered(who), placesOf(who)]).toEqual([[2], ['stay']]);
  });
});

describe('an exit', () => {
  it.each([
    ['an event', { event: 'Stop' }, track('Stop', START + HOUR), 1],
    [
      'one that its filter means',
      { event: 'Stop', where: { property: 'all', is: true } },
      track('Stop', START + HOUR, { properties: { all: true } }),
      1,
    ],
    [
      'not one that it does not mean',
      { event: 'Stop', where: { property: 'all', is: true } },
      track('Stop', START + HOUR),
      48,
    ],
    [
      'a condition that comes to hold by what she does',
      { when: { trait: 'vip', is: true } },
      identify({ vip: true }, START + HOUR),
      1,
    ],
    [
      'a condition that comes to hold by itself',
      { when: { activity: 'last', ago: { gte: 'P1D' } } },
      track('App Opened', START + HOUR),
      25,
    ],
    [
      'an event of before she came in, which became known later',
      { event: 'Stop' },
      track('Stop', START - 1, { receivedAt: START + HOUR }),
      48,
    ],
    [
      'an event of since, though it becomes known much later',
      { event: 'Stop' },
      track('Stop', START + 1, { receivedAt: START + 9 * HOUR }),
      9,
    ],
  ])('takes her out: %s', (_what, exit, input, hours) => {
    const who = person({ exits: [exit] })
      .receives(go(0), input)
      .waitsUntil(START + 9 * DAY);
    expect(runsOf(who).at(-1)).toMatchObject({
      at: START + hours * HOUR,
      left: hours === 48 ? 'finished' : 'condition',
      ...(hours !== 48 && { passed: [], from: { step: 'stay' } }),
    });
  });

  it('takes her out before the message of the same moment', () => {
    const steps = { stay: { type: 'wait', for: 'P1D', next: 'write' }, write: mail('hello', 'end'), end: EXIT };
    const first = [{ event: 'Stop', next: 'write' }];
    const asks = { ...steps, stay: { type: 'wait-for', first, atMost: 'P3D', otherwise: 'write' } };
    for (const graph of [steps, asks]) {
      const who = person({ steps: graph, exits: [{ event: 'Stop' }] }).receives(
        email(),
        go(0),
        track('Stop', START + DAY),
      );
      // A wait that ended in that very second ended before.
      expect(mailsOf(who)).toHaveLength(graph === steps ? 1 : 0);
    }
  });

  it('keeps out whom it would take out at once', () => {
    const vip = person({ exits: [{ when: { trait: 'vip', is: true } }] });
    expect(entered(vip.receives(identify({ vip: true }, START), go(1)))).toEqual([]);
    const bought = person({ exits: [{ event: 'Order Completed' }] }).receives(order(START + 10 * MINUTE));
    expect(entered(bought.receives(track('Go', START, { receivedAt: START + 20 * MINUTE }), go(1)))).toEqual([1]);
  });

  it('by hand takes out of all runs of that journey, and of no other', () => {
    const body = journey({ key: 'orderId' });
    const who = new Person(planWithJourneys({ j: body, other: journey({}) }));
    who.receives(go(0, { orderId: 1 }), go(1, { orderId: 2 }), takenOutInput('k#u1', 'r', 'j', START + 2 * HOUR));
    expect(runsOf(who).flatMap(({ journey: key, left }) => (left ? [`${key} ${left}`] : []))).toEqual([
      'j stopped',
      'j stopped',
    ]);
    expect(placesOf(who)).toEqual(['stay']);
  });

  it.each([
    ['stopped', takenOutInput('k#u1', 'r', 'j', START + HOUR)],
    ['taken out', track('Stop', START + HOUR)],
    ['at the goal', order(START + HOUR)],
  ])('takes back the message that waits: %s', (_what, input) => {
    const goal = { reached: { event: 'Order Completed' }, within: 'P3D' };
    const steps = { stay: mail('hello', 'end'), end: EXIT };
    const settings = { quietHours: [{ from: '11:00', to: '15:00' }] };
    const who = person({ steps, goal, exits: [{ event: 'Stop' }] }, { settings }).receives(email(), go(0), input);
    expect(heldBackOf(who).at(-1)).toMatchObject({
      reason: 'she has left the journey',
      at: START + HOUR,
      of: { step: 'stay' },
    });
    expect(who.profile?.waiting).toEqual([]);
    expect(mailsOf(who.waitsUntil(START + 3 * DAY))).toEqual([]);
  });
});

describe('a goal', () => {
  const goal = (more: object = {}) => ({
    reached: { event: 'Order Completed' },
    within: 'P5D',
    revenue: 'revenue',
    ...more,
  });
  const steps = {
    stay: { type: 'wait', for: 'PT1H', next: 'one' },
    one: mail('one', 'more'),
    more: { type: 'wait', for: 'P1D', next: 'two' },
    two: mail('two', 'last'),
    last: { type: 'wait', for: 'P1D', next: 'end' },
    end: EXIT,
  };
  const begun = (more: object = {}, body: object = {}) =>
    person({ goal: goal(more), steps, ...body }).receives(email(), go(0));
  const buys = (who: Person, hours: number) =>
    who.waitsUntil(START + hours * HOUR).receives(order(START + hours * HOUR, 20));

  it.each([
    ['nobody, before the first', {}, 0.5, undefined],
    ['the first and only one', {}, 2, 'one'],
    ['the last one', {}, 40, 'two'],
    ['the first one, where it says so', { attribution: 'first-touch' }, 40, 'one'],
    ['the last one, when she has left long ago', {}, 100, 'two'],
  ])('is the doing of %s', (_what, more, hours, step) => {
    const who = buys(begun(more), hours);
    expect(goalsOf(who)).toHaveLength(1);
    expect(goalsOf(who)[0]?.step).toBe(step);
    expect(goalsOf(who)[0]?.revenue).toEqual({ micros: 20_000_000, currency: 'USD' });
    expect(storyOf(who, 'j').at(-1)).toBe(hours === 100 ? 'out: finished' : 'out: goal');
  });

  it('is reached once, and within its time only', () => {
    const who = buys(buys(begun({ exits: false }), 3), 4);
    expect(goalsOf(who)).toHaveLength(1);
    expect(goalsOf(buys(begun(), 120))).toHaveLength(1);
    expect(goalsOf(buys(begun(), 120.001))).toEqual([]);
  });

  it('takes her out, unless it says otherwise', () => {
    expect(placesOf(buys(begun(), 2))).toEqual([]);
    const stays = buys(begun({ exits: false }), 2);
    expect(placesOf(stays)).toEqual(['more']);
    expect(mailsOf(stays.waitsUntil(START + 9 * DAY))).toHaveLength(2);
  });

  it('is not the doing of a message that was withheld', () => {
    const who = person({ goal: goal(), steps }).receives(go(0));
    expect(goalsOf(buys(who, 40))[0]).not.toHaveProperty('step');
  });

  it('names the shares she was in', () => {
    const split = {
      stay: {
        type: 'split',
        shares: [
          { name: 'a', percent: 99.99, next: 'pick' },
          { name: 'b', percent: 0.01, next: 'pick' },
        ],
      },
      pick: { type: 'experiment', variants: [{ name: 'x', percent: 100, next: 'last' }] },
      ...{ last: steps.last, end: EXIT },
    };
    expect(goalsOf(buys(begun({}, { steps: split }), 2))[0]?.shares).toEqual(['stay/a', 'pick/x']);
  });

  it('by a condition is reached when it comes to hold, by itself too, and keeps out where it held before', () => {
    const away = { reached: { when: { activity: 'last', ago: { gte: 'P1D' } } }, revenue: undefined };
    const who = begun(away).waitsUntil(START + 9 * DAY);
    expect(goalsOf(who).map(({ at }) => at)).toEqual([START + DAY]);
    const pro = { reached: { when: { trait: 'plan', is: 'pro' } }, revenue: undefined };
    const already = person({ goal: goal(pro), steps }).receives(identify({ plan: 'pro' }, START), go(1));
    expect(entered(already)).toEqual([]);
    // It takes nobody out: she comes in, and reaches nothing.
    const inside = person({ goal: goal({ ...pro, exits: false }), steps }).receives(
      identify({ plan: 'pro' }, START),
      go(1),
    );
    inside.receives(identify({ plan: 'free' }, START + 2 * HOUR), identify({ plan: 'pro' }, START + 3 * HOUR));
    expect([entered(inside), goalsOf(inside)]).toEqual([[1], []]);
  });

  it('keeps the run in mind until its time is over, and no longer', () => {
    const who = begun()
      .waitsUntil(START + 3 * DAY)
      .receives(track('App Opened', START + 4 * DAY));
    expect(who.profile?.runs).toMatchObject([{ step: undefined, left: 'finished' }]);
    who.receives(track('App Opened', START + 5 * DAY));
    expect(who.profile?.runs).toEqual([]);
  });
});

describe('the time in which a journey lives', () => {
  const lives = { from: '2026-03-03T12:00:00Z', until: '2026-03-05T12:00:00Z' };
  it.each([
    [23.9, false],
    [24, true],
    [71.9, true],
    [72, false],
  ])('lets in or not at hour %d', (hours, isIn) => {
    expect(entered(person({ lives }).receives(go(hours)))).toEqual(isIn ? [hours] : []);
  });

  it('lets who is inside go on after it', () => {
    const who = person({ lives })
      .receives(go(71))
      .waitsUntil(START + 9 * DAY);
    expect(runsOf(who).at(-1)).toMatchObject({ left: 'finished', at: START + 119 * HOUR });
  });
});

describe('a holdout', () => {
  const steps = {
    stay: mail('promo', 'receipt', { withheld: 'other' }),
    receipt: mail('receipt', 'end', { class: 'transactional' }),
    ...{ end: EXIT, other: EXIT },
  };
  const goal = { reached: { event: 'Order Completed' }, within: 'P3D', exits: false };
  const of = (holdout: object, settings: object = {}) => {
    const plan = planWithJourneys(
      { j: journey({ steps, goal, ...holdout }), k: journey({ steps, goal, ...holdout }) },
      { settings },
    );
    return Array.from({ length: 300 }, (_, n) => {
      const parts = { userId: `user-${n}` };
      return new Person(plan).receives(
        identify({ email: `user-${n}@shop.example` }, START, parts),
        ...[track('Go', START, parts), order(START + HOUR, 5, parts)],
      );
    });
  };
  const groupIn = (who: Person, key: string) => runsOf(who).find((run) => run.journey === key)?.group;

  it.each([
    ['a journey', { holdout: 20 }, {}],
    ['the project', {}, { holdout: 20 }],
  ])('of %s keeps so many from marketing, by the way of those who get it, and says so', (_whose, body, settings) => {
    const people = of(body, settings);
    const held = people.filter((who) => groupIn(who, 'j') === 'holdout');
    expect(Math.abs(held.length - 60)).toBeLessThan(25);
    for (const who of held) {
      expect(storyOf(who, 'j')).toEqual(['in', 'stay/withheld', 'receipt/sent', 'end', 'out: finished']);
      const ofJ = <T extends { readonly of?: { readonly journey: string } | undefined }>(all: readonly T[]) =>
        all.filter((effect) => effect.of?.journey === 'j');
      expect(ofJ(heldBackOf(who))).toMatchObject([{ message: 'promo', reason: 'holdout', of: { group: 'holdout' } }]);
      // What she asked for comes all the same.
      expect(ofJ(mailsOf(who)).map(({ message }) => message)).toEqual(['receipt']);
      expect(goalsOf(who).find((one) => one.journey === 'j')).toMatchObject({ group: 'holdout' });
    }
    const others = people.filter((who) => groupIn(who, 'j') === undefined);
    expect(others.every((who) => mailsOf(who).some(({ message }) => message === 'promo'))).toBe(true);
    // Each journey holds out others; the project the same in all.
    const same = people.filter((who) => groupIn(who, 'j') === groupIn(who, 'k')).length;
    if ('holdout' in settings) expect(same).toBe(300);
    else expect(same).toBeLessThan(270);
  });
});

describe('too many journeys', () => {
  it('are twenty-one at once: the last takes in again when she has left another', () => {
    const keyed = journey({ key: 'orderId', exits: [{ event: 'Stop' }] });
    const who = new Person(planWithJourneys({ j: keyed }));
    for (let n = 0; n < 25; n++) who.receives(go(n / 10, { orderId: n }));
    expect(placesOf(who)).toHaveLength(20);
    who.receives(
      track('Stop', START + 3 * HOUR, { properties: { orderId: 3 } }),
      go(4, { orderId: 99 }),
      go(5, { orderId: 98 }),
    );
    expect(who.profile?.runs.at(-1)?.key).toBe('99');
    expect(placesOf(who)).toHaveLength(20);
  });
});
