import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../domain/calendar.ts';
import type { Definition } from '../../../domain/catalog/definition.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { candidateOf, itemsDecidedBy } from '../../../domain/catalog/releases/live.ts';
import { compilePlan } from '../../../domain/decisions/plan.ts';
import { UTC } from '../../../domain/zone.ts';
import { START } from '../../support/people.ts';
import { journeyNamed, Releases } from '../../support/releases.ts';
import { journey, segment, template } from './definitions.ts';

const exit = { type: 'exit' };
const wait = (days: number, next = 'b') => ({ type: 'wait', for: `P${days}D`, next });
const cart = (days: number, body: object = {}): Definition => journey('cart', { a: wait(days), b: exit }, body);
const asking = (when: object): Definition =>
  journey('cart', { a: { type: 'branch', branches: [{ when, next: 'b' }], otherwise: 'b' }, b: exit });

const bought = (days: number) => ({ event: 'Order Completed', times: { gte: 2 }, within: `P${days}D` });
const versionsOf = (live: LiveCatalog, key = 'cart') =>
  journeyNamed(live, key).versions.map(({ version, moves }) => (moves === undefined ? version : { version, moves }));

describe('a journey that is published', () => {
  it('has a version for each graph, and keeps its id', () => {
    const releases = new Releases();
    expect(journeyNamed(releases.publishes([cart(1)]), 'cart')).toMatchObject({ id: 1, versions: [{ version: 1 }] });
    const both = [cart(2), journey('hello', { a: exit })];
    expect(versionsOf(releases.publishes(both))).toEqual([1, 2]);
    expect(journeyNamed(releases.live(), 'hello')).toMatchObject({ id: 2, versions: [{ version: 2 }] });
    expect(journeyNamed(releases.live(), 'cart').versions.map(({ body }) => body.steps.a)).toEqual([wait(1), wait(2)]);
  });

  it('is no other version by other words', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    const named = journey('cart', { a: { ...wait(1), title: 'A day' }, b: exit }, { name: 'Carts', description: 'x' });
    const { versions } = journeyNamed(releases.publishes([named]), 'cart');
    expect(versions).toMatchObject([{ version: 1, body: { name: 'Carts' } }]);
  });

  it('is a new version when it says once more what an old one said: a number says which is the later', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    releases.publishes([cart(2)]);
    expect(versionsOf(releases.publishes([cart(1)]))).toEqual([1, 2, 3]);
  });

  it('keeps twenty versions', () => {
    const releases = new Releases();
    for (let days = 1; days <= 22; days++) releases.publishes([cart(days)]);
    expect(versionsOf(releases.live())).toEqual(Array.from({ length: 20 }, (_, n) => n + 3));
  });

  it('is a campaign as well', () => {
    const body = {
      ...{ name: 'Sale', who: bought(30), once: { day: '2026-12-01', at: '09:00' } },
      message: { send: [{ channel: 'email', template: 'sale' }] },
    };
    const live = new Releases().publishes([{ type: 'campaign', key: 'sale', body }, template('sale')]);
    expect(journeyNamed(live, 'sale')).toMatchObject({
      ...{ type: 'campaign', versions: [{ version: 1, body: { entries: [{ type: 'schedule' }] } }] },
    });
  });

  it('is what workers load, in all its versions', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    releases.publishes([cart(2), template('t')]);
    expect(itemsDecidedBy(releases.release).map(({ type, key }) => `${type}/${key}`)).toEqual([
      'journey/cart',
      'journey/cart',
    ]);
  });

  it('was none of a release that an older release of ours has published', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    const { journeys: _, next, ...registry } = releases.release.registry;
    const old = {
      ...releases.release,
      registry: { ...registry, next: { segment: next.segment, counter: next.counter } },
    };
    expect(candidateOf(old, []).journeys).toBeUndefined();
  });
});

