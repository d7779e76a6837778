import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import { type Expression, expressionSchema } from '../../domain/catalog/expression.ts';
import { compileNumbers } from '../../domain/decisions/expressions/comparisons.ts';
import { compileExpression } from '../../domain/decisions/expressions/compile.ts';
import { contextOf, planOf } from '../../domain/decisions/plan.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { UTC } from '../../domain/zone.ts';
import { Person, START, track } from '../support/people.ts';

const keep = { hours: 48 } as const;
const counters = [{ id: 1, spec: { event: 'A', keep }, countsFrom: 0 }];
const MOST = 70;

/** By how many times she did it: what is kept of her. */
const profiles = Array.from({ length: MOST + 1 }, (_, count) => {
  const person = new Person(planOf({ registered: counters }));
  person.receives(track('B', START), ...Array.from({ length: count }, (_one, i) => track('A', START + i * MINUTE)));
  return person.profile as Profile;
});

describe('how often within hours', () => {
  it.each(['eq', 'gt', 'gte', 'lt', 'lte'])(
    'can be asked by %s exactly as far as the times that are kept answer it',
    (name) => {
      for (let bound = 40; bound <= 60; bound++) {
        const times = { [name]: bound };
        const where = { event: 'A', times, within: 'PT24H' } as Expression;
        const asked = compileExpression(where, contextOf({ segments: [], counters }, UTC));
        const isTrue = compileNumbers(times);
        const isRight = profiles.every(
          (profile, count) => asked(profile, START + DAY / 2, Infinity).value === isTrue(count),
        );
        expect(expressionSchema.safeParse(where).success, `${name} ${bound}`).toBe(isRight);
      }
    },
  );
});
