import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../domain/calendar.ts';
import type { Halt, JourneyVersion, LiveJourney } from '../../../domain/catalog/live-catalog.ts';
import type { Plan } from '../../../domain/decisions/plan.ts';
import { enrolInput, type Input, triggerInput } from '../../../domain/state/input.ts';
import {
  entriesOf,
  goalsOf,
  heldBackOf,
  journeyOf,
  liveJourney,
  mail,
  mailsOf,
  placesOf,
  planWithJourneys,
  runsOf,
  storyOf,
} from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

const EXIT = { type: 'exit' };
const wait = (length: string, next: string) => ({ type: 'wait', for: length, next });
const BODY = {
  entries: [{ type: 'event', event: 'Go' }],
  goal: { reached: { event: 'Order Completed' }, within: 'P9D' },
  exits: [{ event: 'Stop' }],
  start: 'wait',
  steps: { wait: wait('P2D', 'write'), write: mail('hello', 'rest'), rest: wait('P1D', 'end'), end: EXIT },
};

const reconcile = (number: number, at: number): Input => ({
  ...{ kind: 'reconcile', cause: 'publish', user: 'k#u1', id: `reconcile-${number}`, at, plan: number },
});
const go = (hours: number) => track('Go', START + hours * HOUR);
const email = () => identify({ email: 'ada@shop.example' }, START);
const release = (number: number, hours: number, journeys: readonly LiveJourney[], settings: object = {}): Plan =>
  planWithJourneys(journeys, { number, publishedAt: START + hours * HOUR, settings });

/** Publishes, and looks at her as the pass over everybody does that follows; without it her next moment does. */
const publish = (person: Person, plan: Plan, isLookedAt = true) => {
  person.waitsUntil(plan.publishedAt);
  person.plan = plan;
  if (isLookedAt) person.receives(reconcile(plan.number, plan.publishedAt));
  return person;
};
const halted = (how: Halt | undefined, number: number, hours: number, body: object = BODY): Plan =>
  release(number, hours, [liveJourney('j', body, how && { halted: { how, since: START + hours * HOUR } })]);
const begun = (body: object = BODY) => new Person(release(1, 0, [liveJourney('j', body)])).receives(email(), go(0));
const moments = (person: Person) => runsOf(person).map(({ at }) => (at - START) / HOUR);

describe('a journey that is paused', () => {
  it('takes in nobody, also not by a program', () => {
    const entries = [...BODY.entries, { type: 'trigger' }];
    const person = new Person(halted('paused', 1, 0, { ...BODY, entries })).receives(
      ...[email(), go(1), triggerInput('k#u1', '1', { at: START + HOUR, journey: 'j' })],
    );
    expect(runsOf(person)).toEqual([]);
  });

  it('keeps at its first step whom its schedule has enrolled and the pause has overtaken', () => {
    const who = { trait: 'a', exists: true };
    const entries = [{ type: 'schedule', who, once: { day: '2026-03-02', at: '13:00' } }];
    const body = { ...BODY, entries, start: 'write' };
    const enrolled = () =>
      publish(new Person(halted(undefined, 1, 0, body)), halted('paused', 2, 1, body)).receives(
        ...[email(), enrolInput('k#u1', '1', { at: START + 2 * HOUR, journey: 'j', plan: 1 })],
      );
    const person = enrolled().waitsUntil(START + DAY);
    expect([storyOf(person, 'j'), placesOf(person), mailsOf(person)]).toEqual([['in'], ['write'], []]);
    publish(person, halted(undefined, 3, 24 + 6, body)).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ at }) => at)).toEqual([START + 30 * HOUR]);
    expect(storyOf(publish(enrolled(), halted('stopped', 3, 30, body)), 'j')).toEqual(['in', 'out: stopped']);
  });

  it.each([true, false])(
    'leaves her where she is; what became due goes on when it goes on (looked at: %s)',
    (isLookedAt) => {
      const person = publish(begun(), halted('paused', 2, 24), isLookedAt);
      person.receives(track('App Opened', START + 30 * HOUR)).waitsUntil(START + 9 * DAY);
      expect([placesOf(person), mailsOf(person)]).toEqual([['wait'], []]);
      publish(person, halted(undefined, 3, 24 * 10)).waitsUntil(START + 99 * DAY);
      expect(mailsOf(person).map(({ at }) => at)).toEqual([START + 10 * DAY]);
      expect(storyOf(person, 'j')).toEqual(['in', 'wait', 'write/sent', 'rest', 'end', 'out: finished']);
      expect(moments(person)).toEqual([0, 240, 264]);
    },
  );

  it('that goes on before her wait is over changes nothing for her', () => {
    const person = publish(publish(begun(), halted('paused', 2, 24)), halted(undefined, 3, 30)).waitsUntil(
      START + 9 * DAY,
    );
    expect(moments(person)).toEqual([0, 48, 72]);
  });

  it('lets out who reaches the goal or an exit', () => {
    const goal = publish(begun(), halted('paused', 2, 24)).receives(order(START + 30 * HOUR));
    expect([goalsOf(goal).length, storyOf(goal, 'j').at(-1)]).toEqual([1, 'out: goal']);
    const exit = publish(begun(), halted('paused', 2, 24)).receives(track('Stop', START + 30 * HOUR));
    expect(storyOf(exit, 'j').at(-1)).toBe('out: condition');
  });

  it('keeps back the message that waits, and writes it when it goes on, if it is not too late then', () => {
    const settings = { quietHours: [{ from: '11:00', to: '15:00' }] };
    const steps = { ...BODY.steps, write: mail('hello', 'rest', { withheld: 'end' }) };
    const body = { ...BODY, start: 'write', steps };
    const at = (how: Halt | undefined, number: number, hours: number) =>
      release(number, hours, [liveJourney('j', body, how && { halted: { how, since: 0 } })], settings);
    const paused = () => {
      const person = publish(new Person(at(undefined, 1, 0)).receives(email(), go(0)), at('paused', 2, 1));
      expect([placesOf(person.waitsUntil(START + DAY)), mailsOf(person)]).toEqual([['write'], []]);
      return person;
    };
    expect(mailsOf(publish(paused(), at(undefined, 3, 24 + 6))).map((one) => one.at)).toEqual([START + 30 * HOUR]);
    const late = publish(paused(), at(undefined, 3, 24 * 5));
    expect(heldBackOf(late).at(-1)).toMatchObject({ reason: 'too late' });
    expect(storyOf(late, 'j')).toEqual(['in', 'write/withheld', 'end', 'out: finished']);
  });
});