describe('people inside', () => {
  it('are moved by what the publish says, also where the graph is the same', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    releases.publishes([cart(2)], { moves: { cart: { a: 'b' } } });
    expect(versionsOf(releases.live())).toEqual([1, { version: 2, moves: { a: 'b' } }]);
    expect(versionsOf(releases.publishes([cart(2)], { moves: { cart: {} } })).at(-1)).toEqual({
      version: 3,
      moves: {},
    });
  });

  it('leave what is taken away', () => {
    const releases = new Releases();
    releases.publishes([cart(1, { exits: [{ when: { segment: 'vip' } }] }), segment('vip', bought(30))]);
    releases.now += DAY;
    expect(journeyNamed(releases.publishes([]), 'cart')).toMatchObject({
      ...{ id: 1, halted: { how: 'stopped', since: START + DAY } },
      versions: [{ version: 1 }],
    });
    releases.now += 31 * DAY;
    expect(releases.publishes([]).journeys).toBeUndefined();
  });

  it('have been in it when it comes back as it was, or by a rollback; anything else under its key is another', () => {
    for (const [comes, how, id] of [
      [cart(1), {}, 1],
      [cart(2), { rollbackOf: 1 }, 1],
      [cart(2), {}, 2],
    ] as const) {
      const releases = new Releases();
      releases.publishes([cart(1)]);
      releases.publishes([]);
      expect(journeyNamed(releases.publishes([comes], how), 'cart').id).toBe(id);
      expect(releases.live().journeys).toHaveLength(id);
    }
  });

  it('go on by questions that only their version asks: what they count is counted on', () => {
    const releases = new Releases();
    releases.publishes([asking(bought(30))]);
    releases.fills(1);
    releases.publishes([cart(1)]);
    expect(releases.live().counters).toMatchObject([{ id: 1 }]);
    // Whoever asks it anew goes on with what is counted.
    expect(releases.publishes([asking(bought(30))]).counters).toMatchObject([{ id: 1 }]);
    for (let days = 1; days <= 20; days++) releases.publishes([cart(days)]);
    expect(releases.live().counters).toEqual([]);
  });

  it('go by the newest when theirs asks for a segment that is gone', () => {
    const releases = new Releases();
    releases.publishes([asking({ segment: 'vip' }), segment('vip', { trait: 'vip', is: true })]);
    releases.publishes([cart(1), segment('vip', { trait: 'vip', is: true })]);
    expect(versionsOf(releases.live())).toEqual([1, 2]);
    expect(versionsOf(releases.publishes([cart(1)]))).toEqual([2]);
  });
});

describe('a journey that waits for the past', () => {
  it('takes in nobody until it is counted', () => {
    const releases = new Releases();
    expect(journeyNamed(releases.publishes([cart(1, { who: bought(30) })]), 'cart').filling).toBe(true);
    expect(journeyNamed(releases.fills(1), 'cart').filling).toBeUndefined();
  });

  it('takes people in by the version before meanwhile', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    const live = releases.publishes([cart(1, { who: { segment: 'vip' } }), segment('vip', bought(30))]);
    expect(versionsOf(live)).toEqual([1]);
    expect(journeyNamed(live, 'cart').filling).toBeUndefined();
    expect(versionsOf(releases.fills(2))).toEqual([1, 2]);
    // They go by the second now: it is not taken from under them.
    const again = releases.publishes([cart(1, { who: { segment: 'vip' } }), segment('vip', bought(60))]);
    expect([versionsOf(again), journeyNamed(again, 'cart').filling]).toEqual([[1, 2], true]);
  });
});

describe('everybody is looked at', () => {
  const isLooked = (releases: Releases) => releases.release.reconcile === releases.release.number;

  it.each([
    ['for what takes people in by time', cart(1, { entries: [{ type: 'inactivity', for: 'P7D' }] }), true],
    ['not for what takes them in by what they do', cart(1), false],
    [
      'not for a segment that they are in already',
      cart(1, { entries: [{ type: 'segment-enter', segment: 's' }] }),
      false,
    ],
  ])('%s', (_what, one, isIt) => {
    const releases = new Releases();
    releases.publishes([one]);
    expect(isLooked(releases)).toBe(isIt);
  });

  it('when people are moved, or it is taken away', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    releases.publishes([cart(2)]);
    expect(isLooked(releases)).toBe(false);
    releases.publishes([cart(2)], { moves: { cart: {} } });
    expect(isLooked(releases)).toBe(true);
    releases.publishes([]);
    expect(isLooked(releases)).toBe(true);
    releases.publishes([segment('s', { trait: 'x', is: 1 })]);
    releases.publishes([]);
    releases.publishes([template('t')]);
    expect(isLooked(releases)).toBe(false);
  });

  it('when it is stopped or goes on, also to its end only, and not when it is paused or closed', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    const looked = (['closed', 'paused', 'closed', 'stopped', 'paused', undefined] as const).map((how) => {
      releases.halts('cart', how);
      return isLooked(releases);
    });
    expect(looked).toEqual([false, false, true, true, false, true]);
  });
});

