import type { NumberComparison } from '../../../catalog/comparison.ts';
import type { CounterKeep, CounterSpec } from '../../../catalog/counter-spec.ts';
import type { QuestionOf } from '../../../catalog/expression.ts';
import type { WhichEvent } from '../../../catalog/filter.ts';
import type { CounterDay, CounterState } from '../../../state/counters.ts';
import { type Profile, totalOf } from '../../../state/profile.ts';
import { ALWAYS_FALSE, ALWAYS_TRUE, isDuring } from '../../horizon.ts';
import { atLeastInWindow, holdsByDay, holdsInWindow, sumBetween } from '../../windows.ts';
import { compileAgo, compileNumbers, daysIn, leastOf, lengthOf } from '../comparisons.ts';
import type { CompileContext } from '../context.ts';
import { type Predicate, timeless } from '../predicate.ts';

type Times = QuestionOf<'event'>;
type Sum = QuestionOf<'sum'>;
type Average = QuestionOf<'average'>;
export type EventQuestion = Times | Sum | Average | QuestionOf<'first'> | QuestionOf<'last'> | QuestionOf<'comparedTo'>;

/** What profiles have to count for a question about one event; undefined when what they count anyway will do. */
export function counterFor(question: EventQuestion): CounterSpec | undefined {
  if ('comparedTo' in question) return specOf(question, daysKept(2 * (daysIn(question.within) ?? 0)));
  if ('first' in question || 'last' in question)
    return question.where === undefined ? undefined : specOf(question, { span: 'ever' });
  const sum = 'sum' in question ? question.sum.property : 'average' in question ? question.average.property : undefined;
  const keep = keptFor(question);
  // Totals of every event, with its first and last time, are there.
  if (keep === 'ever' && sum === undefined && question.where === undefined) return undefined;
  const which = 'average' in question ? ofThoseWith(question.average.property, question) : question;
  return specOf(which, keep === 'ever' ? { span: 'ever' } : keep, sum);
}

/** What has no amount is none of those the average is of. */
function ofThoseWith(property: string, { event, where }: WhichEvent): WhichEvent {
  const hasIt = { property, exists: true };
  return { event, where: where === undefined ? hasIt : { all: [where, hasIt] } };
}

const specOf = ({ event, where }: WhichEvent, keep: CounterKeep, sum?: string): CounterSpec => ({
  event,
  ...(where !== undefined && { where }),
  ...(sum !== undefined && { sum }),
  keep,
});

function keptFor({ within, between }: Times | Sum | Average): CounterKeep | 'ever' {
  if (within !== undefined) {
    const days = daysIn(within);
    return days === undefined ? { hours: 48 } : daysKept(days);
  }
  if (between === undefined) return 'ever';
  const [from, to] = between;
  return from.startsWith('P') ? daysKept((daysIn(from) ?? 0) + 1) : { span: [from, to] };
}

/** Few widths, so that many questions share a counter. */
const daysKept = (days: number): CounterKeep => ({ days: days <= 7 ? 7 : days <= 30 ? 30 : 90 });

const countOf = ({ count }: CounterDay) => count;
const microsOf = ({ micros }: CounterDay) => micros;
const NOTHING: CounterState = { days: [], stamps: [] };

export function compileEvent(question: EventQuestion, context: CompileContext): Predicate {
  if ('comparedTo' in question) return decline(question, context);
  if ('first' in question) return sinceTime(question, compileAgo(question.first.ago), context, 'first');
  if ('last' in question) return sinceTime(question, compileAgo(question.last.ago), context, 'last');
  const holds = whatHolds(question);
  const state = counted(question, context);
  if (state === undefined) {
    const { event } = question;
    return timeless((profile) => holds(totalOf(profile, event)?.count ?? 0, 0));
  }
  const { within, between } = question;
  if (within !== undefined) return inWindow(question, within, holds, state, context);
  if (between?.[0].startsWith('P')) return betweenAgo(between, holds, state, context);
  return timeless((profile) => {
    const day = state(profile).days[0];
    return holds(day?.count ?? 0, day?.micros ?? 0);
  });
}

/** The counter of a question on a profile; undefined for a question that needs none. */
function counted(
  question: EventQuestion,
  { counterId }: CompileContext,
): ((profile: Profile) => CounterState) | undefined {
  const spec = counterFor(question);
  if (spec === undefined) return undefined;
  const id = counterId(spec);
  if (id === undefined) throw new Error(`Nobody counts ${spec.event} as the catalog needs it`);
  return ({ counters }) => counters.get(id) ?? NOTHING;
}