describe('a journey that is closed', () => {
  it('takes in nobody, and who is inside goes on to the end', () => {
    const person = publish(begun(), halted('closed', 2, 24))
      .waitsUntil(START + 9 * DAY)
      .receives(go(24 * 10));
    expect(storyOf(person, 'j')).toEqual(['in', 'wait', 'write/sent', 'rest', 'end', 'out: finished']);
    expect(moments(person)).toEqual([0, 48, 72]);
  });
});

describe('a journey that is stopped', () => {
  it.each([true, false])('lets out who is inside, and tells of it (looked at: %s)', (isLookedAt) => {
    const person = publish(begun(), halted('stopped', 2, 24), isLookedAt).receives(
      track('App Opened', START + 30 * HOUR),
    );
    expect(runsOf(person).at(-1)).toMatchObject({ left: 'stopped', at: START + 24 * HOUR, from: { step: 'wait' } });
    expect(mailsOf(person.waitsUntil(START + 9 * DAY))).toEqual([]);
    expect(entriesOf(person.receives(go(24 * 10)), 'j')).toEqual([START]);
  });

  it('still counts goals of who was in it', () => {
    const person = publish(begun(), halted('stopped', 2, 50)).receives(order(START + 60 * HOUR));
    expect(goalsOf(person)).toMatchObject([{ step: 'write' }]);
  });

  it('because it was taken away, leaves its key to another one', () => {
    const entries = [...BODY.entries, { type: 'trigger' }];
    const gone = liveJourney('j', BODY, { halted: { how: 'stopped', since: START + DAY } });
    const other = liveJourney('j', { ...BODY, entries }, { id: 2 });
    const person = publish(begun(), release(2, 24, [other, gone]));
    person.receives(triggerInput('k#u1', '1', { at: START + 25 * HOUR, journey: 'j' }));
    expect(storyOf(person, 'j')).toEqual(['in', 'out: stopped', 'in']);
    expect(person.profile?.runs.map((run) => [run.journey, run.left])).toEqual([
      [1, 'stopped'],
      [2, undefined],
    ]);
  });
});