describe('a halt', () => {
  it('stays through publishes and rollbacks until somebody resumes it', () => {
    const releases = new Releases();
    releases.publishes([cart(1)]);
    expect(journeyNamed(releases.halts('cart', 'paused'), 'cart').halted).toEqual({ how: 'paused', since: START });
    releases.publishes([cart(2)]);
    expect(journeyNamed(releases.publishes([cart(1)], { rollbackOf: 1 }), 'cart').halted?.how).toBe('paused');
    expect(journeyNamed(releases.halts('cart', undefined), 'cart').halted).toBeUndefined();
  });
});

describe('who is elsewhere by a publish', () => {
  it('enters by that very release, if it says so', () => {
    const releases = new Releases();
    expect(releases.publishes([cart(1)], { startJourneys: true }).startJourneys).toBe(true);
    // Its people may still be looked at.
    expect(releases.halts('cart', 'paused').startJourneys).toBe(true);
    expect(releases.publishes([cart(2)]).startJourneys).toBeUndefined();
  });

  it('enters when the past is counted that it waited for, whatever was published meanwhile', () => {
    const releases = new Releases();
    releases.publishes([segment('vip', bought(30))], { startJourneys: true });
    releases.publishes([segment('vip', bought(30)), segment('more', bought(60))]);
    expect(releases.fills(2).startJourneys).toBeUndefined();
    expect(releases.fills(1).startJourneys).toBe(true);
    expect(releases.release.startWhenFilled).toBeUndefined();
  });
});

describe('the reducer is told', () => {
  it('to whom templates may go, and the holdout', () => {
    const settings = { type: 'settings', key: 'default', body: { holdout: 5 } } as const;
    const live = new Releases().publishes([
      settings,
      template('receipt'),
      template('news', { class: 'marketing', topic: 'news' }),
    ]);
    expect(live.templates).toEqual([
      { key: 'news', channel: 'email', topic: 'news' },
      { key: 'receipt', channel: 'email', class: 'transactional' },
    ]);
    expect(live.settings).toEqual({ holdout: 5 });
  });

  it('to keep for good when that happened last which journeys wait for', () => {
    const body = {
      exits: [{ event: 'Unsubscribed' }],
      goal: { reached: { event: 'Paid' }, within: 'P1D' },
      who: { event: 'Seen' },
    };
    const first = [
      { event: 'Clicked', next: 'b' },
      { event: 'Called', where: { property: 'x', is: 1 }, next: 'b' },
    ];
    const steps = { a: { type: 'wait-for', first, atMost: 'P1D', otherwise: 'b' }, b: exit };
    const { totals } = compilePlan(new Releases().publishes([journey('cart', steps, body)]), UTC);
    expect([...totals].sort()).toEqual(['Clicked', 'Paid', 'Seen', 'Unsubscribed']);
  });
});

describe('any way of publishing', () => {
  type Act = (releases: Releases) => void;
  const other = journey('other', { a: exit });
  const who = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom('vip', 'few').map((key) => ({ segment: key })),
    fc.constantFrom(7, 30, 60).map(bought),
  );

  const publish = fc.record({ who, days: fc.constantFrom(1, 2), fill: fc.boolean(), moves: fc.boolean() }).map(
    ({ who, days, fill, moves }): Act =>
      (releases) => {
        const segments = who !== undefined && 'segment' in who ? [segment(who.segment, bought(days * 30))] : [];
        const mine = cart(days, who && { who });
        releases.publishes([...segments, mine, other], { fill, ...(moves && { moves: { cart: {} } }) });
      },
  );
  const takeAway = fc.constant<Act>((releases) => releases.publishes([other]));
  const halt = fc.constantFrom('paused' as const, 'stopped' as const, undefined).map(
    (how): Act =>
      (releases) =>
        releases.halts('cart', how),
  );
  const fill = fc.constant<Act>((releases) => {
    for (let n = releases.release.number; n > 0; n--) releases.fills(n);
  });

  const act = fc.oneof({ weight: 4, arbitrary: publish }, takeAway, halt, { weight: 2, arbitrary: fill });

  it('leaves what can be carried out, with versions that rise and ids that are given once', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 25 }), (acts) => {
        const releases = new Releases();
        releases.publishes([other]);
        for (const doIt of acts) {
          doIt(releases);
          const { journeys = [] } = releases.live();
          expect(new Set(journeys.map(({ id }) => id)).size).toBe(journeys.length);
          for (const { versions } of journeys) {
            const numbers = versions.map(({ version }) => version);
            expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          }
          expect(journeyNamed(releases.live(), 'other')).toMatchObject({ id: 1, versions: [{ version: 1 }] });
        }
      }),
      { numRuns: 60 },
    );
  });
});
