import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import type { MessageEffect } from '../../../domain/decisions/effect.ts';
import type { Plan } from '../../../domain/decisions/plan.ts';
import { deferredInput, type Input, takenOutInput, triggerInput } from '../../../domain/state/input.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import {
  heldBackOf,
  liveJourney,
  mail,
  mailsOf,
  placesOf,
  planWithJourneys,
  runsOf,
  storyOf,
} from '../../support/journeys.ts';
import { identify, Person, START, track } from '../../support/people.ts';

const EXIT = { type: 'exit' };
const GO = { type: 'event', event: 'Go' };
const writes = (template: string, body: object = {}, more: object = {}) => ({
  ...{ entries: [GO], start: 'write', steps: { write: mail(template, 'end', more), end: EXIT } },
  ...body,
});
const go = (hours = 0, parts: object = {}) => track('Go', START + hours * HOUR, parts);
const email = (parts: object = {}) => identify({ email: 'ada@shop.example' }, START, parts);
const when = (person: Person) => mailsOf(person).map(({ message, at }) => `${message} ${(at - START) / HOUR}`);
const ONE_A_DAY = { caps: { total: [{ most: 1, within: 'P1D' }] } };

describe('two journeys of which one may write', () => {
  const person = (journeys: Readonly<Record<string, object>>) =>
    new Person(planWithJourneys(journeys, { settings: ONE_A_DAY })).receives(email(), go());

  it.each([
    ['the journey of the higher priority', writes('a', { priority: 4 }), writes('b', { priority: 6 }), ['b 0', 'a 24']],
    ['five, where nobody says', writes('a', { priority: 4 }), writes('b'), ['b 0', 'a 24']],
    ['the step’s, where it says one', writes('a', { priority: 9 }, { priority: 1 }), writes('b'), ['b 0', 'a 24']],
    ['of two as urgent, the same always', writes('b'), writes('a'), ['a 0', 'b 24']],
  ])('lets go first: %s; the other waits its turn', (_which, a, b, sent) => {
    const both = person({ a, b });
    expect(placesOf(both)).toEqual(['write']);
    expect(heldBackOf(both)).toMatchObject([{ reason: 'cap on all channels', until: START + DAY }]);
    expect(when(both.waitsUntil(START + 3 * DAY))).toEqual(sent);
    for (const key of ['a', 'b']) expect(storyOf(both, key).slice(1)).toEqual(['write/sent', 'end', 'out: finished']);
  });

  it('lets go what is transactional at once, which leaves the place to the other', () => {
    expect(when(person({ a: writes('a', {}, { class: 'transactional' }), b: writes('b') }))).toEqual(['a 0', 'b 0']);
  });

  it('withholds one in time: who goes on without it does so at once', () => {
    const late = writes('a', { priority: 1 }, { atMostLate: 'PT5H' });
    const both = person({ a: late, b: writes('b') });
    expect(heldBackOf(both)).toMatchObject([{ message: 'a', reason: 'too late: cap on all channels' }]);
    expect(storyOf(both, 'a')).toEqual(['in', 'write/withheld', 'end', 'out: finished']);
  });

  it('that write the same by two ways write it once', () => {
    const both = new Person(planWithJourneys({ a: writes('same'), b: writes('same') })).receives(email(), go());
    expect(when(both)).toEqual(['same 0']);
    expect(heldBackOf(both)).toMatchObject([{ reason: 'the same message is ahead of it' }]);
  });
});

describe('a journey that changes what is known of her', () => {
  const set = (plan: string, next: string) => ({ type: 'set-trait', traits: { plan }, next });
  const pro = { segments: [{ id: 3, key: 'pro', where: { trait: 'plan', is: 'pro' } }] as const };

  it('takes her in once in a moment, though that would take her in once more', () => {
    const body = {
      ...{ entries: [GO, { type: 'segment-enter', segment: 'pro' }], again: 'after-exit' },
      ...{ start: 'set', steps: { set: set('pro', 'write'), write: mail('hello', 'end'), end: EXIT } },
    };
    const person = new Person(planWithJourneys({ j: body }, pro)).receives(email(), go());
    expect(storyOf(person, 'j')).toEqual(['in', 'set', 'write/sent', 'end', 'out: finished']);
    expect(when(person)).toEqual(['hello 0']);
  });

  it.each([undefined, 'test'] as const)(
    'does not go round with another one that changes it back (group: %s)',
    (group) => {
      const body = (is: string, other: string, journey: string) => ({
        ...{ entries: [{ type: 'trigger' }], again: 'after-exit', start: 'ask' },
        steps: {
          ask: {
            type: 'wait-for',
            first: [{ when: { trait: 'plan', is }, next: 'set' }],
            atMost: 'P9D',
            otherwise: 'end',
          },
          set: set(other, 'enter'),
          enter: { type: 'enter-journey', journey, next: 'end' },
          end: EXIT,
        },
      });
      const plan = planWithJourneys({ a: body('free', 'pro', 'b'), b: body('pro', 'free', 'a') });
      const person = new Person(plan).receives(identify({ plan: 'free' }, START));
      person.receives(triggerInput('k#u1', '1', { at: START + HOUR, journey: 'a', ...(group && { group }) }));
      for (const key of ['a', 'b'])
        expect(storyOf(person, key)).toEqual(['in', 'ask/0', 'set', 'enter', 'end', 'out: finished']);
    },
  );
});

