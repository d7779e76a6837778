import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { LiveCatalog, LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { effectId } from '../../domain/decisions/effect.ts';
import type { TimelineEffect } from '../../domain/delivery/hand-off.ts';
import { countsOfEffect, type JourneyCount } from '../../domain/insights/journey-counts.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { CountedJourney } from '../../lambdas/adapters/journey-counts.ts';
import type { Claim } from '../../lambdas/adapters/send-ledger-reader.ts';
import { liveJourney, mail, planWithJourneys } from '../support/journeys.ts';
import { identify, order, Person, START, track } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeProfiles } from './fakes.ts';

const CART = {
  name: 'Abandoned cart',
  entries: [{ type: 'event', event: 'Product Added', where: { property: 'price', gte: 10 } }],
  who: { trait: 'plan', is: 'pro' },
  goal: { reached: { event: 'Order Completed' }, within: 'P3D', revenue: 'revenue' },
  start: 'an-hour',
  steps: {
    'an-hour': { type: 'wait', for: 'PT1H', next: 'remind' },
    remind: mail('cart-reminder', 'bought', { title: 'The reminder' }),
    bought: {
      type: 'wait-for',
      first: [{ event: 'Cart Viewed', next: 'end' }],
      atMost: 'P1D',
      otherwise: 'again',
    },
    again: mail('cart-again', 'end'),
    end: { type: 'exit' },
  },
};

const JOURNEY = liveJourney('cart', CART);

/** Somebody's life with the journey, and an admin API that knows of it what dispatch would have written. */
function given({ journey = JOURNEY, traits = { email: 'ada@example.com', plan: 'pro' } as object } = {}) {
  const plan = planWithJourneys([journey]);
  const person = new Person(plan).receives(identify(traits as never, START));
  const claims = new Map<string, Claim>();
  const lines = (): TimelineEffect[] =>
    person.effects.flatMap((effect, n) =>
      effect.kind === 'wake' ? [] : [{ ...effect, id: effectId(person.profile?.lineage ?? '', 1, n) }],
    );
  const counted = (): readonly CountedJourney[] => {
    const all = person.effects.flatMap((effect, n): readonly JourneyCount[] => countsOfEffect(effect, `${n}`));
    const adds: Record<string, number> = {};
    for (const one of all) for (const [name, by] of Object.entries(one.adds)) adds[name] = (adds[name] ?? 0) + by;
    return all.length === 0 ? [] : [{ version: 1, heldOut: false, adds }];
  };
  const live = (): LiveCatalog => ({
    ...{ number: 1, publishedAt: START, segments: [], journeys: [journey] },
    counters: [],
  });
  const profiles = new FakeProfiles();
  const fakes = adminFakes();
  const api = new Admin({
    ...{ ...fakes, profiles, readLive: async () => live(), now: () => person.profile?.asOf ?? START },
    journeyCounts: { of: async (key) => (key === 'cart' ? counted() : []) },
    sends: { ...fakes.sends, find: async (id: string) => claims.get(id) },
    timeline: {
      ...fakes.timeline,
      newest: async (user: UserKey) => ({
        lines:
          user === person.profile?.key
            ? lines()
                .map((effect) => ({ entry: `${new Date(effect.at).toISOString()}#${effect.id}`, effect }))
                .reverse()
            : [],
        more: false,
      }),
    },
  });
  const ask = async (path: string, query: Record<string, string> = {}) => {
    if (person.profile) profiles.stored.set(person.profile.key, person.profile);
    return api.call('GET', path, { query, role: 'viewer' });
  };
  const why = async () => (await ask('/api/profiles/u1/why', { journey: 'cart' })).json;
  const accepted = (received?: 'delivered') => {
    for (const { id, kind } of lines())
      if (kind === 'message')
        claims.set(id, {
          ...{ sendId: id, user: 'k#u1', message: 'cart-reminder', status: 'accepted', decidedAt: START },
          ...{ claimedAt: START, ...(received && { receipt: { received, at: START } }) },
        });
  };
  return { person, ask, why, accepted };
}

const added = (at: number, price = 20) => track('Product Added', at, { properties: { price } });

