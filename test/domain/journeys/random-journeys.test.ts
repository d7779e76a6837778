import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../../domain/calendar.ts';
import type { MessageEffect, RunEffect } from '../../../domain/decisions/effect.ts';
import { parseDuration } from '../../../domain/duration.ts';
import { utf8Length } from '../../../domain/json.ts';
import { encodeProfile } from '../../../domain/state/codec.ts';
import {
  answeredInput,
  becameInput,
  deferredInput,
  eventInput,
  type Input,
  takenOutInput,
  triggerInput,
} from '../../../domain/state/input.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { MESSAGE_OUTCOMES } from '../../../domain/state/run.ts';
import { heldBackOf, mailsOf, runsOf } from '../../support/journeys.ts';
import { stored } from '../../support/lives.ts';
import { Person, START } from '../../support/people.ts';
import { LONGEST_WAIT, ORDINARY_EVENTS, type RandomProject, randomProject } from '../../support/random-journeys.ts';
import { inProof, runs } from '../../support/runs.ts';
import { showsQuiet } from '../contact-rules/clocks.ts';

const HOURS = 4 * 24;
const USER = 'k#u1';

const KINDS = [
  ...['event', 'event', 'event', 'event', 'event', 'traits', 'trigger', 'trigger', 'test', 'taken-out', 'consent'],
  ...['became', 'became', 'answered', 'deferred', 'code', 'merge'],
] as const;
const moment = fc.record({
  minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 60, max: 900 })),
  kind: fc.constantFrom(...KINDS),
  pick: fc.nat(60),
  late: fc.constantFrom(0, 0, 0, 5, 50, 200),
});
type Moment = typeof moment extends fc.Arbitrary<infer One> ? One : never;

interface Case {
  readonly project: RandomProject;
  readonly moments: readonly Moment[];
  readonly sizes: readonly number[];
  readonly timersRun: boolean;
}
const cases: fc.Arbitrary<Case> = fc.record({
  project: randomProject(HOURS),
  moments: fc.array(moment, { minLength: 10, maxLength: 40 }),
  sizes: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 12 }),
  timersRun: fc.boolean(),
});

const of = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

const event = (id: string, at: number, parts: object, late = 0): Input =>
  eventInput({
    ...{ type: 'track', messageId: id, source: 'client', sourceId: 'app', userId: 'u1' },
    ...{ time: at - late * MINUTE, receivedAt: at, ...parts },
  } as never);

/** What comes in at a moment. */
function inputFor(one: Moment, n: number, at: number, person: Person): Input {
  const { kind, pick, late } = one;
  const id = `m${n}`;
  switch (kind) {
    case 'event': {
      const properties = { n: pick % 4, order: `o${pick % 3}`, ...(pick % 7 === 0 && { list: 'é'.repeat(pick * 20) }) };
      return event(id, at, { name: of(ORDINARY_EVENTS, pick), properties }, late);
    }
    case 'traits': {
      const traits = { plan: of(['pro', 'free', null], pick), renews: of(['2026-03-05', '2026-03-08'], pick) };
      return event(id, at, { type: 'identify', name: undefined, traits }, late);
    }
    case 'consent':
      return event(id, at, {
        name: pick % 3 === 0 ? 'Consent Withdrawn' : 'Consent Granted',
        properties: { channel: 'email' },
      });
    case 'trigger':
    case 'test': {
      const data = pick % 2 === 0 ? { order: pick % 3 } : undefined;
      const journey = pick % 3 === 0 ? 'a' : 'b';
      const isTest = kind === 'test';
      return triggerInput(USER, id, { at, journey, ...(data && { data }), ...(isTest && { group: 'test' }) });
    }
    case 'taken-out':
      return takenOutInput(USER, id, pick % 2 === 0 ? 'a' : 'b', at);
    case 'merge':
      return { kind: 'merge', user: USER, id, at, other: 'k#u2' };
    default:
      return toldOf(one, id, at, person) ?? event(id, at, { name: 'Looked' });
  }
}

