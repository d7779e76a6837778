import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { countsOfEffect, countsOfMessage, countsTogether } from '../../../domain/insights/journey-counts.ts';
import { type JourneyTotals, totalsOf } from '../../../domain/insights/journey-totals.ts';
import { becameInput, triggerInput } from '../../../domain/state/input.ts';
import { liveJourney, mail, planWithJourneys } from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

/** All that was counted of some people, by version: `3`, or `3#holdout`. */
function countedOf(...people: readonly Person[]): Record<string, JourneyTotals> {
  const stored: Record<string, Record<string, number>> = {};
  const all = people.flatMap(({ effects }, n) => effects.flatMap((effect, i) => countsOfEffect(effect, `${n}_${i}`)));
  for (const { version, heldOut, adds } of countsTogether(all)) {
    const name = `${version}${heldOut ? '#holdout' : ''}`;
    stored[name] = stored[name] ?? {};
    for (const [what, by] of Object.entries(adds)) stored[name][what] = (stored[name][what] ?? 0) + by;
  }
  return Object.fromEntries(Object.entries(stored).map(([name, adds]) => [name, totalsOf(adds)]));
}

const CART = {
  entries: [{ type: 'event', event: 'Product Added' }, { type: 'trigger' }],
  again: 'after-exit',
  goal: { reached: { event: 'Order Completed' }, within: 'P3D', revenue: 'revenue' },
  start: 'an-hour',
  steps: {
    'an-hour': { type: 'wait', for: 'PT1H', next: 'test' },
    test: {
      type: 'experiment',
      variants: [
        { name: 'short', percent: 50, next: 'brief' },
        { name: 'long', percent: 50, next: 'remind' },
      ],
    },
    brief: mail('cart-brief', 'a-day'),
    remind: mail('cart-reminder', 'a-day'),
    'a-day': { type: 'wait-for', first: [{ event: 'Cart Viewed', next: 'an-hour' }], atMost: 'P1D', otherwise: 'end' },
    end: { type: 'exit' },
  },
};

const known = (journeys: Record<string, object>) =>
  new Person(planWithJourneys(journeys)).receives(identify({ email: 'ada@example.com' }, START));