describe('GET /api/profiles/{userId}/why', () => {
  it('tells of each step, in a sentence, why she got its message', async () => {
    const { person, why, accepted } = given();
    person.receives(added(START + MINUTE)).waitsUntil(START + 2 * HOUR);
    accepted('delivered');
    expect(await why()).toMatchObject({
      name: 'Abandoned cart',
      runs: [
        {
          ...{ version: 1, group: null, step: 'bought', left: null },
          says: ['She came in on 2026-03-02 12:01 by “Product Added”.', 'She is at “bought”.'],
          steps: [
            { step: 'an-hour', says: '“an-hour”: she waited since 2026-03-02 12:01 until 2026-03-02 13:01.' },
            {
              step: 'remind',
              says: '“The reminder”: the message “cart-reminder” was sent on 2026-03-02 13:01, and delivered.',
            },
            { step: 'bought', says: '“bought”: she waits for: “Cart Viewed”; until 2026-03-03 13:01 at most.' },
            { step: 'again', says: '“again”: she has not come to it yet.' },
          ],
        },
      ],
    });
  });

  it('tells why she left, and which messages she did not come to', async () => {
    const { person, why } = given();
    person
      .receives(added(START + MINUTE))
      .waitsUntil(START + 2 * HOUR)
      .receives(order(START + 3 * HOUR, 49.9));
    const { runs } = await why();
    expect(runs[0]).toMatchObject({ step: null, left: 'goal' });
    expect(runs[0].says).toEqual([
      'She came in on 2026-03-02 12:01 by “Product Added”.',
      'She reached the goal on 2026-03-02 15:00, worth 49.9 USD, after the message of “remind”.',
      'She left on 2026-03-02 15:00: she had reached the goal.',
    ]);
    expect(runs[0].steps.map(({ says }: { says: string }) => says).slice(1)).toEqual([
      '“The reminder”: the message “cart-reminder” was decided on 2026-03-02 13:01 and has not left yet.',
      '“bought”: she waited since 2026-03-02 13:01 until 2026-03-02 15:00.',
      '“again”: she did not come to it before she left, or went another way.',
    ]);
  });

  it('tells why a message was withheld', async () => {
    const { person, why } = given({ traits: { plan: 'pro' } });
    person.receives(added(START + MINUTE)).waitsUntil(START + 2 * HOUR);
    const { runs } = await why();
    expect(runs[0].steps[1].says).toBe(
      '“The reminder”: the message “cart-reminder” was not sent on 2026-03-02 13:01: no address.',
    );
  });

  it('tells of who never came in what keeps her out, and what takes people in', async () => {
    const { why } = given({ traits: { email: 'ada@example.com', plan: 'free' } });
    expect(await why()).toMatchObject({
      runs: [],
      entering: {
        may: false,
        says: [
          'She would not come in now: she is not among those it is for: her plan is “pro”.',
          'It takes in who does “Product Added” (where price is at least 10); she has never done that.',
        ],
      },
    });
  });

  it('tells when nothing but an event is missing, when it is for once, and when the journey is paused', async () => {
    const { why, person } = given();
    expect((await why()).entering).toMatchObject({ may: true });
    person.receives(added(START + MINUTE, 5));
    expect((await why()).entering.says[1]).toContain('she did “Product Added” last on 2026-03-02 12:01');
    person.receives(added(START + MINUTE)).waitsUntil(START + 3 * DAY);
    expect((await why()).entering.says[0]).toBe('She would not come in now: she was in it, which is for once.');
    const paused: LiveJourney = { ...JOURNEY, halted: { how: 'paused', since: START } };
    expect((await given({ journey: paused }).why()).entering.says[0]).toContain('the journey is paused');
  });

  it('knows who and what it is asked about', async () => {
    const { ask } = given();
    expect(await ask('/api/profiles/nobody/why', { journey: 'cart' })).toMatchObject({
      json: { code: 'unknown_user' },
    });
    const { status, json } = await ask('/api/profiles/u1/why', { journey: 'cort' });
    expect([status, json.code]).toEqual([404, 'unknown_journey']);
    expect(json.detail).toContain('did you mean “cart”?');
  });
});

describe('what a profile and a timeline say of journeys', () => {
  it('is where she is, since when and until when; nothing of those she has left', async () => {
    const { ask, person } = given();
    person.receives(added(START + MINUTE));
    const hers = async () => (await ask('/api/profiles/u1')).json.journeys;
    expect(await hers()).toEqual([
      {
        ...{ journey: 'cart', name: 'Abandoned cart', version: 1, key: null, group: null, step: 'an-hour' },
        entered: '2026-03-02T12:01:00.000Z',
        ...{ since: '2026-03-02T12:01:00.000Z', until: '2026-03-02T13:01:00.000Z' },
      },
    ]);
    person.receives(order(START + 2 * MINUTE));
    expect(await hers()).toEqual([]);
  });

  it('is each step she has passed, which step wrote a message, and from where she left', async () => {
    const { ask, person } = given();
    person
      .receives(added(START + MINUTE))
      .waitsUntil(START + 2 * HOUR)
      .receives(order(START + 3 * HOUR));
    const { effects } = (await ask('/api/profiles/u1/timeline')).json;
    const ofKind = (kind: string) => effects.filter((effect: { kind: string }) => effect.kind === kind);
    expect(ofKind('run')[0]).toMatchObject({ journey: 'cart', left: 'goal', from: { step: 'bought', version: null } });
    expect(ofKind('run')[1]).toMatchObject({
      passed: [
        { step: 'an-hour', way: null },
        { step: 'remind', way: 'sent' },
      ],
      to: 'bought',
    });
    expect(ofKind('goal')[0]).toMatchObject({ step: 'remind', revenue: { amount: 10, currency: 'USD' } });
    const mail = effects.find((effect: { message?: string }) => effect.message === 'cart-reminder');
    expect(mail.of).toMatchObject({ journey: 'cart', version: 1, step: 'remind' });
  });
});

describe('GET /api/journeys', () => {
  it('lists what is live with how many are inside, and counts one by version and step', async () => {
    const { ask, person } = given();
    person.receives(added(START + MINUTE)).waitsUntil(START + 2 * HOUR);
    expect((await ask('/api/journeys')).json).toEqual({
      journeys: [
        {
          ...{ key: 'cart', type: 'journey', name: 'Abandoned cart', state: 'running', since: null, versions: [1] },
          ...{ entered: 1, inside: 1, converted: 0 },
        },
      ],
    });
    const { json } = await ask('/api/journeys/cart/counts', { version: '1' });
    expect(json.versions).toMatchObject([
      {
        ...{ version: 1, heldOut: null },
        people: { entered: 1, inside: 1, steps: { remind: { came: 1, ways: { sent: 1 } }, bought: { waiting: 1 } } },
      },
    ]);
  });

  it('says what it does not know', async () => {
    const { ask } = given();
    expect(await ask('/api/journeys/nothing/counts')).toMatchObject({ status: 404, json: { code: 'unknown_journey' } });
    expect(await ask('/api/journeys/cart/counts', { version: '9' })).toMatchObject({
      ...{ status: 404, json: { code: 'unknown_version', detail: 'Its versions are 1.' } },
    });
  });
});