describe('a message that comes back from its way', () => {
  const NIGHT = { quietHours: [{ from: '20:00', to: '08:00' }] };
  const steps = {
    write: mail('hello', 'wait', { priority: 8 }),
    wait: { type: 'wait', for: 'P1D', next: 'ask' },
    ask: { type: 'branch', branches: [{ message: { step: 'write', was: 'sent' }, next: 'yes' }], otherwise: 'no' },
    ...{ yes: EXIT, no: EXIT },
  };
  const sent = (body: object = {}) => {
    const plan = planWithJourneys(
      { j: writes('hello', { steps, exits: [{ event: 'Stop' }], ...body }) },
      { settings: NIGHT },
    );
    return new Person(plan).receives(email(), go(7));
  };
  /** Found an hour later to have to wait, its send being the n-th. */
  const comesBack = (person: Person, hours = 8.5): Person => {
    const { message, at: decidedAt, notAfter, of, by } = mailsOf(person).at(-1) as MessageEffect;
    const what = { sendId: 's1', message, decidedAt, notAfter, priority: 8, ...(by && { by }), ...(of && { of }) };
    return person.receives(deferredInput('k#u1', what, START + hours * HOUR));
  };

  it('waits, though she has gone on, and goes out once more as what it was', () => {
    const person = comesBack(sent());
    expect(placesOf(person)).toEqual(['wait']);
    expect(person.profile?.waiting).toMatchObject([{ message: 'hello', priority: 8, of: { step: 'write' } }]);
    person.waitsUntil(START + 3 * DAY);
    expect(when(person)).toEqual(['hello 7', 'hello 20']);
    const [first, second] = mailsOf(person);
    expect(second?.of).toEqual(first?.of);
    expect(storyOf(person, 'j')).toEqual(['in', 'write/sent', 'wait', 'ask/0', 'yes', 'out: finished']);
    expect(person.profile?.contacts).toHaveLength(1);
  });

  it('that is withheld in the end was not sent, to all that asks later', () => {
    const person = comesBack(sent());
    person.receives(track('Consent Withdrawn', START + 10 * HOUR, { properties: { channel: 'email' } }));
    person.waitsUntil(START + 3 * DAY);
    expect(heldBackOf(person).at(-1)).toMatchObject({ reason: 'consent withdrawn', of: { step: 'write' } });
    expect(storyOf(person, 'j')).toEqual(['in', 'write/sent', 'wait', 'ask/otherwise', 'no', 'out: finished']);
  });

  it('is not sent to who was taken out meanwhile, but is when she came to the end of her way', () => {
    const out = comesBack(sent().receives(track('Stop', START + 8 * HOUR)));
    expect(heldBackOf(out).at(-1)).toMatchObject({ reason: 'she has left the journey' });
    expect(when(out.waitsUntil(START + 3 * DAY))).toEqual(['hello 7']);
    const short = { ...steps, wait: { type: 'wait', for: 'PT1H', next: 'ask' } };
    const finished = comesBack(sent({ steps: short }).waitsUntil(START + 8 * HOUR));
    expect(finished.profile?.runs).toMatchObject([{ left: 'finished' }]);
    expect(when(finished.waitsUntil(START + 3 * DAY))).toEqual(['hello 7', 'hello 20']);
  });
});

