import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import type { Cause } from '../../../domain/state/cause.ts';
import {
  enrolInput,
  eventInput,
  type Input,
  importInput,
  takenOutInput,
  triggerInput,
} from '../../../domain/state/input.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { zoneNamed } from '../../../domain/zone.ts';
import { entriesOf, planWithJourneys, runsOf, storyOf } from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

/** Ends at once, so that each entry can be seen. */
const AT_ONCE = { again: 'after-exit', start: 'end', steps: { end: { type: 'exit' } } };
const STAYS = {
  again: 'after-exit',
  start: 'stay',
  steps: { stay: { type: 'wait', for: 'P300D', next: 'end' }, end: { type: 'exit' } },
};
const PRO = [{ id: 7, key: 'pro', where: { trait: 'plan', is: 'pro' } }] as const;

const into = (entry: object, parts: Parameters<typeof planWithJourneys>[1] = {}, body: object = AT_ONCE) =>
  new Person(planWithJourneys({ j: { entries: [entry], ...body } }, parts));

/** In hours after the start. */
const entered = (person: Person, journey = 'j') => entriesOf(person, journey).map((at) => (at - START) / HOUR);

describe('an event', () => {
  const CART = { type: 'event', event: 'Product Added' };
  const DEAR = { ...CART, where: { property: 'price', gt: 50 } };

  it.each([
    ['of its name takes in', CART, track('Product Added', START), true],
    ['of another name does not', CART, track('Product Removed', START), false],
    ['that its filter means', DEAR, track('Product Added', START, { properties: { price: 51 } }), true],
    ['that it does not mean', DEAR, track('Product Added', START, { properties: { price: 50 } }), false],
    ['that does not say what the filter asks', DEAR, track('Product Added', START), false],
    ['of a server', CART, track('Product Added', START, { source: 'server' }), true],
    [
      'that is of another kind than track, by the name it is counted under',
      { type: 'event', event: 'Page Viewed', where: { property: 'path', is: '/pricing' } },
      eventInput({
        ...{ type: 'page', messageId: 'p', source: 'client', sourceId: 'app', userId: 'u1' },
        ...{ time: START, receivedAt: START, properties: { path: '/pricing' } },
      }),
      true,
    ],
    [
      'by a device on which nobody has logged in',
      CART,
      eventInput({
        ...{ type: 'track', name: 'Product Added', messageId: 'a', source: 'client', sourceId: 'app' },
        ...{ anonymousId: 'd1', time: START, receivedAt: START },
      }),
      false,
    ],
    ['that is imported', CART, importInput(track('Product Added', START).event, 'i', START), false],
  ])('%s', (_what, entry, input, isTaken) => {
    expect(entered(into(entry).receives(input))).toEqual(isTaken ? [0] : []);
  });

  it.each([
    ['an hour, unless it says otherwise', undefined, 60, true],
    ['no longer', undefined, 61, false],
    ['as long as the journey says', 'P2D', 2 * 24 * 60, true],
    ['and not a minute more', 'P2D', 2 * 24 * 60 + 1, false],
  ])('may be late: %s', (_what, lateness, minutes, isTaken) => {
    const body = { ...AT_ONCE, ...(lateness !== undefined && { lateness }) };
    const late = track('Product Added', START, { receivedAt: START + minutes * MINUTE });
    expect(entered(into(CART, {}, body).receives(late))).toEqual(isTaken ? [minutes / 60] : []);
  });

  it('that comes twice counts once, and one that was sent while she was in it not at all', () => {
    const added = track('Product Added', START);
    expect(entered(into(CART).receives(added, added))).toEqual([0]);
    expect(entered(into(CART, {}, STAYS).receives(added, track('Product Added', START + HOUR)))).toEqual([0]);
  });

  it('by whose clock the past is the future takes in when it is received', () => {
    const ahead = track('Product Added', START + 5 * HOUR, { receivedAt: START });
    const person = into(CART, {}, STAYS).receives(ahead);
    expect(entered(person)).toEqual([0]);
    expect(person.profile?.runs).toMatchObject([{ happened: START, entered: START }]);
  });

  it('takes into each journey it means, and into one of several entries once', () => {
    const two = [CART, DEAR];
    const person = new Person(
      planWithJourneys({ a: { ...AT_ONCE, entries: two }, b: { ...AT_ONCE, entries: [DEAR] } }),
    );
    person.receives(track('Product Added', START, { properties: { price: 60 } }));
    expect([entered(person, 'a'), entered(person, 'b')]).toEqual([[0], [0]]);
  });

  it('is what her run is about; of a large one its smallest members', () => {
    const small = { product: 'hat', price: 51, sizes: ['s', 'm'] };
    const person = into(CART, {}, STAYS).receives(track('Product Added', START, { properties: small }));
    expect(person.profile?.runs[0]?.about).toEqual(small);
    const large = { ...small, products: Array.from({ length: 90 }, (_, n) => `product ${n}`) };
    const other = into(CART, {}, STAYS).receives(track('Product Added', START, { properties: large }));
    expect(other.profile?.runs[0]?.about).toEqual(small);
  });
});

