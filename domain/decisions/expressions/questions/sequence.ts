import { HOUR } from '../../../calendar.ts';
import type { CounterSpec } from '../../../catalog/counter-spec.ts';
import type { QuestionOf } from '../../../catalog/expression.ts';
import type { WhichEvent } from '../../../catalog/filter.ts';
import type { Profile } from '../../../state/profile.ts';
import { ALWAYS_FALSE } from '../../horizon.ts';
import { lengthOf } from '../comparisons.ts';
import type { CompileContext } from '../context.ts';
import type { Predicate } from '../predicate.ts';

type Sequence = QuestionOf<'sequence'>;

/** Single times, long enough back for the sequence. */
const counterOfStep = ({ event, where }: WhichEvent, within: string): CounterSpec => ({
  event,
  ...(where !== undefined && { where }),
  keep: { hours: lengthOf(within) <= 48 * HOUR ? 48 : 168 },
});

export const countersOfSequence = ({ sequence, within }: Sequence): CounterSpec[] =>
  sequence.map((step) => counterOfStep('not' in step ? step.not : step, within));

/** Something that happened, and what must not have happened between the one before and it. */
interface Link {
  readonly times: (profile: Profile) => readonly number[];
  readonly without: ((profile: Profile) => readonly number[]) | undefined;
}

const NONE: readonly number[] = [];

/**
 * One event after the other, each later than the one before, all within the time up to now; what must not have happened
 * lies strictly between two, or after the last one up to now. Holds until the first of them leaves the window, for that
 * way through which that comes latest; by time alone it never comes to hold.
 */
export function compileSequence(question: Sequence, context: CompileContext): Predicate {
  const length = lengthOf(question.within);
  const timesOf = (which: WhichEvent) => {
    const id = context.counterId(counterOfStep(which, question.within));
    if (id === undefined) throw new Error(`Nobody counts ${which.event} as the catalog needs it`);
    return ({ counters }: Profile) => counters.get(id)?.stamps ?? NONE;
  };

  const links: Link[] = [];
  let without: Link['without'];
  for (const step of question.sequence) {
    if ('not' in step) without = timesOf(step.not);
    else {
      links.push({ times: timesOf(step), without });
      without = undefined;
    }
  }
  const notSince = without;

  return (profile, now) => {
    let ways: readonly Way[] | undefined;
    for (const link of links) {
      const times = link.times(profile).filter((time) => time > now - length);
      ways =
        ways === undefined
          ? times.map((time) => ({ first: time, last: time }))
          : continued(ways, times, link.without?.(profile));
      if (ways.length === 0) return ALWAYS_FALSE;
    }
    const spoilt = notSince?.(profile).at(-1) ?? Number.NEGATIVE_INFINITY;
    let first = Number.NEGATIVE_INFINITY;
    for (const way of ways ?? []) if (way.last >= spoilt) first = Math.max(first, way.first);
    if (first === Number.NEGATIVE_INFINITY) return ALWAYS_FALSE;
    const until = first + length;
    return { value: true, until, due: until };
  };
}

/** A way through the steps so far: when its first event happened (ms), the latest there is, and its last one. */
interface Way {
  readonly first: number;
  readonly last: number;
}

function continued(ways: readonly Way[], times: readonly number[], forbidden: readonly number[] = NONE): Way[] {
  return times.flatMap((time) => {
    // What lies between may not: only ways that end at or after the last such thing before this time are left.
    const after = forbidden.findLast((one) => one < time) ?? Number.NEGATIVE_INFINITY;
    let first = Number.NEGATIVE_INFINITY;
    for (const way of ways) if (way.last < time && way.last >= after) first = Math.max(first, way.first);
    return first === Number.NEGATIVE_INFINITY ? [] : [{ first, last: time }];
  });
}