/** What is about something that was decided before: a receipt, an answer, an order with her code, a message that came back. */
function toldOf({ kind, pick }: Moment, id: string, at: number, person: Person): Input | undefined {
  if (kind === 'became') {
    const { of: ref, at: decidedAt = 0 } = of(mailsOf(person), pick) ?? {};
    const outcome = of(MESSAGE_OUTCOMES, pick) ?? 'opened';
    return ref && becameInput(USER, { at, run: ref.run, step: ref.step, decidedAt, outcome });
  }
  if (kind === 'answered') {
    const calls = person.effects.flatMap((effect) => (effect.kind === 'call' ? [effect.of] : []));
    const ref = of(calls, pick);
    return (
      ref && answeredInput(USER, id, { at, run: ref.run, step: ref.step, answered: pick % 2 ? 'taken' : 'failed' })
    );
  }
  if (kind === 'code') {
    const [code = 'none'] = person.profile?.runs.flatMap(({ notes }) => notes.flatMap((note) => note.code ?? [])) ?? [];
    return event(id, at, { name: 'C', properties: { code } });
  }
  const last = mailsOf(person).at(-1);
  if (last?.of === undefined || last.class !== undefined) return undefined;
  const { message, at: decidedAt, notAfter, of: ref } = last;
  // Which message it was stands in its id: it comes back once.
  const sendId = `${ref.run}-${ref.step}-${decidedAt}`;
  return deferredInput(USER, { sendId, message, decidedAt, notAfter, of: ref, priority: 5 }, at);
}

/** Somebody who turns out to be the same person. */
function other(plan: RandomProject['plans'][number] | undefined): Person {
  const parts = { messageId: 'o1', userId: 'u2', name: 'A', properties: { order: 'o1' } };
  return new Person(plan).receives({ ...event('o1', START - MINUTE, parts), user: 'k#u2' });
}

/** Reduced one by one, and the inputs that came of it. */
function live({ project: { plans }, moments }: Case) {
  const person = new Person(plans[0]);
  const email = event('born', START, { type: 'identify', name: undefined, traits: { email: 'ada@shop.example' } });
  const inputs: Input[] = [email];
  advanceTo(person, email, plans);
  let at = START;
  for (const [n, one] of moments.entries()) {
    at += one.minutes * MINUTE;
    // What came before the moment was decided before it: what it is about is known.
    publishUntil(person, at, plans);
    person.waitsUntil(at - 1);
    const input = inputFor(one, n, at, person);
    inputs.push(input);
    advanceTo(person, input, plans);
  }
  const last = event('last', at + MINUTE, { name: 'Looked' });
  inputs.push(last);
  advanceTo(person, last, plans);
  return { person, inputs, end: at + MINUTE };
}

type Joined = ReadonlyMap<string, readonly Profile[]>;

/** Each time that it is said, she turns out to be the same one. */
const joinedBy = (inputs: readonly Input[], [plan]: RandomProject['plans']): Joined =>
  new Map(
    inputs.flatMap(({ kind, id }) => (kind === 'merge' ? [[id, [other(plan).profile as Profile]] as const] : [])),
  );

/** Each release comes to bear at its time: what was due before fires before. */
function publishUntil(person: Person, at: number, plans: RandomProject['plans']): void {
  for (const plan of plans) {
    if (plan.number <= person.plan.number || plan.publishedAt > at) continue;
    person.waitsUntil(plan.publishedAt);
    person.plan = plan;
    const { publishedAt, number } = plan;
    if (person.profile !== undefined)
      person.receives({ kind: 'reconcile', cause: 'publish', user: USER, id: `r${number}`, at: publishedAt });
  }
}

function advanceTo(person: Person, input: Input, plans: RandomProject['plans']): void {
  publishUntil(person, input.at, plans);
  person.receivesTogether([input], joinedBy([input], plans));
}