describe('a stage', () => {
  // New for a week, at risk three weeks after she was here last, dormant after thirty days, churned after ninety.
  const seen = (entry: object, body: object = AT_ONCE) =>
    into(entry, {}, body)
      .receives(track('App Opened', START))
      .waitsUntil(START + 100 * DAY);
  const days = (person: Person) => entered(person).map((hours) => hours / 24);

  it.each([
    ['that begins', { type: 'stage-enter', stage: 'dormant' }, [30]],
    ['that is the first', { type: 'stage-enter', stage: 'new' }, [0]],
    ['that begins out of the one that is named', { type: 'stage-enter', stage: 'dormant', from: 'at-risk' }, [30]],
    ['that begins out of another one', { type: 'stage-enter', stage: 'dormant', from: 'active' }, []],
    ['that ends', { type: 'stage-leave', stage: 'new' }, [7]],
    ['that ends into the one that is named', { type: 'stage-leave', stage: 'new', to: 'active' }, [7]],
    ['that ends into another one', { type: 'stage-leave', stage: 'new', to: 'loyal' }, []],
    ['that has lasted so long', { type: 'stage-for', stage: 'dormant', for: 'P10D' }, [40]],
    ['that has not', { type: 'stage-for', stage: 'new', for: 'P8D' }, []],
  ])('%s', (_what, entry, when) => {
    expect(days(seen(entry))).toEqual(when);
  });

  it('has lasted so long once in each stay', () => {
    const entry = { type: 'stage-for', stage: 'dormant', for: 'P10D' };
    const person = into(entry)
      .receives(track('App Opened', START))
      .waitsUntil(START + 50 * DAY);
    person.receives(track('App Opened', START + 50 * DAY)).waitsUntil(START + 140 * DAY);
    expect(days(person)).toEqual([40, 90]);
  });
});

describe('a segment', () => {
  const is = (plan: string, day: number) => identify({ plan }, START + day * DAY);

  it('takes in when she comes into it, and when she goes out of it', () => {
    const lives = [is('free', 0), is('pro', 1), is('pro', 2), is('free', 3), is('pro', 4)];
    const days = (entry: object) => entered(into(entry, { segments: PRO }).receives(...lives)).map((at) => at / 24);
    expect(days({ type: 'segment-enter', segment: 'pro' })).toEqual([1, 4]);
    expect(days({ type: 'segment-leave', segment: 'pro' })).toEqual([3]);
  });

  it('takes in by time, where time brings her into it', () => {
    const segments = [{ id: 7, key: 'quiet', where: { activity: 'last', ago: { gte: 'P5D' } } }] as const;
    const person = into({ type: 'segment-enter', segment: 'quiet' }, { segments });
    person.receives(track('App Opened', START)).waitsUntil(START + 9 * DAY);
    expect(entered(person)).toEqual([120]);
  });

  it('takes in by a trait that another journey sets in the same moment', () => {
    const steps = { up: { type: 'set-trait', traits: { plan: 'pro' }, next: 'end' }, end: { type: 'exit' } };
    const journeys = {
      j: { ...AT_ONCE, entries: [{ type: 'segment-enter', segment: 'pro' }] },
      other: { entries: [{ type: 'event', event: 'Upgraded' }], start: 'up', steps },
    };
    const person = new Person(planWithJourneys(journeys, { segments: PRO }));
    expect(entered(person.receives(track('Upgraded', START)))).toEqual([0]);
  });
});

