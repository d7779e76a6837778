import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { planOf } from '../../domain/decisions/plan.ts';
import type { Counter, CounterState } from '../../domain/state/counters.ts';
import type { BackfillInput } from '../../domain/state/input.ts';
import { Person, START, track } from '../support/people.ts';

const TODAY = Math.floor(START / DAY);

describe('a span', () => {
  const always: Counter = { id: 1, event: 'A', span: { from: 0, to: 100_000 }, countsFrom: 0 };
  const sixty = Array.from({ length: 60 }, (_, i) => track('A', START - (59 - i) * DAY, { receivedAt: START + i }));

  it('keeps the first time and the last, however many come at once', () => {
    const together = new Person(planOf({ counters: [always] }));
    together.receivesTogether(sixty);
    const apart = new Person(planOf({ counters: [always] })).receives(...sixty);
    const kept = { days: [{ count: 60 }], stamps: [START - 59 * DAY, START] };
    expect(together.profile?.counters.get(1)).toMatchObject(kept);
    expect(apart.profile?.counters.get(1)).toMatchObject(kept);
  });
});

describe('what is filled in from a key', () => {
  const counter: Counter = { id: 1, event: 'A', days: 90, countsFrom: START };
  const plan = planOf({ counters: [counter] });
  const past: CounterState = { days: [{ day: TODAY - 3, count: 2, micros: 0 }], stamps: [] };
  const letter = (user: BackfillInput['user']): BackfillInput => ({
    ...{ kind: 'backfill', id: 'backfill-1/k#b', user, at: START + DAY, from: 'k#b' },
    counters: [[1, past]],
  });

  it('counts once, though the letter comes back to whom it went over while they are put together', () => {
    const b = new Person(plan).receives(track('Something', START, { userId: 'b' }), letter('k#b'));
    // She has forgotten the letter by then; her profile still has it.
    const forgetful = { ...(b.profile as NonNullable<typeof b.profile>), recent: [] };
    const heir = new Person(plan).receives(track('Something', START));
    const again = letter('k#u1');
    heir.receivesTogether([again], new Map([[again.id, [forgetful]]]));
    expect(heir.profile?.counters.get(1)?.days).toEqual([{ day: TODAY - 3, count: 2, micros: 0 }]);
  });
});
