import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { checkSteps } from '../../../domain/catalog/checks/journey-steps.ts';
import { encodeProfile } from '../../../domain/state/codec.ts';
import { deferredInput, importInput, triggerInput } from '../../../domain/state/input.ts';
import { goalsOf, journeyOf, liveJourney, mail, mailsOf, planWithJourneys, runsOf } from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

/** What nobody means to happen, and somebody will do. */

const GO = { type: 'event', event: 'Go' };
const END = { type: 'exit' };
const go = (at: number, properties: Record<string, string> = {}) => track('Go', at, { properties });
const person = (...journeys: Parameters<typeof planWithJourneys>) =>
  new Person(planWithJourneys(...journeys)).receives(identify({ email: 'ada@example.com' }, START));
const subjects = (who: Person) => mailsOf(who).map(({ message }) => message);

describe('two things in one millisecond', () => {
  const j = { entries: [GO], again: 'after-exit', start: 'm', steps: { m: mail('a', 'end'), end: END } };

  it('take her in once, and she is not written to again and again', () => {
    const who = person({ j }).receives(go(START + HOUR), go(START + HOUR));
    who.receives(track('Other', START + 2 * HOUR), track('Other', START + 3 * HOUR));
    expect(subjects(who)).toEqual(['a']);
    expect(who.profile?.runs.filter(({ step }) => step !== undefined)).toEqual([]);
  });

  it('are two runs where a second one follows on the first', () => {
    const buys = { ...j, entries: [{ type: 'event', event: 'Order Completed' }] };
    const again = { ...buys, goal: { reached: { event: 'Order Completed' }, within: 'P30D' }, start: 'w' };
    const steps = { w: { type: 'wait', for: 'P1D', next: 'm' }, ...j.steps };
    const who = person({ j: { ...again, steps } }).receives(order(START + HOUR), order(START + 2 * HOUR));
    expect(runsOf(who).map(({ entered, left }) => [entered !== undefined, left])).toEqual([
      [true, undefined],
      [false, 'goal'],
      [true, undefined],
    ]);
    expect(new Set(runsOf(who).map(({ run }) => run)).size).toBe(2);
  });
});

describe('a loop that hardly waits', () => {
  const isRefused = (steps: object) =>
    checkSteps(
      { type: 'journey', key: 'j', body: journeyOf({ entries: [GO], exits: [{ event: 'Stop' }], start: 'b', steps }) },
      { find: () => undefined } as never,
    ).some(({ code }) => code === 'loop-without-wait');

  it('through her best hour is refused: it may be that hour already', () => {
    const wait = { type: 'wait-for-best-hour', within: 'P1D', next: 's' };
    expect(isRefused({ b: wait, s: mail('a', 'b') })).toBe(true);
    expect(isRefused({ b: { type: 'wait', for: 'PT1H', next: 's' }, s: mail('a', 'b') })).toBe(false);
  });

  it('ends by itself where it was published all the same', () => {
    const loop = { entries: [GO], start: 'b', steps: { b: { type: 'wait-for-best-hour', within: 'P1D', next: 's' } } };
    const writes = person({ j: { ...loop, steps: { ...loop.steps, s: mail('a', 'b') } } }).receives(go(START + HOUR));
    expect(mailsOf(writes).length).toBeLessThan(300);
    expect(runsOf(writes).at(-1)?.left).toBe('stopped');
    const notes = { type: 'set-trait', traits: { t: 1 }, next: 'b' };
    expect(
      runsOf(person({ j: { ...loop, steps: { ...loop.steps, s: notes } } }).receives(go(START))).at(-1)?.left,
    ).toBe('stopped');
  });

  it('through a wait for something that came before her is walked once', () => {
    const first = [{ event: 'View', next: 's' }];
    const wait = { type: 'wait-for', first, atMost: 'P1D', otherwise: 'end' };
    const who = person({
      j: { entries: [GO], start: 'f', steps: { f: wait, s: mail('a', 'f'), end: END } },
    }).receives(track('View', START), track('Go', START - 10 * MINUTE, { receivedAt: START + MINUTE }));
    expect(subjects(who)).toEqual(['a']);
    expect(who.profile?.runs[0]).toMatchObject({ step: 'f', until: START + MINUTE + DAY });
  });
});