describe('silence', () => {
  const AFTER = { type: 'inactivity', for: 'P10D' };

  it('takes in at its own second, once in each', () => {
    const person = into(AFTER).receives(track('App Opened', START), track('App Opened', START + 9 * DAY + 5));
    person.waitsUntil(START + 60 * DAY).receives(track('App Opened', START + 60 * DAY));
    person.waitsUntil(START + 90 * DAY);
    expect(entriesOf(person, 'j')).toEqual([START + 19 * DAY + 5, START + 70 * DAY]);
  });

  it('is not broken by what others do to her', () => {
    const person = into(AFTER).receives(track('App Opened', START));
    person.receives(track('Invoice Sent', START + 5 * DAY, { source: 'server' })).waitsUntil(START + 30 * DAY);
    expect(entered(person)).toEqual([240]);
  });

  it('is noticed by what comes in before its timer does, and was not there for who came back before that', () => {
    const late = into(AFTER).receives(track('App Opened', START), track('App Opened', START + 12 * DAY));
    expect(entered(late)).toEqual([240]);
  });
});

describe('the day in a trait', () => {
  const BIRTHDAY = { type: 'date', trait: 'birthday', at: '09:00', yearly: true };
  const RENEWAL = { type: 'date', trait: 'renews', at: '09:00' };
  const at = (entry: object, traits: object, parts: object = {}) =>
    entriesOf(
      into(entry, parts)
        .receives(identify(traits as never, START))
        .waitsUntil(START + 700 * DAY),
      'j',
    ).map((time) => new Date(time).toISOString().slice(0, 16));

  it.each([
    ['each year', BIRTHDAY, { birthday: '1990-05-10' }, ['2026-05-10T09:00', '2027-05-10T09:00']],
    ['of a leap year too', BIRTHDAY, { birthday: '1992-02-29' }, ['2027-02-28T09:00']],
    ['once', RENEWAL, { renews: '2026-04-01' }, ['2026-04-01T09:00']],
    ['a week before', { ...RENEWAL, before: 'P7D' }, { renews: '2026-04-01' }, ['2026-03-25T09:00']],
    ['two days after', { ...RENEWAL, after: 'P2D' }, { renews: '2026-04-01' }, ['2026-04-03T09:00']],
    ['that is over', RENEWAL, { renews: '2026-03-02' }, []],
    ['that is no date', RENEWAL, { renews: 'soon' }, []],
    ['that is not there', RENEWAL, {}, []],
  ])('comes %s', (_what, entry, traits, when) => {
    expect(at(entry, traits)).toEqual(when);
  });

  it('comes by the project’s clock, and by hers where the entry says so', () => {
    const zone = zoneNamed('Europe/Berlin');
    const person = (entry: object) =>
      entriesOf(
        into(entry, zone && { zone })
          .receives(
            eventInput({
              ...{ type: 'identify', messageId: 'i', source: 'client', sourceId: 'app', userId: 'u1' },
              ...{ time: START, receivedAt: START, traits: { renews: '2026-04-01' } },
              ...{ context: { timezone: 'Asia/Tokyo' } },
            }),
          )
          .waitsUntil(START + 40 * DAY),
        'j',
      ).map((time) => new Date(time).toISOString());
    expect(person(RENEWAL)).toEqual(['2026-04-01T07:00:00.000Z']);
    expect(person({ ...RENEWAL, zone: 'person' })).toEqual(['2026-04-01T00:00:00.000Z']);
  });

  it('follows the trait when it changes', () => {
    const person = into(RENEWAL).receives(identify({ renews: '2026-03-20' }, START));
    person.receives(identify({ renews: '2026-04-20' }, START + DAY)).waitsUntil(START + 100 * DAY);
    expect(entriesOf(person, 'j')).toEqual([Date.parse('2026-04-20T09:00:00Z')]);
  });
});

describe('a program', () => {
  const tell = (request: string, parts: object = {}) =>
    triggerInput('k#u1', request, { at: START, journey: 'j', ...parts });

  it('takes in who nobody knew before, and says what it is about', () => {
    const person = into({ type: 'trigger' }, {}, STAYS).receives(tell('1', { data: { order: 'o1' } }));
    expect(storyOf(person, 'j')).toEqual(['in']);
    expect(person.profile?.runs[0]?.about).toEqual({ order: 'o1' });
  });

  it('that asks twice by one id asks once', () => {
    expect(entered(into({ type: 'trigger' }).receives(tell('1'), { ...tell('1'), at: START + HOUR }))).toEqual([0]);
  });

  it.each([
    ['a journey that has no trigger', { type: 'event', event: 'A' }, 'j'],
    ['one that is not there', { type: 'trigger' }, 'other'],
  ])('does not take into %s', (_what, entry, journey) => {
    expect(runsOf(into(entry).receives(tell('1', { journey })))).toEqual([]);
  });
});

