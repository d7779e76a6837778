import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../domain/calendar.ts';
import { withRefusals } from '../../../domain/delivery/preferences/refusals.ts';
import { consentProblem } from '../../../domain/delivery/rules/consent.ts';
import { answersIn, type Consents } from '../../../domain/state/consent.ts';
import { type ConsentPlace, consentInput, type GivenAnswer } from '../../../domain/state/input.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { identify, Person, START, track } from '../../support/people.ts';

const RULES = { topics: new Map([['club', { doubleOptIn: true }]]) };
const ada = () => new Person().receives(identify({ email: 'ada@example.com' }, START, { messageId: 'born' }));
const says = (answers: readonly GivenAnswer[], at = START + HOUR, by: ConsentPlace = 'preference-page') =>
  consentInput('k#u1', 's_1_0', { at, by, answers, wording: 'links-1' });
const problem = ({ profile }: Person, topic?: string) =>
  consentProblem((profile as Profile).consent, 'email', topic, RULES);

describe('an answer by a link that was mailed to her', () => {
  it('stands in her consent with where she gave it, when, and what she had read', () => {
    const person = ada().receives(says([{ about: 'email/news', granted: false }]));
    expect(answersIn((person.profile as Profile).consent)).toEqual([
      ['email/news', { granted: false, time: START + HOUR, source: 'preference-page', wording: 'links-1' }],
    ]);
    expect([problem(person, 'news'), problem(person)]).toEqual(['consent withdrawn', undefined]);
  });

  it('counts as confirmed when it is a yes: nobody else has her mailbox', () => {
    const person = ada().receives(says([{ about: 'email/club', granted: true }]));
    expect(problem(person, 'club')).toBeUndefined();
    person.receives(says([{ about: 'email/club', granted: false }], START + DAY));
    expect(problem(person, 'club')).toBe('consent withdrawn');
  });

  it('is no activity of hers', () => {
    const person = ada();
    const left = says([{ about: 'email', granted: false }], START + HOUR, 'one-click');
    person.receives(left);
    expect(problem(person)).toBe('consent withdrawn');
    expect((person.profile as Profile).activity).toEqual((ada().profile as Profile).activity);
  });

  it('counts after a yes by a clock that was ahead, and takes nobody there', () => {
    const yes = track('Consent Granted', START, { properties: { channel: 'email' } });
    const person = ada().receives({ ...yes, event: { ...yes.event, time: START + DAY } });
    person.receives({ ...says([{ about: 'email', granted: false }]), time: START + DAY + 1 });
    expect(problem(person)).toBe('consent withdrawn');
    expect(person.profile?.asOf).toBe(START + HOUR);
  });

  it('brings nobody into being', () => {
    expect(new Person().receives(says([{ about: 'email', granted: false }])).profile).toBeUndefined();
  });
});

describe('what was refused at an address', () => {
  const refused = new Map([['email/news', START]]);
  const saying = (about: string, granted: boolean, time: number): Consents =>
    new Map([[about, { granted, time, source: 'app' }]]);

  it('counts for everybody who has it, as if each had said it', () => {
    expect(consentProblem(withRefusals(new Map(), refused), 'email', 'news', RULES)).toBe('consent withdrawn');
    expect(consentProblem(withRefusals(new Map(), refused), 'email', 'offers', RULES)).toBeUndefined();
    const before = saying('email/news', true, START - 1);
    expect(consentProblem(withRefusals(before, refused), 'email', 'news', RULES)).toBe('consent withdrawn');
  });

  it('is overruled by a later yes, and by none of the same moment', () => {
    const later = saying('email/news', true, START + 1);
    expect(consentProblem(withRefusals(later, refused), 'email', 'news', RULES)).toBeUndefined();
    const together = saying('email/news', true, START);
    expect(consentProblem(withRefusals(together, refused), 'email', 'news', RULES)).toBe('consent withdrawn');
  });

  it('takes back what was confirmed before', () => {
    const yes = new Person()
      .receives(identify({ email: 'ada@example.com' }, START - DAY))
      .receives(says([{ about: 'email/club', granted: true }], START - HOUR))
      .receives(track('Consent Granted', START + HOUR, { properties: { channel: 'email', topic: 'club' } }));
    const consents = (yes.profile as Profile).consent;
    expect(consentProblem(consents, 'email', 'club', RULES)).toBeUndefined();
    const left = withRefusals(consents, new Map([['email/club', START]]));
    expect(consentProblem(left, 'email', 'club', RULES)).toBe('consent not confirmed');
  });

  it('never lets through what was kept away, and changes nothing where nothing was refused', () => {
    const about = fc.constantFrom('email', 'email/news', 'email/club');
    const consents = fc.array(fc.tuple(about, fc.boolean(), fc.integer({ min: 0, max: 5 })), { maxLength: 4 });
    const refusals = fc.dictionary(about, fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(consents, refusals, fc.constantFrom(undefined, 'news', 'club'), (said, no, topic) => {
        const before: Consents = new Map(said.map(([name, granted, time]) => [name, { granted, time, source: 'app' }]));
        const after = withRefusals(before, new Map(Object.entries(no)));
        const was = consentProblem(before, 'email', topic, RULES);
        if (was === 'consent withdrawn') expect(consentProblem(after, 'email', topic, RULES)).toBe(was);
        if (Object.keys(no).length === 0) expect(after).toBe(before);
      }),
    );
  });
});