/** The same inputs in batches, through the timers or without them; of each batch only what is stored is left. */
function batched({ project: { plans }, sizes, timersRun }: Case, inputs: readonly Input[]): Person {
  const person = new Person(plans[0]);
  const joined = joinedBy(inputs, plans);
  let place = 0;
  for (const size of [...sizes, ...inputs.map(() => 3)]) {
    const from = inputs[place];
    if (from === undefined) break;
    publishUntil(person, from.at, plans);
    const until = plans.find(({ publishedAt }) => publishedAt > from.at)?.publishedAt ?? Number.POSITIVE_INFINITY;
    const batch = inputs.slice(place, place + size).filter(({ at }) => at < until);
    if (timersRun) person.waitsUntil(from.at - 1);
    person.receivesTogether(batch, joined);
    person.profile = person.profile && stored(person.profile);
    place += batch.length;
  }
  return person;
}

const decided = (person: Person) => person.effects.filter(({ kind }) => kind !== 'wake');

// --- what has to hold of what was decided

/** Where somebody stands after each of a run's moments is where the next one begins; when she has left, nothing follows. */
function expectOneWay(effects: readonly RunEffect[]): void {
  let place: string | undefined;
  let isIn = false;
  for (const { entered, from, passed, to, left, run } of effects) {
    expect({ run, isIn }).toEqual({ run, isIn: entered === undefined });
    const begins = passed[0]?.[0];
    if (from !== undefined) expect(from.step).toBe(place);
    else if (entered === undefined) expect(begins).toBe(place);
    expect(new Set(passed.map(([step]) => step)).size).toBe(passed.length);
    expect(left === undefined).toBe(to !== undefined);
    place = to;
    isIn = left === undefined;
  }
}

/** Each visit of a message step writes once or is withheld once; only what came back from its way is written again. */
function expectEachMessageOnce(
  person: Pick<Person, 'effects'>,
  inputs: readonly Input[],
  all: readonly RunEffect[],
): void {
  const known = [...mailsOf(person), ...heldBackOf(person).filter(({ until }) => until === undefined)];
  const steps = new Set(known.flatMap(({ of: ref }) => (ref ? [`${ref.run}/${ref.step}`] : [])));
  for (const name of steps) {
    const isIt = ({ of: ref }: { readonly of?: { readonly run: string; readonly step: string } | undefined }) =>
      ref !== undefined && `${ref.run}/${ref.step}` === name;
    const visits = all.flatMap(({ run, passed }) => passed.filter(([step]) => `${run}/${step}` === name));
    const back = inputs.filter((input) => input.kind === 'deferred' && isIt(input)).length;
    const [sent, withheld] = ['sent', 'withheld'].map((way) => visits.filter((visit) => visit[1] === way).length);
    const mails = mailsOf(person).filter(isIt).length;
    expect(mails).toBeGreaterThanOrEqual(sent ?? 0);
    expect(mails).toBeLessThanOrEqual((sent ?? 0) + back);
    // Besides those of the way, those that were withheld because she left, or after they had come back.
    expect(
      heldBackOf(person).filter((effect) => effect.until === undefined && isIt(effect)).length,
    ).toBeGreaterThanOrEqual(withheld ?? 0);
  }
}

/** Read anew from what came in: nothing here knows how the product decides. */
function expectAllowed(
  person: Pick<Person, 'effects'>,
  inputs: readonly Input[],
  { settings, isPaused }: RandomProject,
): void {
  const answers = inputs.flatMap((input) =>
    input.kind === 'event' && input.event.name?.startsWith('Consent ')
      ? [{ at: input.at, granted: input.event.name === 'Consent Granted' }]
      : [],
  );
  const back = new Map(
    inputs.flatMap((input) =>
      input.kind === 'deferred' ? [[`${input.of?.run}/${input.of?.step}/${input.decidedAt}`, input.at] as const] : [],
    ),
  );
  const counted: MessageEffect[] = [];
  const { caps = {}, quietHours = [] } = settings;
  for (const message of mailsOf(person)) {
    const { at, notAfter, of: ref } = message;
    expect(at).toBeLessThanOrEqual(notAfter);
    expect(isPaused(ref?.journey ?? '', at)).toBe(false);
    if (message.class === 'transactional') continue;
    expect(ref?.group).not.toBe('holdout');
    // What time brings in a moment comes before what she says in it.
    const isTime = message.by?.startsWith('due-') === true;
    expect(answers.findLast((answer) => answer.at < at || (answer.at === at && !isTime))?.granted).not.toBe(false);
    if (ref?.group === 'test') continue;
    expect(showsQuiet(at, quietHours, 'UTC')).toBe(false);
    counted.push(message);
    for (const { most, within } of [...(caps.total ?? []), ...(caps.channels?.email ?? [])]) {
      const since = at - (parseDuration(within) ?? 0);
      const others = counted.filter(
        (one) =>
          one.at > since && (back.get(`${one.of?.run}/${one.of?.step}/${one.at}`) ?? Number.POSITIVE_INFINITY) > at,
      );
      expect(others.length).toBeLessThanOrEqual(most);
    }
  }
}