describe('another journey’s end', () => {
  const journeys = (because?: readonly string[]) => ({
    j: { ...AT_ONCE, entries: [{ type: 'journey-exit', journey: 'first', ...(because && { because }) }] },
    first: {
      ...{
        entries: [{ type: 'event', event: 'Start' }],
        start: 'stay',
        goal: { reached: { event: 'Order Completed' }, within: 'P5D' },
      },
      ...{
        exits: [{ event: 'Stop' }],
        steps: { stay: { type: 'wait', for: 'P2D', next: 'end' }, end: { type: 'exit' } },
      },
    },
  });
  const begun = (because?: readonly string[]) =>
    new Person(planWithJourneys(journeys(because))).receives(track('Start', START, { properties: { product: 'hat' } }));
  const ENDS = {
    finished: (person: Person) => person.waitsUntil(START + 3 * DAY),
    goal: (person: Person) => person.receives(order(START + HOUR)),
    condition: (person: Person) => person.receives(track('Stop', START + HOUR)),
    stopped: (person: Person) => person.receives(takenOutInput('k#u1', '1', 'first', START + HOUR)),
  };

  it.each(Object.keys(ENDS) as (keyof typeof ENDS)[])('takes in when it is “%s”, and if it asks for that', (end) => {
    expect(entered(ENDS[end](begun()))).toEqual([end === 'finished' ? 48 : 1]);
    expect(entered(ENDS[end](begun([end])))).toHaveLength(1);
    expect(entered(ENDS[end](begun(Object.keys(ENDS).filter((one) => one !== end))))).toEqual([]);
  });

  it('hands over what it was about', () => {
    const { j, ...others } = journeys();
    const person = new Person(planWithJourneys({ ...others, j: { ...STAYS, entries: j.entries } }));
    ENDS.goal(person.receives(track('Start', START, { properties: { product: 'hat' } })));
    expect(person.profile?.runs.at(-1)?.about).toEqual({ product: 'hat' });
  });

  it('does not go round: two that follow each other end in the moment', () => {
    const following = (journey: string) => ({ ...AT_ONCE, entries: [{ type: 'journey-exit', journey }] });
    const start = { type: 'event', event: 'Start' };
    const circle = { a: { ...following('b'), entries: [start, ...following('b').entries] }, b: following('a') };
    const person = new Person(planWithJourneys(circle)).receives(track('Start', START));
    expect([entered(person, 'a'), entered(person, 'b')]).toEqual([[0], [0]]);
    expect(person.waitsUntil(START + 9 * DAY).profile?.runs).toEqual([]);
  });
});

describe('a schedule', () => {
  const SCHEDULE = {
    ...{ type: 'schedule', who: { trait: 'plan', is: 'pro' }, once: { day: '2026-03-02', at: '13:00' } },
  };
  const enrol = (parts: object = {}) =>
    enrolInput('k#u1', 'monday', { at: START + HOUR, journey: 'j', plan: 1, ...parts });
  const ada = (body: object = AT_ONCE) => into(SCHEDULE, {}, body).receives(identify({ plan: 'pro' }, START));

  it('takes in who is enrolled, once for each occurrence', () => {
    expect(entered(ada().receives(enrol(), { ...enrol(), at: START + 2 * HOUR }))).toEqual([1]);
    expect(entered(into(SCHEDULE).receives(enrol()))).toEqual([]);
  });

  it('begins at once for who is enrolled, and at her own time where it says one', () => {
    const first = { type: 'set-trait', traits: { got: true }, next: 'end' };
    const body = { ...AT_ONCE, start: 'first', steps: { first, end: { type: 'exit' } } };
    const person = ada(body).receives(enrol({ startsAt: START + 9 * HOUR }));
    expect([storyOf(person, 'j'), person.profile?.dueAt]).toEqual([['in'], START + 9 * HOUR]);
    person.receives(track('App Opened', START + 8 * HOUR)).waitsUntil(START + 10 * HOUR);
    expect(runsOf(person).map(({ at }) => at)).toEqual([START + HOUR, START + 9 * HOUR]);
    expect(storyOf(person, 'j')).toEqual(['in', 'first', 'end', 'out: finished']);
    expect(storyOf(ada(body).receives(enrol({ startsAt: START })), 'j')).toHaveLength(4);
  });

  it('takes into no journey without one', () => {
    const person = into({ type: 'event', event: 'A' }).receives(track('B', START), enrol());
    expect(entered(person)).toEqual([]);
  });
});

