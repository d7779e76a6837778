import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { maskEventName } from '../../domain/events/masking.ts';
import { personalNames } from '../../domain/events/personal-names.ts';
import { OPEN_PLAN, type PlanSettings } from '../../domain/events/plan-settings.ts';
import { changeSettings, seenTrackNames } from '../../domain/events/tracking-plan/change-settings.ts';
import { decodeSeen, encodeSeen } from '../../domain/events/tracking-plan/codec.ts';
import { toForget } from '../../domain/events/tracking-plan/forget.ts';
import { merge } from '../../domain/events/tracking-plan/merge.ts';
import { observe } from '../../domain/events/tracking-plan/observe.ts';
import { roomFor, roomOf } from '../../domain/events/tracking-plan/rooms.ts';
import { BOUNDS, type SeenEvent, seenAs, VALUE_TYPES } from '../../domain/events/tracking-plan/seen-event.ts';
import { viewPlan } from '../../domain/events/tracking-plan/view.ts';
import type { JsonObject } from '../../domain/json.ts';
import { START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const isPersonal = personalNames(OPEN_PLAN);

const viewed = (properties: JsonObject, at = START): CustomerEvent => track('Product Viewed', at, { properties }).event;

function seenIn(...events: CustomerEvent[]): SeenEvent {
  const first = events[0] as CustomerEvent;
  const tally = { type: 'track', name: first.name ?? '', count: events.length } as const;
  const times = events.map(({ receivedAt }) => receivedAt);
  return observe({ ...tally, first: Math.min(...times), last: Math.max(...times) }, events, isPersonal, {
    paths: 10_000,
  });
}

describe('the tracking plan learns from events', () => {
  it('property names, their types, values and times', () => {
    const seen = seenIn(
      viewed({ sku: 'a', price: 5, seenAt: '2026-03-02T12:00:00Z', gift: null }),
      viewed({ sku: 'b', price: '5', sale: true }, START + 1),
      viewed({ sku: 'a' }, START + 2),
    );
    expect(seen).toMatchObject({ count: 3, lookedAt: 3, first: START, last: START + 2, more: 0 });
    expect(seen.properties.get('sku')).toEqual({
      ...{ count: 3, first: START, last: START + 2, more: 0 },
      types: new Map([['text', 3]]),
      values: new Map(Object.entries({ a: 2, b: 1 })),
    });
    expect(seen.properties.get('price')?.types).toEqual(new Map(Object.entries({ number: 1, text: 1 })));
    expect(seen.properties.get('seenAt')).toMatchObject({ types: new Map([['time', 1]]), values: new Map() });
    expect([...(seen.properties.get('gift')?.types.keys() ?? [])]).toEqual(['null']);
  });

  it('what is nested one level deep, and what lists hold', () => {
    const seen = seenIn(
      viewed({ cart: { total: 5, of: { a: 1 } }, products: [{ sku: 'a' }, { sku: 'b' }], tags: ['x', 'x', 1] }),
    );
    expect([...seen.properties.keys()].sort()).toEqual(
      ['cart', 'cart.of', 'cart.total', 'products', 'products[]', 'products[].sku', 'tags', 'tags[]'].sort(),
    );
    expect(seen.properties.get('products[].sku')).toMatchObject({
      count: 1,
      values: new Map(Object.entries({ a: 1, b: 1 })),
    });
    expect(seen.properties.get('tags[]')?.types).toEqual(new Map(Object.entries({ text: 2, number: 1 })));
  });

  it('no personal values, and no address in any name or value', () => {
    const seen = seenIn(
      viewed({ email: 'ada@example.com', note: 'ask ada@example.com', 'ada@example.com': 1, user: { phone: '1' } }),
    );
    expect(seen.properties.get('email')?.values.size).toBe(0);
    expect(seen.properties.get('user.phone')?.values.size).toBe(0);
    expect([...(seen.properties.get('note')?.values.keys() ?? [])]).toEqual(['ask ‹email›']);
    expect(encodeSeen(seen)).not.toContain('ada@');
  });

  it('traits of people and of groups each in one place', () => {
    const event = { ...viewed({}), traits: { plan: 'pro' } };
    expect(seenAs({ ...event, type: 'identify' })).toEqual({ type: 'identify', name: 'identify' });
    expect(seenAs({ ...event, type: 'page', name: 'Home' })).toEqual({ type: 'page', name: 'Page Viewed' });
    expect(seenAs({ ...event, type: 'alias' })).toBeUndefined();
    const seen = observe(
      { type: 'group', name: 'group', count: 1, first: 0, last: 0 },
      [{ ...event, type: 'group' }],
      isPersonal,
      { paths: 100 },
    );
    expect([...seen.properties.keys()]).toEqual(['plan']);
  });

  it('within bounds, and counts what is beyond them', () => {
    const wide = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`p${i}`, i]));
    const one = seenIn(viewed(wide));
    expect(one.properties.size).toBe(BOUNDS.properties);
    // No more than twice as many are looked at.
    expect(one.more).toBe(BOUNDS.properties);
    const values = seenIn(...Array.from({ length: 15 }, (_, i) => viewed({ n: i })), viewed({ n: 14 }));
    expect(values.properties.get('n')).toMatchObject({ count: 16, more: 5 });
    expect([...(values.properties.get('n')?.values ?? [])][0]).toEqual(['14', 2]);
    // Properties seen first stay, whatever comes after them.
    const later = merge(seenIn(viewed({ last: 1 }, START + 1)), one);
    expect(later.properties.has('last')).toBe(false);
  });
});

