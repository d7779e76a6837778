import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOUR } from '../../domain/calendar.ts';
import { neededCounters } from '../../domain/decisions/expressions/references.ts';
import { stageOf } from '../../domain/decisions/lifecycle.ts';
import { planOf } from '../../domain/decisions/plan.ts';
import { NOBODY, type Profile, STAGE } from '../../domain/state/profile.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { identify, Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';
import { SEGMENTS } from '../support/segments.ts';

const zone = zoneNamed('Europe/Berlin');
if (zone === undefined) throw new Error('This runtime knows no Berlin');
const plan = planOf({
  number: 1,
  zone,
  segments: Object.entries(SEGMENTS).map(([key, where], i) => ({ id: i + 1, key, where })),
  registered: neededCounters({ all: Object.values(SEGMENTS) }, (key) => SEGMENTS[key]).map((spec, i) => ({
    ...{ id: i + 1, spec, countsFrom: 0 },
  })),
});

const step = fc.record({
  hours: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 24 * 20 })),
  what: fc.constantFrom(
    ...['Page Viewed', 'Page Viewed', 'Product Viewed', 'Product Viewed', 'Product Added', 'Order Completed'],
    ...['Signed In', 'Order Cancelled', 'Something Else', 'plan', 'age'],
  ),
  amount: fc.integer({ min: 1, max: 150 }),
});

const life = fc.array(step, { minLength: 1, maxLength: 60 }).map((steps) => {
  let time = START;
  return steps.map(({ hours, what, amount }, place) => {
    time += hours * HOUR;
    const parts = { messageId: `m${place}` };
    if (what === 'plan') return identify({ plan: amount > 75 ? 'pro' : 'free' }, time, parts);
    if (what === 'age') return identify({ age: amount }, time, parts);
    return track(what, time, { ...parts, properties: { revenue: amount, name: 'Home' } });
  });
});

/** Everybody asked about her, with nothing remembered. */
function everyAnswer(profile: Profile) {
  const stage = stageOf(profile, plan.lifecycle, profile.asOf);
  const answers = plan.segments.all.map(({ id, isIn }) => ({
    id,
    ...isIn(profile, profile.asOf, Number.POSITIVE_INFINITY),
  }));
  return { stage, answers, due: Math.min(stage?.due ?? Number.POSITIVE_INFINITY, ...answers.map(({ due }) => due)) };
}

it('nobody is asked too late, and a due time whose owner is known is exact, though few are asked with each event', () => {
  let known = 0;
  fc.assert(
    fc.property(life, (inputs) => {
      const person = new Person(plan);
      for (const input of inputs) {
        person.waitsUntil(input.at - 1).receives(input);
        const profile = person.profile as Profile;
        // What falls on midnight is looked at in the hour after it.
        if (input.at < zone.startOfDay(zone.dayOf(input.at)) + HOUR) continue;
        const { stage, answers, due } = everyAnswer(profile);

        expect(profile.stage?.name).toBe(stage?.value);
        expect([...profile.segments.keys()].sort()).toEqual(
          answers.flatMap(({ id, value }) => (value ? [id] : [])).sort(),
        );
        expect(profile.dueAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(due);

        if (profile.dueBy === undefined) continue;
        known++;
        expect(profile.dueAt ?? Number.POSITIVE_INFINITY).toBe(due);
        const owner = answers.find(({ id }) => id === profile.dueBy);
        expect(profile.dueAt).toBe({ [STAGE]: stage?.due, [NOBODY]: undefined }[profile.dueBy] ?? owner?.due);
      }
    }),
    runs(60),
  );
  expect(known).toBeGreaterThan(100);
});