function expectSmall({ runs: all, ...rest }: Profile): void {
  for (const { about } of all) if (about) expect(utf8Length(JSON.stringify(about))).toBeLessThanOrEqual(600);
  const bytes = (some: Profile['runs']) => encodeProfile({ ...rest, runs: some }).length;
  for (const run of all) expect(bytes([run]) - bytes([])).toBeLessThanOrEqual(1_024);
}

/** Once nothing comes in any more, all that was to come comes: who is still inside goes round, and waits for a while only. */
function expectAnEnd(person: Person, { isPaused }: RandomProject, now: number): void {
  for (const { notAfter } of person.profile?.waiting ?? []) expect(notAfter).toBeGreaterThan(now);
  for (const { journey, step, since } of person.profile?.runs ?? [])
    if (step !== undefined && !isPaused(journey === 1 ? 'a' : 'b', now))
      expect(now - since).toBeLessThanOrEqual(LONGEST_WAIT);
}

function expectWays(person: Person, all: readonly RunEffect[], { isPaused }: RandomProject): void {
  for (const run of new Set(all.map((effect) => effect.run))) expectOneWay(all.filter((effect) => effect.run === run));
  const inside = (person.profile?.runs ?? []).filter(({ step }) => step !== undefined);
  // Who tries a journey may be in it by herself too.
  const isTest = (group: string | undefined) => group === 'test';
  expect(new Set(inside.map(({ journey, key, group }) => `${journey}/${key}/${isTest(group)}`)).size).toBe(
    inside.length,
  );
  for (const { journey, at, passed } of all) if (isPaused(journey, at)) expect(passed).toEqual([]);
}

describe('random journeys', () => {
  it('lead everybody one way, write as they may, and end; however what comes in is batched', () => {
    const seen = { run: 0, message: 0, withheld: 0, call: 0, goal: 0, moved: 0, deferred: 0 };
    fc.assert(
      fc.property(cases, (one) => {
        const { project } = one;
        const { person, inputs, end } = live(one);
        const together = batched(one, inputs);
        expect(decided(together)).toEqual(decided(person));
        expect({ ...together.profile, version: 0 }).toEqual({ ...person.profile, version: 0 });
        expectSmall(together.profile as Profile);

        publishUntil(person, end + 10 * DAY, project.plans);
        person.waitsUntil(end + 10 * DAY);
        const whole = { effects: [...other(project.plans[0]).effects, ...person.effects] };
        const all = runsOf(whole);
        expectAnEnd(person, project, end + 10 * DAY);
        expectWays(person, all, project);
        expectEachMessageOnce(whole, inputs, all);
        expectAllowed(whole, inputs, project);

        for (const { kind } of person.effects) if (kind in seen) seen[kind as 'run']++;
        seen.moved += all.filter(({ from }) => from?.version !== undefined).length;
        seen.deferred += inputs.filter(({ kind }) => kind === 'deferred').length;
      }),
      // Always the same cases here, other ones with each `npm run proof`: who comes across a new one is to be looking for it.
      inProof ? runs(50) : { ...runs(50), seed: 20_261_123 },
    );
    // Of all of it something has come to pass.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