describe('two who turn out to be one', () => {
  const steps = {
    wait: { type: 'wait', for: 'P2D', next: 'write' },
    write: mail('hello', 'end'),
    end: EXIT,
  };
  const journey = (body: object = {}) => ({ entries: [GO], start: 'wait', steps, ...body });
  const plan = (body: object = {}, settings: object = {}): Plan =>
    planWithJourneys({ j: journey(body), k: journey({ entries: [{ type: 'event', event: 'Other' }] }) }, { settings });
  const merge = (hours: number): Input => ({
    ...{ kind: 'merge', user: 'k#u1', id: 'merge', at: START + hours * HOUR, other: 'k#u2' },
  });
  const joins = (person: Person, other: Person, hours: number) => {
    person.receivesTogether([merge(hours)], new Map([['merge', [other.profile as Profile]]]));
    return person;
  };
  const U2 = { userId: 'u2' };

  it('in the same journey are in it once: who entered first goes on, and of the other it is told', () => {
    const here = () => new Person(plan()).receives(email(), go(5));
    const there = (hours: number) => new Person(plan()).receives(email(U2), go(hours, U2));
    const later = joins(here(), there(9), 10).waitsUntil(START + 9 * DAY);
    expect(when(later)).toEqual(['hello 53']);
    const earlier = joins(here(), there(1), 10).waitsUntil(START + 9 * DAY);
    expect(when(earlier)).toEqual(['hello 49']);
    for (const one of [later, earlier]) {
      const left = runsOf(one).filter((effect) => effect.left === 'stopped');
      expect(left).toMatchObject([{ at: START + 10 * HOUR, from: { step: 'wait' } }]);
    }
  });

  it('in the same journey do not both write, though a message of each waits', () => {
    const settings = { quietHours: [{ from: '11:00', to: '20:00' }] };
    const write = {
      ask: { type: 'branch', branches: [{ when: { trait: 'vip', is: true }, next: 'vip' }], otherwise: 'write' },
      ...{ vip: mail('hello-vip', 'end'), write: mail('hello', 'end'), end: EXIT },
    };
    const at = plan({ start: 'ask', steps: write }, settings);
    const here = new Person(at).receives(email(), go(1));
    const there = new Person(at).receives(identify({ vip: true, email: 'ada@shop.example' }, START, U2), go(2, U2));
    const one = joins(here, there, 4);
    expect(heldBackOf(one).at(-1)).toMatchObject({ message: 'hello-vip', reason: 'she has left the journey' });
    expect(when(one.waitsUntil(START + 9 * DAY))).toEqual(['hello 8']);
  });

  it('start nothing by the one that ends', () => {
    const after = { entries: [{ type: 'journey-exit', journey: 'j' }], start: 'end', steps: { end: EXIT } };
    const at = planWithJourneys({ j: journey(), after });
    const one = joins(new Person(at).receives(go(5)), new Person(at).receives(go(6, U2)), 10);
    expect(storyOf(one, 'after')).toEqual([]);
  });

  it('in two journeys are in both', () => {
    const here = new Person(plan()).receives(email(), go(5));
    const there = new Person(plan()).receives(email(U2), track('Other', START + 6 * HOUR, U2));
    const one = joins(here, there, 10);
    expect(one.profile?.runs.map((run) => run.journey)).toEqual([1, 2]);
    one.waitsUntil(START + 9 * DAY);
    expect([storyOf(one, 'j').at(-1), storyOf(one, 'k').at(-1)]).toEqual(['out: finished', 'out: finished']);
  });

  it('have both been in it: what either may not enter again, she may not', () => {
    const here = new Person(plan()).receives(email());
    const there = new Person(plan()).receives(email(U2), go(0, U2)).waitsUntil(START + 3 * DAY);
    const one = joins(here, there, 80).receives(go(81));
    expect(placesOf(one)).toEqual([]);
  });

  it('keep by whom chance decides about each way: her half of a split stays hers', () => {
    const shares = Array.from({ length: 20 }, (_, n) => ({ name: `s${n}`, percent: 5, next: 'end' }));
    const split = {
      wait: { type: 'wait', for: 'P2D', next: 'dice' },
      dice: { type: 'split', shares },
      end: EXIT,
    };
    const at = planWithJourneys({ j: { entries: [GO], start: 'wait', steps: split } });
    for (let n = 0; n < 20; n++) {
      const there = () => new Person(at).receives(go(1, { ...U2, messageId: `go-${n}` }));
      const alone = there().waitsUntil(START + 3 * DAY);
      const one = joins(new Person(at).receives(track('App Opened', START, { messageId: `n${n}` })), there(), 10);
      one.waitsUntil(START + 3 * DAY);
      expect(storyOf(one, 'j')).toEqual(storyOf(alone, 'j').slice(1));
    }
  });
});

