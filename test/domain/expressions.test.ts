import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { type Expression, expressionSchema } from '../../domain/catalog/expression.ts';
import { allOf, anyOf, not, type Predicate } from '../../domain/decisions/expressions/predicate.ts';
import { type Answer, isDuring } from '../../domain/decisions/horizon.ts';
import { eventInput, type Input } from '../../domain/state/input.ts';
import { newProfile, type Profile } from '../../domain/state/profile.ts';
import { UTC, type Zone, zoneNamed } from '../../domain/zone.ts';
import { type AskingOptions, asking } from '../support/asking.ts';
import { identify, order, Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';

/** START is noon of 2 March 2026, UTC. */
const at = (text: string) => Date.parse(text);
const NEVER = Number.POSITIVE_INFINITY;

interface Case {
  readonly ask: Expression;
  readonly of?: readonly Input[];
  /** START unless said. */
  readonly now?: number;
  readonly is: boolean;
  /** For ever unless said. */
  readonly until?: number;
}

function answers(
  { ask, of = [track('Signed In', START)], now = START }: Case,
  options?: AskingOptions,
): Answer<boolean> {
  // What is asked here is what may be published.
  expect(expressionSchema.safeParse(ask).error?.issues).toBeUndefined();
  const question = asking(ask, options);
  return question.of(new Person(question.plan).receives(...of).profile, now);
}

function check(one: Case, options?: AskingOptions): void {
  const { value, until, due } = answers(one, options);
  expect({ value, until }).toEqual({ value: one.is, until: one.until ?? NEVER });
  // An exact moment is looked at then; the edge of a day within the hour.
  expect(due - until || 0).toBeGreaterThanOrEqual(0);
  if (until !== NEVER) expect(due - until).toBeLessThan(HOUR);
}

const traits = (values: Record<string, never | unknown>) => [identify(values as never, START)];

describe('a trait', () => {
  const ada = traits({ plan: 'pro', age: 34, seats: '12', tags: ['Vip', 'b'], ok: false, born: '1990-02-28' });
  const lives = traits({
    address: { country: 'DE', geo: { lat: 52.5 }, since: '2026-03-01' },
    ...{ 'a.b': 1, a: { b: 2 } },
  });
  it.each<[string, Case]>([
    ['is what it is', { ask: { trait: 'plan', is: 'pro' }, of: ada, is: true }],
    ['within another is asked by its way', { ask: { trait: 'address.country', is: 'DE' }, of: lives, is: true }],
    ['within another has no other name', { ask: { trait: 'address.city', exists: true }, of: lives, is: false }],
    ['with a point in its name is asked whole', { ask: { trait: 'a.b', is: 1 }, of: lives, is: true }],
    ['deep within another', { ask: { trait: 'address.geo.lat', gt: 50 }, of: lives, is: true }],
    ['within a text is not there', { ask: { trait: 'address.country.length', exists: true }, of: lives, is: false }],
    [
      'within another may be a date near today',
      { ask: { trait: 'address.since', withinLast: 'P7D' }, of: lives, is: true, until: at('2026-03-08') },
    ],
    ['is nothing else, whatever it looks like', { ask: { trait: 'age', is: '34' }, of: ada, is: false }],
    ['that is false is there', { ask: { trait: 'ok', is: false }, of: ada, is: true }],
    ['is not another', { ask: { trait: 'plan', isNot: 'free' }, of: ada, is: true }],
    ['that is missing is not anything', { ask: { trait: 'none', isNot: 'free' }, of: ada, is: true }],
    ['is one of several', { ask: { trait: 'plan', in: ['free', 'pro'] }, of: ada, is: true }],
    ['that is missing is none of several', { ask: { trait: 'none', notIn: ['a'] }, of: ada, is: true }],
    ['contains an element, whatever its capitals', { ask: { trait: 'tags', contains: 'vip' }, of: ada, is: true }],
    ['does not contain part of an element', { ask: { trait: 'tags', contains: 'vi' }, of: ada, is: false }],
    ['contains part of a text', { ask: { trait: 'plan', contains: 'R' }, of: ada, is: true }],
    ['starts with a text', { ask: { trait: 'plan', startsWith: 'PR' }, of: ada, is: true }],
    ['exists', { ask: { trait: 'plan', exists: true }, of: ada, is: true }],
    ['does not exist', { ask: { trait: 'none', exists: false }, of: ada, is: true }],
    [
      'that was removed does not exist',
      {
        ask: { trait: 'plan', exists: true },
        of: [...ada, identify({ plan: null }, START + 1)],
        now: START + 1,
        is: false,
      },
    ],
    ['lies within bounds', { ask: { trait: 'age', gte: 34, lt: 35 }, of: ada, is: true }],
    ['does not lie at an open end', { ask: { trait: 'age', gt: 34 }, of: ada, is: false }],
    ['in text counts as a number', { ask: { trait: 'seats', gt: 10 }, of: ada, is: true }],
    ['that is no number is no size', { ask: { trait: 'plan', lt: 10 }, of: ada, is: false }],
    ['lies before a day', { ask: { trait: 'born', before: '1990-03-01' }, of: ada, is: true }],
    ['does not lie after its own day', { ask: { trait: 'born', after: '1990-02-28' }, of: ada, is: false }],
    ['lies after the day before', { ask: { trait: 'born', after: '1990-02-27' }, of: ada, is: true }],
    ['holds several things at once', { ask: { trait: 'plan', startsWith: 'p', isNot: 'plus' }, of: ada, is: true }],
  ])('%s', (_title, one) => check(one));

  const renewal = traits({ renewal: '2026-03-10' });
  const moment = traits({ trialEnds: '2026-03-04T18:00:00Z' });
  it.each<[string, Case]>([
    ['is far off', { ask: { trait: 'renewal', withinNext: 'P7D' }, of: renewal, is: false, until: at('2026-03-04') }],
    [
      'is near from its first day on',
      {
        ask: { trait: 'renewal', withinNext: 'P7D' },
        of: renewal,
        now: at('2026-03-04'),
        is: true,
        until: at('2026-03-11'),
      },
    ],
    [
      'is near still today',
      {
        ask: { trait: 'renewal', withinNext: 'P7D' },
        of: renewal,
        now: at('2026-03-10T23:00:00Z'),
        is: true,
        until: at('2026-03-11'),
      },
    ],
    [
      'was lately, today included',
      {
        ask: { trait: 'renewal', withinLast: 'P2D' },
        of: renewal,
        now: at('2026-03-10T01:00:00Z'),
        is: true,
        until: at('2026-03-12'),
      },
    ],
    [
      'is to the millisecond in hours to come',
      {
        ask: { trait: 'trialEnds', withinNext: 'PT24H' },
        of: moment,
        is: false,
        until: at('2026-03-03T18:00:00.001Z'),
      },
    ],
    [
      'ends to the millisecond',
      {
        ask: { trait: 'trialEnds', withinNext: 'PT24H' },
        of: moment,
        now: at('2026-03-04T18:00:00Z'),
        is: true,
        until: at('2026-03-04T18:00:00.001Z'),
      },
    ],
    [
      'was in hours past',
      {
        ask: { trait: 'trialEnds', withinLast: 'PT24H' },
        of: moment,
        now: at('2026-03-05T17:59:59.999Z'),
        is: true,
        until: at('2026-03-05T18:00:00Z'),
      },
    ],
    [
      'that is no moment is never near',
      { ask: { trait: 'renewal', withinNext: 'P7D' }, of: traits({ renewal: 'soon' }), is: false },
    ],
  ])('%s', (_title, one) => check(one));
});

describe('how often', () => {
  const twice = [track('A', START - 9 * DAY), track('A', START - 2 * DAY), track('B', START)];
  it.each<[string, Case]>([
    ['is at least once unless it says so', { ask: { event: 'A' }, of: twice, is: true }],
    ['is never, of what never happened', { ask: { event: 'C', times: { eq: 0 } }, of: twice, is: true }],
    ['counts ever', { ask: { event: 'A', times: { gte: 2 }, ever: true }, of: twice, is: true }],
    [
      'in calendar days, until the day leaves',
      { ask: { event: 'A', times: { gte: 2 }, within: 'P10D' }, of: twice, is: true, until: at('2026-03-03') },
    ],
    ['in too few days', { ask: { event: 'A', times: { gte: 2 }, within: 'P9D' }, of: twice, is: false }],
    [
      'at most, from when a day leaves',
      { ask: { event: 'A', times: { lt: 2 }, within: 'P10D' }, of: twice, is: false, until: at('2026-03-03') },
    ],
    [
      'exactly, until it is fewer',
      { ask: { event: 'A', times: { eq: 1 }, within: 'P7D' }, of: twice, is: true, until: at('2026-03-07') },
    ],
    [
      'exactly, from when it is fewer',
      { ask: { event: 'A', times: { eq: 1 }, within: 'P10D' }, of: twice, is: false, until: at('2026-03-03') },
    ],
    [
      'in hours, to the millisecond',
      {
        ask: { event: 'A', within: 'PT48H' },
        of: [track('A', START)],
        now: START + 48 * HOUR - 1,
        is: true,
        until: START + 48 * HOUR,
      },
    ],
    [
      'in hours that are over',
      { ask: { event: 'A', within: 'PT48H' }, of: [track('A', START)], now: START + 48 * HOUR, is: false },
    ],
    [
      'not in hours, from when they are over',
      {
        ask: { event: 'A', times: { eq: 0 }, within: 'PT1H' },
        of: [track('A', START)],
        is: false,
        until: START + HOUR,
      },
    ],
    [
      'between days ago, both ends moving',
      { ask: { event: 'A', between: ['P9D', 'P5D'] }, of: twice, is: true, until: at('2026-03-03') },
    ],
    [
      'between days ago, from when it gets there',
      { ask: { event: 'A', between: ['P6D', 'P5D'] }, of: [track('A', START)], is: false, until: at('2026-03-07') },
    ],
    [
      'between two days, both included',
      { ask: { event: 'A', times: { eq: 2 }, between: ['2026-02-21', '2026-02-28'] }, of: twice, is: true },
    ],
    ['not beyond the days', { ask: { event: 'A', between: ['2026-02-22', '2026-02-27'] }, of: twice, is: false }],
    [
      'of some only',
      {
        ask: { event: 'A', where: { property: 'x', gt: 1 }, within: 'P7D' },
        of: [track('A', START, { properties: { x: 1 } }), track('A', START, { properties: { x: 2 } })],
        is: true,
        until: at('2026-03-09'),
      },
    ],
    [
      'of some only, ever',
      {
        ask: { event: 'A', where: { property: 'a.b', is: 'c' }, times: { eq: 1 } },
        of: [track('A', START, { properties: { a: { b: 'c' } } }), track('A', START, { properties: { 'a.b': 'd' } })],
        is: true,
      },
    ],
    [
      'of those that are not',
      {
        ask: {
          event: 'A',
          where: {
            not: {
              any: [
                { property: 'x', is: 1 },
                { property: 'y', exists: true },
              ],
            },
          },
        },
        of: [track('A', START, { properties: { x: 1 } })],
        is: false,
      },
    ],
  ])('%s', (_title, one) => check(one));

  it('stays over midnight for an hour at most where it is the edge of a day', () => {
    const { until, due } = answers({ ask: { event: 'A', within: 'P7D' }, of: [track('A', START)], is: true });
    expect(until).toBe(at('2026-03-09'));
    expect(due).toBeGreaterThan(until);
  });
});

describe('how much', () => {
  const spent = [order(START - 40 * DAY, 100), order(START - 5 * DAY, 30.5), order(START, 20)];
  const sum = { property: 'revenue' };
  it.each<[string, Case]>([
    [
      'is added up in days',
      {
        ask: { event: 'Order Completed', sum: { ...sum, gte: 50.5 }, within: 'P30D' },
        of: spent,
        is: true,
        until: at('2026-03-27'),
      },
    ],
    ['is added up ever', { ask: { event: 'Order Completed', sum: { ...sum, eq: 150.5 } }, of: spent, is: true }],
    [
      'falls when a day leaves',
      {
        ask: { event: 'Order Completed', sum: { ...sum, lt: 60 }, within: 'P60D' },
        of: spent,
        is: false,
        until: at('2026-03-22'),
      },
    ],
    [
      'is on average',
      {
        ask: { event: 'Order Completed', average: { ...sum, gt: 25 }, within: 'P7D' },
        of: spent,
        is: true,
        until: at('2026-03-04'),
      },
    ],
    [
      'is on average what it is each time, to the last digit',
      {
        of: [0, 1, 2].map((hour) => order(START - hour * HOUR, 1.1)),
        ask: { event: 'Order Completed', average: { property: 'revenue', gte: 1.1 }, within: 'P7D' },
        is: true,
        until: at('2026-03-09T00:00Z'),
      },
    ],
    [
      'is on average of those that have it',
      {
        of: [order(START, 100), track('Order Completed', START)],
        ask: { event: 'Order Completed', average: { property: 'revenue', gte: 100 }, ever: true },
        is: true,
      },
    ],
    [
      'is nothing on average of nothing',
      { ask: { event: 'X', average: { property: 'p', gte: 0 }, ever: true }, is: false },
    ],
    ['is what she spent in all', { ask: { spent: { gte: 150 } }, of: spent, is: true }],
    ['is nothing in another currency', { ask: { spent: { gt: 0 }, currency: 'EUR' }, of: spent, is: false }],
  ])('%s', (_title, one) => check(one));
});

describe('the first and the last time', () => {
  const of = [track('A', START - 3 * DAY), track('A', START)];
  it.each<[string, Case]>([
    ['was not so long ago', { ask: { event: 'A', last: { ago: { gte: 'P1D' } } }, of, is: false, until: START + DAY }],
    ['was longer ago', { ask: { event: 'A', first: { ago: { gt: 'P3D' } } }, of, is: false, until: START + 1 }],
    [
      'was between',
      { ask: { event: 'A', first: { ago: { gte: 'P3D', lt: 'P4D' } } }, of, is: true, until: START + DAY },
    ],
    ['never was', { ask: { event: 'B', last: { ago: { gte: 'PT1S' } } }, of, is: false }],
    [
      'of some only',
      {
        ask: { event: 'A', where: { property: 'x', exists: false }, first: { ago: { lte: 'P3D' } } },
        of,
        is: true,
        until: START + 1,
      },
    ],
  ])('%s', (_title, one) => check(one));
});

describe('against her own past', () => {
  const less = [...[15, 16, 17, 20].map((days) => track('A', START - days * DAY)), track('A', START - DAY)];
  const ask: Expression = { event: 'A', within: 'P14D', comparedTo: 'previous', ratio: { lte: 0.5 } };
  it.each<[string, Case]>([
    // One in both windows once the 14th of February has left the earlier one, 28 days after it.
    ['is less than half', { ask, of: less, is: true, until: at('2026-03-14') }],
    [
      'is not less while it is as before',
      { ask, of: [track('A', START - 15 * DAY), track('A', START)], is: false, until: at('2026-03-16') },
    ],
    // Until what she does now is her past.
    ['is nothing without a past', { ask, of: [track('A', START)], is: false, until: at('2026-03-16') }],
  ])('%s', (_title, one) => check(one));

  it('ends when there is nothing left to compare with', () => {
    const { value, until } = answers({ ask, of: [track('A', START - 20 * DAY), track('B', START)], is: true });
    // The day is 20 days ago; the earlier window ends 27 days ago, so eight midnights from now.
    expect({ value, until }).toEqual({ value: true, until: at('2026-03-10') });
  });
});

describe('a sequence', () => {
  const cart: Expression = {
    sequence: [{ event: 'Product Added' }, { not: { event: 'Order Completed' } }],
    within: 'PT24H',
  };
  const added = track('Product Added', START);
  const chain: Expression = { sequence: [{ event: 'A' }, { not: { event: 'X' } }, { event: 'B' }], within: 'PT2H' };
  const m = (name: string, minute: number) => track(name, START + minute * MINUTE);
  it.each<[string, Case]>([
    ['is an abandoned cart for as long as it is fresh', { ask: cart, of: [added], is: true, until: START + 24 * HOUR }],
    ['is over then', { ask: cart, of: [added], now: START + 24 * HOUR, is: false }],
    ['is none once she has ordered', { ask: cart, of: [added, order(START + MINUTE)], now: START + MINUTE, is: false }],
    [
      'is one again with the next thing she adds',
      {
        ask: cart,
        of: [added, order(START + MINUTE), m('Product Added', 2)],
        now: START + 3 * MINUTE,
        is: true,
        until: START + 24 * HOUR + 2 * MINUTE,
      },
    ],
    [
      'is in order',
      { ask: chain, of: [m('A', 0), m('B', 1)], now: START + 2 * MINUTE, is: true, until: START + 2 * HOUR },
    ],
    ['is not the other way round', { ask: chain, of: [m('B', 0), m('A', 1)], now: START + 2 * MINUTE, is: false }],
    [
      'is spoilt by what must not be between',
      { ask: chain, of: [m('A', 0), m('X', 1), m('B', 2)], now: START + 3 * MINUTE, is: false },
    ],
    [
      'is not spoilt before or after',
      {
        ask: chain,
        of: [m('X', 0), m('A', 1), m('B', 2), m('X', 3)],
        now: START + 4 * MINUTE,
        is: true,
        until: START + 2 * HOUR + MINUTE,
      },
    ],
    [
      'needs two for the same twice',
      { ask: { sequence: [{ event: 'A' }, { event: 'A' }], within: 'PT2H' }, of: [m('A', 0)], is: false },
    ],
    [
      'lasts with the latest way through',
      {
        ask: { sequence: [{ event: 'A' }, { event: 'B' }], within: 'PT2H' },
        of: [m('A', 0), m('A', 10), m('B', 20)],
        now: START + 30 * MINUTE,
        is: true,
        until: START + 2 * HOUR + 10 * MINUTE,
      },
    ],
    [
      'looks at properties',
      {
        ask: { sequence: [{ event: 'A', where: { property: 'x', is: 1 } }], within: 'PT2H' },
        of: [m('A', 0)],
        is: false,
      },
    ],
  ])('%s', (_title, one) => check(one));
});

describe('her activity', () => {
  it.each<[string, Case]>([
    ['was lately', { ask: { activity: 'last', ago: { gte: 'P30D' } }, is: false, until: START + 30 * DAY }],
    ['was long ago', { ask: { activity: 'last', ago: { gte: 'P30D' } }, now: START + 30 * DAY, is: true }],
    ['began lately', { ask: { activity: 'first', ago: { lt: 'P7D' } }, is: true, until: START + 7 * DAY }],
    ['has not begun anew', { ask: { activity: 'return', ago: { lt: 'P7D' } }, is: false }],
    [
      'has begun anew',
      {
        ask: { activity: 'return', ago: { lt: 'P7D' } },
        of: [track('A', START), track('A', START + 40 * DAY)],
        now: START + 40 * DAY,
        is: true,
        until: START + 47 * DAY,
      },
    ],
    ['is on few days', { ask: { activeDays: { gte: 2 }, within: 'P28D' }, is: false }],
    [
      'is on enough days, until one leaves',
      {
        ask: { activeDays: { gte: 2 }, within: 'P28D' },
        of: [track('A', START - 3 * DAY), track('A', START)],
        is: true,
        until: at('2026-03-27'),
      },
    ],
    [
      'is on few enough days',
      {
        ask: { activeDays: { lte: 1 }, within: 'P28D' },
        of: [track('A', START - 3 * DAY), track('A', START)],
        is: false,
        until: at('2026-03-27'),
      },
    ],
    ['buys', { ask: { purchases: { gte: 1 }, within: 'P90D' }, of: [order(START)], is: true, until: at('2026-05-31') }],
    [
      'has bought nothing when it was cancelled',
      { ask: { purchases: { eq: 0 }, ever: true }, of: [order(START), track('Order Cancelled', START)], is: true },
    ],
    [
      'is silent for longer than is usual',
      {
        ask: { silent: { gaps: 3, atLeast: 'P7D' } },
        of: [0, 2, 4, 6].map((day) => track('A', START + day * DAY)),
        now: START + 6 * DAY,
        is: false,
        until: START + 13 * DAY,
      },
    ],
    [
      'is silent for longer than anybody knows',
      { ask: { silent: { gaps: 3, atLeast: 'P7D', unknown: 'P21D' } }, is: false, until: START + 21 * DAY },
    ],
    ['has not ended', { ask: { ended: true }, is: false }],
    ['has ended', { ask: { ended: 'account' }, of: [track('Account Deleted', START)], is: true }],
    ['has ended otherwise', { ask: { ended: 'subscription' }, of: [track('Account Deleted', START)], is: false }],
    [
      'was a visit of some length',
      { ask: { session: 'seconds', gte: 600 }, of: [track('A', START), track('A', START + 10 * MINUTE)], is: true },
    ],
    [
      'was a second visit',
      { ask: { session: 'count', eq: 2 }, of: [track('A', START), track('A', START + HOUR)], is: true },
    ],
  ])('%s', (_title, one) => check(one));
});

describe('who she is', () => {
  const phone = (device: object, parts: object = {}) =>
    eventInput({
      ...{ type: 'track', name: 'A', messageId: 'phone', source: 'client', sourceId: 'app', userId: 'u1', time: START },
      ...{ receivedAt: START, context: { device: device as never, locale: 'de-CH', ...parts } },
    });
  const ios = phone({ id: 'd', type: 'ios', model: 'iPhone16,1', token: 't', permission: 'granted' });
  const team = eventInput({
    ...{ type: 'group', groupId: 'acme', messageId: 'g', source: 'server', sourceId: 's', userId: 'u1', time: START },
    ...{ receivedAt: START, traits: { plan: 'business', seats: 12 } },
  });
  it.each<[string, Case]>([
    ['has a stage', { ask: { stage: 'new' }, is: true }],
    ['has one of several', { ask: { stage: ['active', 'new'] }, is: true }],
    ['has had it for so long', { ask: { stage: 'new', for: { gte: 'P2D' } }, is: false, until: START + 2 * DAY }],
    ['has a device', { ask: { device: { platform: 'iOS', installed: true } }, of: [ios], is: true }],
    ['has no such device', { ask: { device: { platform: 'ios', model: 'x' } }, of: [ios], is: false }],
    ['has said nothing', { ask: { consent: 'email', is: 'unknown' }, is: true }],
    ['has not granted what she has not', { ask: { consent: 'email' }, is: false }],
    [
      'can be written to',
      { ask: { channel: 'email', reachable: true }, of: traits({ email: 'ada@shop.example' }), is: true },
    ],
    [
      'cannot be texted without her word',
      { ask: { channel: 'sms', reachable: true }, of: traits({ phone: '+49 30 901820' }), is: false },
    ],
    ['can be pushed to', { ask: { channel: 'push', reachable: true }, of: [ios], is: true }],
    [
      'cannot be pushed to where she does not let it',
      {
        ask: { channel: 'push', reachable: true },
        of: [phone({ id: 'd', type: 'ios', token: 't', permission: 'denied' })],
        is: false,
      },
    ],
    ['lives where she says', { ask: { country: 'DE' }, of: [...traits({ country: 'de' }), ios], is: true }],
    [
      'lives where her address is',
      { ask: { country: ['FR', 'AT'] }, of: traits({ address: { country: 'AT' } }), is: true },
    ],
    ['else where her language is', { ask: { country: 'CH' }, of: [ios], is: true }],
    ['speaks a language', { ask: { language: 'de' }, of: [ios], is: true }],
    ['is of a group', { ask: { group: { plan: 'business', seats: { gte: 10 } } }, of: [team], is: true }],
    ['is of a group by its id', { ask: { group: { id: 'acme' } }, of: [team], is: true }],
    ['is of no such group', { ask: { group: { plan: 'business', seats: { lt: 10 } } }, of: [team], is: false }],
    ['is in no place before places are watched', { ask: { place: 'berlin-1', inside: true }, is: false }],
    ['is outside of it', { ask: { place: 'berlin-1', inside: false }, is: true }],
    ['has no score before scores are computed', { ask: { score: 'engagement', gte: 0 }, is: false }],
  ])('%s', (_title, one) => check(one));
});

describe('calendar days', () => {
  const berlin = zoneNamed('Europe/Berlin');
  const ask: Expression = { event: 'A', within: 'P2D' };
  const untilOf = (time: string, zone: Zone | undefined) =>
    new Date(
      answers({ ask, of: [track('A', at(time))], now: at(time), is: true }, zone && { zone }).until,
    ).toISOString();

  it('are those of the project', () => {
    // Half past midnight of the 3rd in Berlin is still the 2nd in UTC.
    expect(untilOf('2026-03-02T23:30:00Z', berlin)).toBe('2026-03-04T23:00:00.000Z');
    expect(untilOf('2026-03-02T23:30:00Z', UTC)).toBe('2026-03-04T00:00:00.000Z');
  });
  it('have 23 or 25 hours when the clocks change', () => {
    expect(untilOf('2026-03-28T12:00:00Z', berlin)).toBe('2026-03-29T22:00:00.000Z');
    expect(untilOf('2026-10-25T12:00:00Z', berlin)).toBe('2026-10-26T23:00:00.000Z');
  });
  it('know of leap years', () => {
    expect(untilOf('2028-02-28T12:00:00Z', UTC)).toBe('2028-03-01T00:00:00.000Z');
    expect(untilOf('2027-02-28T12:00:00Z', UTC)).toBe('2027-03-02T00:00:00.000Z');
  });
});

describe('a combination', () => {
  const segments = {
    buyer: { event: 'Order Completed' },
    fan: { all: [{ segment: 'buyer' }, { event: 'A' }] },
  } as const;

  it('asks other segments, and what they ask', () => {
    const of = [order(START), track('A', START)];
    expect(answers({ ask: { segment: 'fan' }, of, is: true }, { segments }).value).toBe(true);
    expect(answers({ ask: { not: { segment: 'fan' } }, of: [order(START)], is: true }, { segments }).value).toBe(true);
  });

  it('that cannot be is refused before anybody is asked', () => {
    expect(() => asking({ segment: 'gone' })).toThrow('There is no segment gone');
    const circle = { a: { segment: 'b' }, b: { segment: 'a' } } as const;
    expect(() => asking({ segment: 'a' }, { segments: circle })).toThrow('asks for itself');
  });

  it('holds until all of it, or none of it, changes at one moment', () => {
    // Reads the spans as a plain reading of the time line does.
    const span = fc.tuple(fc.nat(40), fc.nat(40)).map(([from, length]) => ({ from, to: from + length }));
    const tree = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        span,
        fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ not: tie('tree') }),
      ),
    })).tree;
    fc.assert(
      fc.property(tree, fc.nat(60), (one, now) => {
        const { value, until } = predicateOf(one)(NOBODY, now, NEVER);
        expect(value).toBe(holdsAt(one, now));
        for (let moment = now; moment < Math.min(until, 100); moment++) expect(holdsAt(one, moment)).toBe(value);
        // Exact, unless it was asked too often.
        if (until < 100 && sizeOf(one) < 8) expect(holdsAt(one, until)).toBe(!value);
      }),
      runs(300),
    );
  });
});

type Tree =
  | { readonly from: number; readonly to: number }
  | { readonly all: readonly Tree[] }
  | { readonly any: readonly Tree[] }
  | { readonly not: Tree };

const NOBODY: Profile = newProfile('k#nobody', 'x', 0);

function predicateOf(tree: Tree): Predicate {
  if ('all' in tree) return allOf(tree.all.map(predicateOf));
  if ('any' in tree) return anyOf(tree.any.map(predicateOf));
  if ('not' in tree) return not(predicateOf(tree.not));
  return (_profile, now) => isDuring(tree.from, tree.to, now);
}

function holdsAt(tree: Tree, now: number): boolean {
  if ('all' in tree) return tree.all.every((part) => holdsAt(part, now));
  if ('any' in tree) return tree.any.some((part) => holdsAt(part, now));
  if ('not' in tree) return !holdsAt(tree.not, now);
  return now >= tree.from && now < tree.to;
}

function sizeOf(tree: Tree): number {
  if ('all' in tree) return tree.all.reduce((sum, part) => sum + sizeOf(part), 0);
  if ('any' in tree) return tree.any.reduce((sum, part) => sum + sizeOf(part), 0);
  return 'not' in tree ? sizeOf(tree.not) : 1;
}