/** The comparison of a question, of how often it happened and the sum in millionths. */
function whatHolds(question: Times | Sum | Average): (count: number, micros: number) => boolean {
  if ('sum' in question) {
    const { property: _, ...comparison } = question.sum;
    const holds = compileNumbers(comparison);
    return (_count, micros) => holds(micros / 1e6);
  }
  if ('average' in question) {
    const { property: _, ...comparison } = question.average;
    const holds = compileNumbers(comparison);
    return (count, micros) => count > 0 && holds(micros / count / 1e6);
  }
  const holds = compileNumbers(timesOf(question));
  return (count) => holds(count);
}

const timesOf = ({ times = { gte: 1 } }: Times): NumberComparison => times;

function inWindow(
  question: Times | Sum | Average,
  within: string,
  holds: (count: number, micros: number) => boolean,
  state: (profile: Profile) => CounterState,
  { zone }: CompileContext,
): Predicate {
  const width = daysIn(within);
  if (width === undefined) return inHours(lengthOf(within), holds, state);
  const least = 'sum' in question || 'average' in question ? undefined : leastOf(timesOf(question));
  return (profile, now) => {
    const { days } = state(profile);
    const window = { width, today: zone.dayOf(now), zone, key: profile.key };
    return least === undefined
      ? holdsInWindow(days, countOf, microsOf, holds, window)
      : atLeastInWindow(days, countOf, least, window);
  };
}

/** Exact to the millisecond: each single time leaves the window on its own. */
const inHours =
  (
    length: number,
    holds: (count: number, micros: number) => boolean,
    state: (profile: Profile) => CounterState,
  ): Predicate =>
  (profile, now) => {
    const { stamps } = state(profile);
    let oldest = stamps.length;
    while (oldest > 0 && (stamps[oldest - 1] as number) > now - length) oldest--;
    const value = holds(stamps.length - oldest, 0);
    for (let i = oldest; i < stamps.length; i++)
      if (holds(stamps.length - i - 1, 0) !== value) {
        const until = (stamps[i] as number) + length;
        return { value, until, due: until };
      }
    return value ? ALWAYS_TRUE : ALWAYS_FALSE;
  };

function betweenAgo(
  [from, to]: readonly [string, string],
  holds: (count: number, micros: number) => boolean,
  state: (profile: Profile) => CounterState,
  { zone }: CompileContext,
): Predicate {
  const [oldest, newest] = [daysIn(from) ?? 0, daysIn(to) ?? 0];
  return (profile, now) => {
    const { days } = state(profile);
    const within = (today: number, weigh: (day: CounterDay) => number) =>
      sumBetween(days, weigh, today - oldest, today - newest);
    return holdsByDay(
      days.flatMap(({ day }) => [day + newest, day + oldest + 1]),
      (today) => holds(within(today, countOf), within(today, microsOf)),
      { today: zone.dayOf(now), zone, key: profile.key },
    );
  };
}

/** A window compared with the one before it. Who did nothing then has nothing to be compared with. */
function decline(question: QuestionOf<'comparedTo'>, context: CompileContext): Predicate {
  const { zone } = context;
  const width = daysIn(question.within) ?? 0;
  const holds = compileNumbers(question.ratio);
  const state = counted(question, context) ?? (() => NOTHING);
  return (profile, now) => {
    const { days } = state(profile);
    if (days.length === 0) return ALWAYS_FALSE;
    return holdsByDay(
      days.flatMap(({ day }) => [day + width, day + 2 * width]),
      (today) => {
        const before = sumBetween(days, countOf, today - 2 * width + 1, today - width);
        const recent = sumBetween(days, countOf, today - width + 1, Number.POSITIVE_INFINITY);
        return before > 0 && holds(recent / before);
      },
      { today: zone.dayOf(now), zone, key: profile.key },
    );
  };
}

function sinceTime(
  question: QuestionOf<'first'> | QuestionOf<'last'>,
  { from, to }: { readonly from: number; readonly to: number },
  context: CompileContext,
  which: 'first' | 'last',
): Predicate {
  const state = counted(question, context);
  const { event } = question;
  const timeOf =
    state === undefined
      ? (profile: Profile) => totalOf(profile, event)?.[which]
      : (profile: Profile) => state(profile).stamps.at(which === 'first' ? 0 : -1);
  return (profile, now) => {
    const time = timeOf(profile);
    return time === undefined ? ALWAYS_FALSE : isDuring(time + from, time + to, now);
  };
}
