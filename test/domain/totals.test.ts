import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import type { LifecycleBody } from '../../domain/catalog/lifecycle.ts';
import { compilePlan, planOf } from '../../domain/decisions/plan.ts';
import type { EventInput } from '../../domain/state/input.ts';
import { mergeProfile } from '../../domain/state/merge.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { UTC } from '../../domain/zone.ts';
import { Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const ever = (id: number, event: string) => ({ id, key: `s${id}`, where: { event } });
const totalsOf = ({ events }: Profile) => new Map(events.map(({ name, count }) => [name, count]));

describe('the totals of events', () => {
  it('keep what is asked for ever, while names longest unseen go', () => {
    const person = new Person(planOf({ segments: [ever(1, 'Signed Up')] }));
    person.receives(track('Signed Up', START), track('Seen Once', START));
    person.receives(...many(300, (i) => track(`n${i}`, START + (i + 1) * MINUTE)));
    const { events, segments } = person.profile as Profile;
    expect(events).toHaveLength(100);
    expect(events.map(({ name }) => name)).toContain('Signed Up');
    expect(events.map(({ name }) => name)).not.toContain('Seen Once');
    expect([...segments]).toEqual([[1, START]]);
  });

  it('are kept for whoever decides by them: segments, stages, and those that wait for their past', () => {
    const stages = (event: string): LifecycleBody => ({
      stages: [{ name: 'new', when: { event, last: { ago: { lt: 'P1D' } } } }],
      otherwise: 'active',
    });
    const { totals } = compilePlan(
      {
        ...{ number: 1, publishedAt: START, lifecycle: stages('by a stage') },
        waiting: { lifecycle: stages('by one that waits'), segments: [{ key: 'w', where: { event: 'as it was' } }] },
        segments: [
          { ...ever(1, 'not yet'), filling: true },
          { ...ever(2, ''), where: { event: 'counted', within: 'P7D' } },
          { ...ever(3, ''), where: { not: { event: 'first', first: { ago: { gte: 'P1D' } } } } },
        ],
        counters: [{ id: 1, spec: { event: 'counted', keep: { days: 7 } }, countsFrom: 0 }],
      },
      UTC,
    );
    expect([...totals].sort()).toEqual(['as it was', 'by a stage', 'by one that waits', 'first', 'not yet']);
  });

  it('of two who turn out to be one are brought within the bound with the next event, by what is asked for', () => {
    const plan = planOf({ segments: [ever(1, 'a0'), ever(2, 'b0')] });
    const named = (letter: string) => {
      const events = many(100, (i) => track(`${letter}${i}`, START + i * MINUTE, { userId: letter }));
      return new Person(plan).receives(...events).profile as Profile;
    };
    const heir = { ...named('a') };
    mergeProfile(heir, named('b'));
    const person = new Person(plan);
    person.profile = heir;
    person.receives(track('next', START + DAY, { userId: 'a' }));
    const totals = totalsOf(person.profile);
    expect(totals.size).toBe(100);
    expect([totals.get('a0'), totals.get('b0'), totals.get('next')]).toEqual([1, 1, 1]);
  });

  it('that are asked for are exact, whatever else comes in whatever order', () => {
    const plan = planOf({ segments: many(3, (i) => ever(i + 1, `n${i}`)) });
    const event = fc.record({ name: fc.nat(150), at: fc.nat(90) });
    fc.assert(
      fc.property(fc.array(event, { minLength: 150, maxLength: 250 }), fc.nat(150), (events, place) => {
        const inputs = [{ name: 0, at: 0 }, ...events, { name: 0, at: 0 }].map(({ name, at }, i) =>
          track(`n${name}`, START + at * DAY, { userId: i <= place ? 'ada' : 'ben' }),
        );
        const reduced = (some: readonly EventInput[]) => {
          const person = new Person(plan);
          person.receivesTogether(some);
          return person.profile as Profile;
        };
        const heir = { ...reduced(inputs.slice(0, place + 1)) };
        mergeProfile(heir, reduced(inputs.slice(place + 1)));
        const expected = many(3, (i) => events.filter(({ name }) => name === i).length + (i === 0 ? 2 : 0));
        expect(many(3, (i) => totalsOf(heir).get(`n${i}`) ?? 0)).toEqual(expected);
      }),
      runs(30),
    );
  });
});