describe('looking at events', () => {
  it('is bounded by event and by what is left of the work, whatever is in them', () => {
    let values = 0;
    const inner = {};
    for (let i = 0; i < 4_000; i++) Object.defineProperty(inner, `k${i}`, { enumerable: true, get: () => values++ });
    const paths: string[] = [];
    const watched = (path: string) => {
      paths.push(path);
      return isPersonal(path);
    };
    const attack = ['a@ '.repeat(30), 'a@ '.repeat(333)].map((prefix) => viewed({ [prefix]: inner }));
    const events = Array.from({ length: 20 }, (_, i) => attack[i % 2] as CustomerEvent);
    const work = { paths: 500 };
    const tally = { type: 'track', name: 'A', count: 20, first: START, last: START } as const;
    const seen = observe(tally, events, watched, work);
    expect(seen.lookedAt).toBe(5);
    expect(values).toBeLessThanOrEqual(600);
    expect(paths.length).toBeLessThanOrEqual(600);
    expect(Math.max(...paths.map(({ length }) => length))).toBeLessThanOrEqual(120);
    expect([...seen.properties.keys()]).toContain('‹long name›');
    expect(observe(tally, events, watched, work)).toMatchObject({ count: 20, lookedAt: 0 });
  });

  it('leaves entries of a bounded size', () => {
    const full = (text: string) => (i: number) =>
      viewed(
        Object.fromEntries(
          Array.from({ length: 100 }, (_, j) => [`${j} ${text.repeat(60)}`, `${i}${text.repeat(12)}`]),
        ),
      );
    for (const text of ['字', '"', 'x']) {
      const stored = encodeSeen(seenIn(...Array.from({ length: 20 }, (_, i) => full(text)(i))));
      expect(Buffer.byteLength(stored)).toBeLessThan(17 * 1_024);
    }
  });
});

describe('room in a full plan', () => {
  const day = (day: number) => START + day * DAY;
  const others = Array.from(
    { length: BOUNDS.names - 1 },
    (_, i) => [`h${i}`, roomOf({ first: day(0), last: day(10) })] as const,
  );
  const plan = (first: number, last: number) =>
    new Map([...others, ['x', roomOf({ first: day(first), last: day(last) })] as const]);

  it('is given by who is silent for longer than he was around', () => {
    expect(roomFor('new', plan(5, 5), day(6))).toEqual({ outcome: 'full' });
    expect(roomFor('new', plan(5, 5), day(7))).toMatchObject({ outcome: 'instead', of: 'x' });
    expect(roomFor('new', plan(2, 6), day(10))).toEqual({ outcome: 'full' });
    expect(roomFor('new', plan(2, 6), day(11))).toMatchObject({ outcome: 'instead', of: 'x' });
    expect(roomFor('new', plan(-300, 5), day(7))).toEqual({ outcome: 'full' });
    expect(roomFor('new', plan(-300, -90), day(9))).toMatchObject({ outcome: 'instead', of: 'x' });
  });

  it('is there for who has it, and while there is any', () => {
    expect(roomFor('x', plan(5, 5), day(7))).toEqual({ outcome: 'free' });
    expect(roomFor('new', new Map(others), day(7))).toEqual({ outcome: 'free' });
  });
});