describe('what is kept of her journeys', () => {
  const keyed = { entries: [{ type: 'event', event: 'Order' }], key: 'id', again: 'after-exit' };

  it('never forgets a journey that is for once, however many others there were', () => {
    const once = { entries: [GO], start: 'm', steps: { m: mail('once', 'end'), end: END } };
    const who = person({ once, orders: { ...keyed, start: 'end', steps: { end: END } } }).receives(go(START + 1));
    for (let n = 0; n < 120; n++) who.receives(track('Order', START + HOUR + n, { properties: { id: `o${n}` } }));
    expect(subjects(who.receives(go(START + 2 * DAY)))).toEqual(['once']);
    expect(who.profile?.pastRuns.length).toBeLessThanOrEqual(51);
  });

  it('has what a message on its way reads, of each of thirty orders', () => {
    const steps = { m: mail('bought', 'end', { class: 'transactional' }), end: END };
    const who = person({ orders: { ...keyed, start: 'm', steps } });
    for (let n = 0; n < 30; n++) who.receives(track('Order', START + HOUR + n, { properties: { id: `o${n}` } }));
    const known = new Set(who.profile?.runs.map(({ id }) => id));
    expect(mailsOf(who)).toHaveLength(30);
    expect(mailsOf(who).filter(({ of }) => !known.has(of?.run ?? ''))).toEqual([]);
    who.receives(track('Other', START + 4 * DAY));
    expect(who.profile?.runs).toEqual([]);
  });

  it('fits into her profile, whatever takes her in', () => {
    const names = Array.from({ length: 14 }, (_, n) => `a-step-with-a-name-that-somebody-thought-about-for-long-${n}`);
    const offer = { type: 'offer', code: { shared: 'X'.repeat(60) }, expires: 'P30D' };
    const redeemedBy = { event: 'Order Completed', property: 'coupon' };
    const steps = {
      ...Object.fromEntries(names.map((name, n) => [name, { ...offer, redeemedBy, next: names[n + 1] ?? 'wait' }])),
      wait: { type: 'wait', for: 'P30D', next: 'end' },
      end: END,
    };
    const who = person({ orders: { ...keyed, start: names[0] as string, steps } });
    for (let n = 0; n < 60; n++) {
      const properties = { id: `${n}`.repeat(40), text: 'y'.repeat(500) };
      who.receives(track('Order', START + HOUR + n, { properties }));
    }
    expect(runsOf(who).length).toBeGreaterThan(5);
    expect(encodeProfile(who.profile as never).length).toBeLessThan(40_000);
  });
});

describe('a pause', () => {
  const days = (length: string) => ({ type: 'wait', for: length, next: 'end' });
  const v1 = { entries: [GO], start: 'm', steps: { m: mail('a', 'end'), end: END } };
  const v2 = { entries: [GO], start: 'w', steps: { w: days('PT1H'), end: END } };
  const versions = [
    { version: 1, body: journeyOf(v1) },
    { version: 3, body: journeyOf(v2), moves: { m: 'w' } },
  ];
  const night = { quietHours: [{ from: '10:00' as const, to: '14:00' as const }] };

  it('during which another version is published holds her up only until it is over', () => {
    const who = person([liveJourney('j', v1)], { settings: night }).receives(go(START + MINUTE));
    expect(who.profile?.runs[0]?.step).toBe('m');
    const publish = (number: number, at: number, halted: object) => {
      const journeys = [liveJourney('j', v1, { versions, ...halted })];
      who.plan = planWithJourneys(journeys, { settings: night, number, publishedAt: at });
    };
    publish(3, START + 2 * MINUTE, { halted: { how: 'paused', since: START + 2 * MINUTE } });
    who.receives(track('Other', START + 3 * MINUTE));
    publish(4, START + 10 * MINUTE, {});
    who.receives(track('Other', START + 11 * MINUTE));
    expect(who.profile?.runs[0]).toMatchObject({ step: 'w', version: 3 });
    who.waitsUntil(START + 2 * HOUR);
    expect(runsOf(who).at(-1)).toMatchObject({ left: 'finished' });
    expect(subjects(who)).toEqual([]);
  });
});

describe('a goal that is told late', () => {
  it('is not the doing of a message that was sent after it', () => {
    const steps = {
      w: { type: 'wait', for: 'PT1H', next: 'm' },
      m: mail('a', 'w2'),
      w2: { type: 'wait', for: 'P2D', next: 'end' },
    };
    const goal = { reached: { event: 'Order Completed' }, within: 'PT2H' };
    const who = person({ j: { entries: [GO], goal, start: 'w', steps: { ...steps, end: END } } }).receives(go(START));
    who.waitsUntil(START + HOUR + MINUTE).receives(order(START + 30 * MINUTE, 10, { receivedAt: START + 3 * HOUR }));
    expect(goalsOf(who)).toMatchObject([{ journey: 'j' }]);
    expect(goalsOf(who)[0]?.step).toBeUndefined();
  });
});