describe('who tries a journey', () => {
  const test = (parts: object = {}): Input => ({
    ...{ kind: 'trigger', user: 'k#u1', id: 'trigger-t', at: START, journey: 'j', group: 'test' },
    ...parts,
  });
  const steps = {
    wait: { type: 'wait', for: 'P20D', next: 'until' },
    until: { type: 'wait-until', at: '09:00', next: 'hour' },
    hour: { type: 'wait-for-best-hour', within: 'P1D', next: 'ask' },
    ask: { type: 'wait-for', first: [{ event: 'Never', next: 'write' }], atMost: 'P30D', otherwise: 'write' },
    write: mail('hello', 'end'),
    end: EXIT,
  };
  const body = { entries: [GO], start: 'wait', steps };
  const settings = { quietHours: [{ from: '00:00', to: '00:00' }], caps: { total: [{ most: 1, within: 'P90D' }] } };
  const ada = (more: object = {}, parts: object = {}) =>
    new Person(planWithJourneys({ j: { ...body, ...more } }, parts)).receives(email());

  it('waits a minute at most at each step, whatever it says', () => {
    const person = ada()
      .receives(test())
      .waitsUntil(START + HOUR);
    expect(runsOf(person).map(({ at, group }) => [(at - START) / MINUTE, group])).toEqual(
      [0, 1, 2, 3].map((minute) => [minute, 'test']),
    );
    expect(mailsOf(person)).toMatchObject([{ at: START + 3 * MINUTE, of: { group: 'test', step: 'write' } }]);
  });

  it.each([
    ['it has no trigger', {}],
    ['she is not among those it is for', { who: { trait: 'plan', is: 'pro' } }],
    ['it is over', { lives: { until: '2026-01-01T00:00:00Z' } }],
    ['it is by key, and she gives none', { key: 'orderId' }],
  ])('comes in though %s', (_what, more) => {
    expect(placesOf(ada(more).receives(test()))).toEqual(['wait']);
  });

  it('comes in though it is closed or she was in it, and again after that', () => {
    const plan = planWithJourneys([liveJourney('j', body, { halted: { how: 'closed', since: 0 } })]);
    const person = new Person(plan).receives(email(), test()).waitsUntil(START + HOUR);
    person.receives(test({ id: 'trigger-t2', at: START + 2 * HOUR })).waitsUntil(START + 3 * HOUR);
    expect(mailsOf(person)).toHaveLength(2);
    // A second one at the same time would be in her way.
    const twice = new Person(plan).receives(test(), test({ id: 'trigger-t3', at: START + 1 }));
    expect(placesOf(twice)).toEqual(['wait']);
  });

  it('is held back by no quiet hours, caps and holdouts, and counts for no cap', () => {
    const person = ada({ holdout: 50 }, { settings: { ...settings, holdout: 50 } });
    for (let n = 0; n < 3; n++)
      person.receives(test({ id: `trigger-${n}`, at: START + n * HOUR })).waitsUntil(START + (n + 1) * HOUR);
    expect(mailsOf(person)).toHaveLength(3);
    expect(person.profile?.contacts).toEqual([]);
  });

  it('who has said no gets no mail, as who has no address', () => {
    const no = track('Consent Withdrawn', START, { properties: { channel: 'email' } });
    expect(
      heldBackOf(
        ada()
          .receives(no, test())
          .waitsUntil(START + HOUR),
      ),
    ).toMatchObject([{ reason: 'consent withdrawn', of: { group: 'test' } }]);
  });

  it('is not remembered: she comes in by herself afterwards, and no exit of hers starts anything', () => {
    const journeys = {
      j: body,
      after: { entries: [{ type: 'journey-exit', journey: 'j' }], start: 'end', steps: { end: EXIT } },
    };
    const person = new Person(planWithJourneys(journeys)).receives(email(), test()).waitsUntil(START + HOUR);
    expect(person.profile?.pastRuns).toEqual([]);
    expect(storyOf(person, 'after')).toEqual([]);
    expect(placesOf(person.receives(go(2)))).toEqual(['wait']);
  });

  it.each([
    ['one that goes round', { again: body }],
    [
      'two that take her into each other',
      {
        j: {
          ...body,
          steps: {
            wait: steps.wait,
            until: mail('hello', 'enter'),
            enter: { type: 'enter-journey', journey: 'k', next: 'end' },
            end: EXIT,
          },
        },
        k: { ...body, steps: { wait: { type: 'enter-journey', journey: 'j', next: 'end' }, end: EXIT } },
      },
    ],
  ])('does not do so for ever: %s', (_what, journeys) => {
    const round = { ...body, steps: { ...steps, write: mail('hello', 'wait') } };
    const plan = planWithJourneys('again' in journeys ? { j: round } : (journeys as never));
    const person = new Person(plan).receives(email(), test()).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).length).toBeGreaterThan(40);
    expect(Math.max(...runsOf(person).map(({ at }) => at))).toBeLessThanOrEqual(START + 4 * HOUR);
    expect(placesOf(person)).toEqual([]);
  });

  it('may be taken out as anybody', () => {
    const person = ada().receives(test(), takenOutInput('k#u1', '1', 'j', START + 1));
    expect(runsOf(person).at(-1)).toMatchObject({ left: 'stopped', group: 'test' });
  });
});