describe('forgetting', () => {
  const of = (type: SeenEvent['type'], name: string) => ({ ...seenIn(viewed({ a: 1 })), type, name });
  const seen = [
    of('track', 'A'),
    of('track', 'B'),
    of('page', 'Page Viewed'),
    of('identify', 'identify'),
    of('group', 'group'),
  ];
  it.each([
    [{ events: ['A', 'Page Viewed', 'identify'] }, ['A', 'Page Viewed']],
    [{ traits: true }, ['identify']],
    [{ groupTraits: true, events: [] }, ['group']],
    [{}, []],
  ])('%j', (body, names) => {
    const forgetting = toForget(seen, body);
    expect(forgetting.outcome === 'entries' && forgetting.entries.map(({ name }) => name)).toEqual(names);
  });
});

const counts = fc.integer({ min: 1, max: 1_000 });
const times = fc.integer({ min: 0, max: 1_000 });
const property = fc.record({
  count: counts,
  first: times,
  last: times,
  types: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...VALUE_TYPES), counts), { selector: ([type]) => type })
    .map((all) => new Map(all)),
  values: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'd'), counts).map((all) => new Map(Object.entries(all))),
  more: counts,
});
const seenOf = (names: number) =>
  fc.record({
    type: fc.constant('track' as const),
    name: fc.constant('A'),
    count: counts,
    lookedAt: counts,
    first: times,
    last: times,
    properties: fc
      .uniqueArray(
        fc.tuple(
          fc.integer({ min: 0, max: names }).map((i) => `p${i}`),
          property,
        ),
        {
          selector: ([name]) => name,
          maxLength: names,
        },
      )
      .map((all) => new Map(all)),
    more: counts,
  });

/** Properties and what was cut off, added up: nothing seen is ever lost. */
const total = ({ properties, more }: SeenEvent) =>
  [...properties.values()].reduce((sum, { count }) => sum + count, more);

describe('merging', () => {
  it('is the same in any order and grouping below the bounds', () => {
    fc.assert(
      fc.property(seenOf(20), seenOf(20), seenOf(20), (a, b, c) => {
        expect(merge(a, b)).toEqual(merge(b, a));
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
      }),
      runs(200),
    );
  });

  it('keeps the same properties and totals in any order beyond them', () => {
    fc.assert(
      fc.property(seenOf(150), seenOf(150), seenOf(150), (a, b, c) => {
        const left = merge(merge(a, b), c);
        const right = merge(a, merge(b, c));
        expect(merge(b, a)).toEqual(merge(a, b));
        expect(left.properties.size).toBeLessThanOrEqual(BOUNDS.properties);
        expect([...left.properties.keys()].sort()).toEqual([...right.properties.keys()].sort());
        expect(total(left)).toBe(total(right));
        expect(total(left)).toBe(total(a) + total(b) + total(c));
      }),
      runs(30),
    );
  });

  it('survives being written and read', () => {
    fc.assert(
      fc.property(seenOf(20), (seen) => void expect(decodeSeen(encodeSeen(seen))).toEqual(seen)),
      runs(200),
    );
    expect(() => decodeSeen('[2]')).toThrow('newer release');
  });
});