describe('a trait that is set twice in one moment', () => {
  it.each([
    ['one', 'two'],
    ['two', 'one'],
    ['x', 'y'],
    ['y', 'x'],
  ])('is what the later step says (%s, %s)', (a, b) => {
    const sets = (t: number, next: string) => ({ type: 'set-trait', traits: { t }, next });
    const who = person({ j: { entries: [GO], start: a, steps: { [a]: sets(1, b), [b]: sets(2, 'end'), end: END } } });
    expect(who.receives(go(START + HOUR)).profile?.traits.get('t')?.value).toBe(2);
  });
});

describe('a test run', () => {
  const steps = { w: { type: 'wait', for: 'P2D', next: 'm' }, m: mail('a', 'end'), end: END };
  const tried = triggerInput('k#u1', 't', { at: START + MINUTE, journey: 'j', group: 'test' });

  it('and a real one know nothing of each other', () => {
    const who = person({ j: { entries: [GO], start: 'w', steps } }).receives(tried, go(START + 2 * MINUTE - 1));
    expect(runsOf(who).map(({ group }) => group)).toEqual(['test', undefined]);
    who.waitsUntil(START + 3 * DAY);
    expect(mailsOf(who).map(({ at, of }) => [at, of?.group])).toEqual([
      [START + 2 * MINUTE, 'test'],
      [START + 2 * MINUTE - 1 + 2 * DAY, undefined],
    ]);
    const other = person({ j: { entries: [GO], start: 'w', steps } }).receives(go(START + 1), tried);
    expect(runsOf(other).map(({ group }) => group)).toEqual([undefined, 'test']);
  });
});

describe('two journeys that change her in turns', () => {
  it('come to an end', () => {
    const first = [{ event: 'View', next: 's' }];
    const steps = { f: { type: 'wait-for', first, atMost: 'P1D', otherwise: 'end' } };
    const s = { type: 'set-trait', traits: { a: 1 }, next: 'f' };
    const who = person({ j: { entries: [GO], start: 'f', steps: { ...steps, s, end: END } } }).receives(
      ...[track('View', START), track('Go', START - 10 * MINUTE, { receivedAt: START + MINUTE })],
    );
    expect(who.profile?.runs[0]).toMatchObject({ step: 'f' });
    expect(who.profile?.traits.get('a')?.value).toBe(1);
  });
});

describe('who has bought as somebody she turns out to be', () => {
  const steps = { w: { type: 'wait', for: 'P1D', next: 'm' }, m: mail('a', 'end'), end: END };
  const goal = { reached: { event: 'Buy' }, within: 'P3D' };

  it('gets no reminder', () => {
    const plan = planWithJourneys({ j: { entries: [GO], goal, start: 'w', steps } });
    const who = new Person(plan).receives(identify({ email: 'ada@example.com' }, START), go(START + MINUTE));
    const guest = new Person(plan).receives(track('Buy', START + HOUR, { userId: 'guest' }));
    const merge = { kind: 'merge', user: 'k#u1', id: 'merge', at: START + 2 * HOUR, other: 'k#guest' } as const;
    who.receivesTogether([merge], new Map([['merge', [guest.profile as never]]]));
    expect(goalsOf(who)).toHaveLength(1);
    expect(subjects(who.waitsUntil(START + 3 * DAY))).toEqual([]);
  });
});