describe('a new version', () => {
  const NEW = { ...BODY, steps: { ...BODY.steps, wait: wait('P1D', 'write'), write: mail('hello-again', 'rest') } };
  const versions = (...all: (readonly [number, object, JourneyVersion['moves']?])[]): LiveJourney => ({
    ...{ id: 1, key: 'j' },
    versions: all.map(([version, body, moves]) => ({ version, body: journeyOf(body), ...(moves && { moves }) })),
  });
  const two = (moves?: JourneyVersion['moves'], body: object = NEW) => versions([1, BODY], [2, body, moves]);

  it('is for who comes in from then on: who is inside finishes hers', () => {
    const person = publish(begun(), release(2, 24, [two()])).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ message, at }) => [message, (at - START) / HOUR])).toEqual([['hello', 48]]);
    expect(runsOf(person).map(({ version }) => version)).toEqual([1, 1, 1]);
    const later = new Person(release(2, 24, [two()])).receives(email(), go(30)).waitsUntil(START + 9 * DAY);
    expect(mailsOf(later).map(({ message, at }) => [message, (at - START) / HOUR])).toEqual([['hello-again', 54]]);
    expect(runsOf(later).map(({ version }) => version)).toEqual([2, 2, 2]);
  });

  it.each([
    ['not yet over by it', 12, 24],
    ['over by it already: she goes on at once', 36, 36],
  ])('that moves people counts their wait anew, from when they came to it: %s', (_what, published, sent) => {
    const person = publish(begun(), release(2, published, [two({})])).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ message, at }) => [message, (at - START) / HOUR])).toEqual([['hello-again', sent]]);
    const moved = runsOf(person)[1];
    expect(moved).toMatchObject({ version: 2, from: { step: 'wait', version: 1 } });
  });

  it('makes a wait longer as well, and is known by the next thing she does if nobody has looked before', () => {
    const longer = { ...BODY, steps: { ...BODY.steps, wait: wait('P5D', 'write') } };
    const person = publish(begun(), release(2, 24, [two({}, longer)]), false).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ at }) => (at - START) / HOUR)).toEqual([120]);
  });

  it('takes along from the step that is named for hers, and lets out whose step is nowhere', () => {
    const renamed = { ...BODY, start: 'pause', steps: { pause: wait('P1D', 'end'), end: EXIT } };
    const named = publish(begun(), release(2, 12, [two({ wait: 'pause' }, renamed)]));
    expect(placesOf(named)).toEqual(['pause']);
    expect(moments(named.waitsUntil(START + 9 * DAY))).toEqual([0, 12, 24]);
    const lost = publish(begun(), release(2, 12, [two({ other: 'pause' }, renamed)]));
    expect(runsOf(lost).at(-1)).toMatchObject({ left: 'stopped', version: 2 });
  });

  it('asks for the message that waited once more, by the new step, and writes one', () => {
    const settings = { quietHours: [{ from: '11:00', to: '15:00' }] };
    const first = { ...BODY, start: 'write' };
    const person = new Person(release(1, 0, [liveJourney('j', first)], settings)).receives(email(), go(0));
    expect(placesOf(person)).toEqual(['write']);
    const both = versions([1, first], [2, { ...NEW, start: 'write' }, {}]);
    publish(person, release(2, 1, [both], settings)).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ message, at }) => [message, (at - START) / HOUR])).toEqual([['hello-again', 3]]);
  });

  it('moves once: a third one without moves leaves people in the second', () => {
    const third = { ...BODY, steps: { ...BODY.steps, wait: wait('PT1H', 'write'), write: mail('third', 'rest') } };
    const person = publish(begun(), release(2, 12, [two({})]));
    publish(person, release(3, 13, [versions([1, BODY], [2, NEW, {}], [3, third])])).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ message, at }) => [message, (at - START) / HOUR])).toEqual([['hello-again', 24]]);
  });

  it('has to do for who is in one that is not kept any more', () => {
    const person = publish(begun(), release(3, 12, [versions([3, NEW])])).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ message, at }) => [message, (at - START) / HOUR])).toEqual([['hello-again', 24]]);
  });

  it('repeats nothing that was done at once before', () => {
    const person = begun().waitsUntil(START + 50 * HOUR);
    publish(person, release(2, 50, [two({})])).waitsUntil(START + 9 * DAY);
    expect(mailsOf(person).map(({ message }) => message)).toEqual(['hello']);
    expect(storyOf(person, 'j')).toEqual(['in', 'wait', 'write/sent', 'rest', 'end', 'out: finished']);
  });
});

describe('a journey whose past is still counted', () => {
  it('takes in nobody until then', () => {
    const person = new Person(release(1, 0, [liveJourney('j', BODY, { filling: true })])).receives(go(0));
    expect(runsOf(person)).toEqual([]);
    expect(entriesOf(publish(person, release(2, 1, [liveJourney('j', BODY)])).receives(go(2)), 'j')).toHaveLength(1);
  });
});