describe('the counts of a journey', () => {
  it('tell who came, who waits where, who left why, and what it brought', () => {
    const buyer = known({ cart: CART })
      .receives(track('Product Added', START + MINUTE))
      .waitsUntil(START + 2 * HOUR)
      .receives(order(START + 3 * HOUR, 49.9));
    const waiting = known({ cart: CART }).receives(track('Product Added', START + MINUTE));
    const counted = countedOf(buyer, waiting)['1'];
    expect(counted).toMatchObject({ entered: 2, inside: 1, left: { goal: 1 }, converted: 1, revenue: { USD: 49.9 } });
    expect(counted?.steps['an-hour']).toMatchObject({ came: 2, waiting: 1 });
    expect(counted?.steps['a-day']).toMatchObject({ came: 1, waiting: 0 });
    const { test, brief, remind } = counted?.steps ?? {};
    const variant = test?.ways.short === 1 ? 'short' : 'long';
    expect(test?.shares[variant]).toEqual({ converted: 1, revenue: { USD: 49.9 } });
    expect(variant === 'short' ? brief : remind).toMatchObject({ converted: 1, ways: { sent: 1 } });
  });

  it('keep those held out apart, and leave out who tries it', () => {
    const heldOut = known({ cart: { ...CART, holdout: 50 } });
    const people = Array.from({ length: 20 }, (_, n) =>
      new Person(heldOut.plan).receives(
        identify({ email: 'ada@example.com' }, START, { userId: `u${n}` }),
        track('Product Added', START + MINUTE, { userId: `u${n}` }),
      ),
    );
    for (const person of people) person.waitsUntil(START + 2 * HOUR);
    const { 1: others, '1#holdout': held } = countedOf(...people);
    expect((others?.entered ?? 0) + (held?.entered ?? 0)).toBe(20);
    expect(held?.entered).toBeGreaterThan(0);
    const withheld = Object.values(held?.steps ?? {}).map((step) => step.withheld.holdout ?? 0);
    expect(withheld.reduce((sum, count) => sum + count, 0)).toBe(held?.entered);

    const tried = known({ cart: CART }).receives(
      triggerInput('k#u1', 'try', { at: START + MINUTE, journey: 'cart', group: 'test' }),
    );
    expect(tried.effects.some(({ kind }) => kind === 'run')).toBe(true);
    expect(countedOf(tried.waitsUntil(START + DAY))).toEqual({});
  });

  it('say why messages were withheld, once it is for good', () => {
    const nobody = new Person(planWithJourneys({ cart: CART })).receives(identify({}, START));
    nobody.receives(track('Product Added', START + MINUTE)).waitsUntil(START + 2 * HOUR);
    const steps = Object.values(countedOf(nobody)['1']?.steps ?? {});
    expect(steps.flatMap(({ withheld }) => Object.entries(withheld))).toEqual([['no address', 1]]);
  });

  it('say of a message that was decided and did not leave that it was withheld, once', () => {
    const person = known({ cart: CART })
      .receives(track('Product Added', START + MINUTE))
      .waitsUntil(START + 2 * HOUR);
    const of = person.effects.find((effect) => effect.kind === 'message')?.of;
    if (of === undefined) throw new Error('Nothing was sent');
    const unsent = (at: number) => becameInput('k#u1', { at, run: of.run, step: of.step, outcome: 'withheld' });
    person.receives(unsent(START + 2 * HOUR), unsent(START + 2 * HOUR + MINUTE));
    expect(countedOf(person)['1']?.steps[of.step]?.withheld).toEqual({ 'it did not leave': 1 });
  });

  it('hand those over whom a new version takes over', () => {
    const person = known({ cart: CART }).receives(track('Product Added', START + MINUTE));
    const body = {
      ...CART,
      start: 'wait-longer',
      steps: { ...CART.steps, 'wait-longer': { type: 'wait', for: 'P1D', next: 'test' } },
    };
    const [first] = liveJourney('cart', CART).versions;
    const [second] = liveJourney('cart', body).versions;
    if (first === undefined || second === undefined) throw new Error('A journey without a version');
    const moves = { 'an-hour': 'wait-longer' };
    person.plan = {
      ...planWithJourneys([{ id: 1, key: 'cart', versions: [first, { ...second, version: 2, moves }] }]),
      number: 2,
    };
    person.receives(track('Something Else', START + 10 * MINUTE));
    const { 1: before, 2: after } = countedOf(person);
    expect(before).toMatchObject({ entered: 1, handedOver: 1, inside: 0 });
    expect(before?.steps['an-hour']?.waiting).toBe(0);
    expect(after).toMatchObject({ entered: 0, takenOver: 1, inside: 1 });
    expect(after?.steps['wait-longer']?.waiting).toBe(1);
  });

  it('have everybody who is inside at one step, whatever people do', () => {
    const doing = fc.constantFrom('Product Added', 'Cart Viewed', 'Order Completed', 'Something Else');
    const life = fc.array(fc.tuple(doing, fc.integer({ min: 1, max: 40 * HOUR })), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 3 }), (lives) => {
        const people = lives.map((things, n) => {
          const userId = `u${n}`;
          const person = new Person(planWithJourneys({ cart: CART }));
          let now = START;
          person.receives(identify({ email: 'ada@example.com' }, now, { userId }));
          for (const [name, later] of things) {
            now += later;
            person.waitsUntil(now).receives(track(name, now, { userId, properties: { revenue: 5 } }));
          }
          return person;
        });
        for (const { inside, steps } of Object.values(countedOf(...people))) {
          const waiting = Object.values(steps).map((step) => step.waiting);
          expect(waiting.every((count) => count >= 0)).toBe(true);
          expect(waiting.reduce((sum, count) => sum + count, 0)).toBe(inside);
          const really = people.flatMap(({ profile }) => profile?.runs ?? []).filter(({ step }) => step !== undefined);
          expect(inside).toBe(really.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('counts together', () => {
  const of = { journey: 'cart', version: 3, run: 'r', step: 'remind' };

  it('are as much as each for itself, in pieces that fit into a write', () => {
    const counts = Array.from({ length: 250 }, (_, n) => countsOfMessage({ ...of, step: `s${n}` }, 'opened', `e${n}`));
    const together = countsTogether(counts.flat());
    expect(together.map(({ adds }) => Object.keys(adds).length)).toEqual([100, 100, 50]);
    expect(new Set(together.map(({ id }) => id)).size).toBe(3);
  });

  it('have the same id when the same things are counted again, and another one for others', () => {
    const id = (...ids: string[]) =>
      countsTogether(ids.flatMap((one) => countsOfMessage(of, 'opened', one))).map((count) => count.id);
    expect(id('a', 'b')).toEqual(id('a', 'b'));
    expect(id('a', 'b')).not.toEqual(id('b', 'c'));
  });
});