describe('what came while nobody was told of it here', () => {
  const wait = (of: object) => ({ type: 'wait-for', first: [{ ...of, next: 'yes' }], atMost: 'P1D', otherwise: 'no' });
  const steps = { f: wait({ event: 'View' }), yes: mail('yes', 'end'), no: mail('no', 'end'), end: END };
  const j = { entries: [GO], exits: [{ event: 'Stop' }], start: 'f', steps };

  it('while her journey was paused lets her through when it goes on', () => {
    const who = person([liveJourney('j', j)]).receives(go(START + MINUTE));
    const halted = { how: 'paused', since: START + 2 * MINUTE } as const;
    who.plan = planWithJourneys([liveJourney('j', j, { halted })], { number: 2, publishedAt: START + 2 * MINUTE });
    who.receives(track('View', START + HOUR));
    who.plan = planWithJourneys([liveJourney('j', j)], { number: 3, publishedAt: START + 2 * HOUR });
    who.receives(track('Other', START + 2 * HOUR + MINUTE)).waitsUntil(START + 3 * DAY);
    expect(subjects(who)).toEqual(['yes']);
  });

  it('by an import takes her out', () => {
    const who = person({ j }).receives(go(START + MINUTE));
    const stop = track('Stop', START + HOUR).event;
    who.receives(importInput(stop, 'line-1', START + 2 * HOUR)).waitsUntil(START + 3 * DAY);
    expect(runsOf(who).at(-1)?.left).toBe('condition');
    expect(subjects(who)).toEqual([]);
  });

  it('is once is once: who was in it as one of two is not in it as the other', () => {
    const once = {
      entries: [GO],
      start: 'w',
      steps: { w: { type: 'wait', for: 'P1D', next: 'm' }, m: mail('a', 'end'), end: END },
    };
    const plan = planWithJourneys({ once });
    const who = new Person(plan)
      .receives(identify({ email: 'ada@example.com' }, START), go(START))
      .waitsUntil(START + 2 * DAY);
    const other = new Person(plan).receives(track('Go', START + 2 * DAY, { userId: 'u2' }));
    const merge = { kind: 'merge', user: 'k#u1', id: 'merge', at: START + 2 * DAY + HOUR, other: 'k#u2' } as const;
    who.receivesTogether([merge], new Map([['merge', [other.profile as never]]]));
    expect(subjects(who.waitsUntil(START + 5 * DAY))).toEqual(['a']);
  });
});

describe('a release that changes neither stages nor segments', () => {
  const PRO = { type: 'segment-leave', segment: 'busy' };
  const j = { entries: [PRO], start: 'm', steps: { m: mail('a', 'end'), end: END } };
  const segments = [{ id: 1, key: 'busy', where: { event: 'View', within: 'PT2H' } }] as never;

  it.each([
    ['is no reason for what time does meanwhile', 1, ['a']],
    ['while one that does is: that starts nothing', 2, []],
  ])('%s', (_what, redefined, sent) => {
    const plan = (number: number) =>
      planWithJourneys(
        { j },
        { segments, number, redefined: Math.min(number, redefined), publishedAt: START + (number - 1) * 3 * HOUR },
      );
    const who = new Person(plan(1)).receives(
      identify({ email: 'ada@example.com' }, START),
      track('View', START + MINUTE),
    );
    who.plan = plan(2);
    who.receives(track('Other', START + 4 * HOUR));
    expect(subjects(who)).toEqual(sent);
  });
});

describe('a message that came back while its journey is paused', () => {
  const j = {
    entries: [GO],
    start: 'm',
    steps: { m: mail('a', 'w'), w: { type: 'wait', for: 'P9D', next: 'end' }, end: END },
  };

  it.each([
    ['goes when it goes on', HOUR, ['a', 'a']],
    ['is too late when that takes too long', 3 * DAY, ['a']],
  ])('%s', (_what, after, sent) => {
    const who = person([liveJourney('j', j)]).receives(go(START + MINUTE));
    const [first] = mailsOf(who);
    if (first?.of === undefined) throw new Error('Nothing was sent');
    const halted = { how: 'paused', since: START + 2 * MINUTE } as const;
    who.plan = planWithJourneys([liveJourney('j', j, { halted })], { number: 2, publishedAt: START + 2 * MINUTE });
    const { at: decidedAt, notAfter, of, message } = first;
    who.receives(deferredInput('k#u1', { sendId: 's', message, decidedAt, notAfter, of }, START + 3 * MINUTE));
    who.waitsUntil(START + after);
    expect(subjects(who)).toEqual(['a']);
    who.plan = planWithJourneys([liveJourney('j', j)], { number: 3, publishedAt: START + after });
    who.receives(track('Other', START + after + MINUTE));
    expect(subjects(who)).toEqual(sent);
  });
});

describe('silence that was over before a publish that is heard of first', () => {
  it('takes her in all the same, though something else was due before it', () => {
    const silent = {
      entries: [{ type: 'inactivity', for: 'PT240H' }],
      start: 'm',
      steps: { m: mail('a', 'end'), end: END },
    };
    const waits = { entries: [GO], start: 'w', steps: { w: { type: 'wait', for: 'PT239H', next: 'end' }, end: END } };
    const who = person({ silent, waits }).receives(go(START));
    who.plan = planWithJourneys({ silent, waits }, { number: 2, publishedAt: START + 240.5 * HOUR });
    who.receives(identify({ plan: 'pro' }, START + 242 * HOUR, { source: 'server' }));
    expect(subjects(who)).toEqual(['a']);
  });
});