describe('entries that are for later releases', () => {
  it.each([
    { type: 'score', score: 'interest', crosses: 'up', at: 5 },
    { type: 'place-enter', place: 'shop' },
    { type: 'place-leave', group: 'shops' },
    { type: 'place-for', place: 'shop', for: 'PT1H' },
    { type: 'beacon', place: 'shop' },
  ])('$type takes in nobody yet', (entry) => {
    const person = into(entry)
      .receives(track('App Opened', START), order(START + HOUR))
      .waitsUntil(START + 99 * DAY);
    expect(runsOf(person)).toEqual([]);
  });
});

describe('what a project does to its own data', () => {
  const ENTRIES = [
    ...[
      { type: 'segment-enter', segment: 'pro' },
      { type: 'stage-enter', stage: 'churned' },
    ],
    ...[
      { type: 'event', event: 'Product Added' },
      { type: 'inactivity', for: 'P10D' },
    ],
  ];
  const plan = (parts: object = {}) =>
    planWithJourneys({ j: { ...AT_ONCE, entries: ENTRIES } }, { segments: PRO, ...parts });
  const reconcile = (cause: Extract<Cause, 'publish' | 'model'>): Input => ({
    ...{ kind: 'reconcile', cause, user: 'k#u1', id: cause, at: START + DAY },
  });

  it('starts no journey by an import', () => {
    const person = new Person(plan()).receives(track('App Opened', START));
    const past = identify({ plan: 'pro' }, START - DAY).event;
    person.receives(importInput(past, 'i1', START + HOUR));
    person.receives(importInput(track('Product Added', START - DAY).event, 'i2', START + HOUR));
    expect(person.profile?.segments.size).toBe(1);
    expect(runsOf(person)).toEqual([]);
  });

  it('starts none by a merge, though it makes her what the journey is for', () => {
    const other = new Person(planWithJourneys({})).receives(identify({ plan: 'pro' }, START, { userId: 'u2' }));
    const person = new Person(plan()).receives(track('App Opened', START + 1));
    const merge: Input = { kind: 'merge', user: 'k#u1', id: 'm', at: START + HOUR, other: 'k#u2' };
    person.receivesTogether([merge], new Map([['m', [other.profile as Profile]]]));
    expect(person.profile?.segments.size).toBe(1);
    expect(runsOf(person)).toEqual([]);
  });

  it.each(['publish', 'model'] as const)('starts none by a %s', (cause) => {
    const person = new Person(planWithJourneys({})).receives(identify({ plan: 'pro' }, START));
    person.plan = plan({ number: 2, publishedAt: START + DAY });
    person.receives(reconcile(cause));
    expect(person.profile?.segments.size).toBe(1);
    expect(runsOf(person)).toEqual([]);
  });

  it('starts them by a publish that says so, for who comes into it by that publish', () => {
    const buys = (person: Person) => person.receives(identify({ plan: 'pro' }, START));
    const starting = { ...plan({ number: 2, publishedAt: START + DAY }) };
    const person = buys(new Person(planWithJourneys({})));
    person.plan = { ...starting, journeys: { ...starting.journeys, startsByPublish: true } };
    person.receives(reconcile('publish'));
    expect(entered(person)).toEqual([24]);
    // Who was in the segment before is not changed by it.
    const there = buys(new Person(planWithJourneys({}, { segments: PRO })));
    there.plan = person.plan;
    expect(entered(there.receives(reconcile('publish')))).toEqual([]);
  });

  it('does not count silence that was over before the journey was there', () => {
    const person = new Person(planWithJourneys({})).receives(track('App Opened', START - 12 * DAY));
    person.plan = plan({ number: 2, publishedAt: START });
    person.receives(reconcile('publish')).waitsUntil(START + 3 * DAY);
    expect(entered(person)).toEqual([]);
    const later = new Person(planWithJourneys({})).receives(track('App Opened', START - 9 * DAY));
    later.plan = plan({ number: 2, publishedAt: START });
    later.receives({ ...reconcile('publish'), at: START }).waitsUntil(START + 3 * DAY);
    expect(entered(later)).toEqual([24]);
  });
});