describe('the view', () => {
  it('shows what is seen most first, and hides what has become personal since', () => {
    const settings: PlanSettings = { ...OPEN_PLAN, personal: ['Coupon'] };
    const rare = { ...seenIn(viewed({ a: 1 })), name: 'Rare', count: 1 };
    const often = seenIn(viewed({ coupon: 'SECRET', sku: 'a' }), viewed({ sku: 'a' }));
    const people = { ...seenIn(viewed({ plan: 'pro' })), type: 'identify' as const, name: 'identify' };
    const view = viewPlan([rare, people, often], 7, settings, personalNames(settings));
    expect(view).toMatchObject({ settings, more: 7, groupTraits: [] });
    expect(view.traits.map(({ name }) => name)).toEqual(['plan']);
    expect(view.events.map(({ name }) => name)).toEqual(['Product Viewed', 'Rare']);
    expect(view.events[0]).toMatchObject({ count: 2, firstSeen: '2026-03-02T12:00:00.000Z' });
    expect(view.events[0]?.properties).toMatchObject([
      { name: 'sku', personal: false, types: { text: 2 }, values: [{ value: 'a', count: 2 }] },
      { name: 'coupon', personal: true, values: [] },
    ]);
  });

  it('fits into an answer however full the plan is', () => {
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}${'字'.repeat(18)}`, '字'.repeat(13)]));
    const full = seenIn(
      viewed(wide),
      viewed(Object.fromEntries(Object.keys(wide).map((name) => [name, '値'.repeat(13)]))),
    );
    const plan = Array.from({ length: BOUNDS.names }, (_, i) => ({ ...full, name: `${'字'.repeat(190)} ${i}` }));
    const view = viewPlan(plan, 0, OPEN_PLAN, isPersonal);
    expect(view.events).toHaveLength(BOUNDS.names);
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(5_500_000);
  });
});

describe('settings', () => {
  const changed = (body: unknown, seen: readonly string[] = []) => changeSettings(OPEN_PLAN, body, seen);

  it('change in the fields that are named', () => {
    expect(changed({ personal: ['a', 'a'] })).toEqual({
      outcome: 'settings',
      settings: { ...OPEN_PLAN, personal: ['a'] },
    });
  });

  it('know the names seen so far when a project begins to refuse others, and keep them afterwards', () => {
    const refusing = { unknownEvents: 'refuse', knownEvents: ['A'], personal: [] } as const;
    expect(changed({ unknownEvents: 'refuse' }, ['A'])).toEqual({ outcome: 'settings', settings: refusing });
    expect(changeSettings(refusing, { unknownEvents: 'refuse', personal: ['b'] }, ['A', 'B'])).toMatchObject({
      settings: { knownEvents: ['A'] },
    });
  });

  it('can be refusing whatever names were seen', () => {
    const seen = Array.from({ length: 600 }, (_, i) => ({
      ...seenIn(viewed({})),
      name: maskEventName(`${'字'.repeat(150)}${i} ${'a@b '.repeat(10)}`),
      count: i,
    }));
    const answer = changed({ unknownEvents: 'refuse' }, seenTrackNames(seen));
    expect(answer.outcome === 'settings' && answer.settings.knownEvents.length).toBe(BOUNDS.names);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(400_000);
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'JSON object'],
    ['nothing', null, 'JSON object'],
    ['an unknown field', { unknownEvent: 'refuse' }, 'unknownEvent'],
    ['a third way', { unknownEvents: 'maybe' }, 'unknownEvents'],
    ['a text for a list', { knownEvents: 'A' }, 'knownEvents'],
    ['an empty name', { knownEvents: [''] }, 'knownEvents'],
    ['too many names', { knownEvents: Array.from({ length: 501 }, (_, i) => `e${i}`) }, 'at most 500'],
    ['a long name', { personal: ['x'.repeat(101)] }, 'personal'],
    ['a control character', { personal: ['a\u0000'] }, 'personal'],
    ['nothing to be taken', { unknownEvents: 'refuse' }, 'Every event would be refused'],
    ['a prototype', JSON.parse('{"__proto__":{"unknownEvents":"refuse"}}'), '__proto__'],
  ])('are refused with a reason: %s', (_what, body, reason) => {
    expect(changed(body)).toEqual({ outcome: 'invalid', message: expect.stringContaining(reason) });
  });
});
