import { DAY } from '../../calendar.ts';
import { parseDuration } from '../../duration.ts';
import type { DurationComparison, NumberComparison, ValueComparison } from '../comparison.ts';
import { placeOf } from '../definition.ts';
import type { Question } from '../expression.ts';
import { below, type Problem, warning } from '../problems/problem.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import { eventsIn, questionsIn, testsIn } from '../walk/questions.ts';

/** Questions whose answer is the same whoever is asked: somebody has slipped, and nothing else would ever tell. */
export const checkSenseless = (definition: CheckedDefinition): readonly Problem[] =>
  expressionsIn(definition, placeOf(definition)).flatMap(({ expression, path }) =>
    questionsIn(expression, path).flatMap(({ question, path: at }) => [
      ...inQuestion(question, at),
      ...eventsIn(question, at).flatMap(({ where, path: event }) =>
        where === undefined
          ? []
          : testsIn(where, below(event, 'where')).flatMap(({ test, path: there }) => inValues(test, there)),
      ),
    ]),
  );

function inQuestion(question: Question, path: string): readonly Problem[] {
  if ('trait' in question) return inValues(question, path);
  if ('activeDays' in question) {
    const days = Math.floor((parseDuration(question.within) ?? 0) / DAY);
    return counted(question.activeDays, below(path, 'activeDays'), days);
  }
  if ('purchases' in question) return counted(question.purchases, below(path, 'purchases'));
  if ('spent' in question) return measured(question.spent, below(path, 'spent'));
  if ('sum' in question) return measured(question.sum, below(path, 'sum'));
  if ('average' in question) return measured(question.average, below(path, 'average'));
  if ('ratio' in question) return measured(question.ratio, below(path, 'ratio'));
  if ('score' in question || 'session' in question) return measured(question, path);
  if ('ago' in question) return long(question.ago, below(path, 'ago'));
  if ('first' in question) return long(question.first.ago, below(path, 'first', 'ago'));
  if ('last' in question) return long(question.last.ago, below(path, 'last', 'ago'));
  if ('stage' in question) return question.for === undefined ? [] : long(question.for, below(path, 'for'));
  if ('times' in question && question.times !== undefined) return counted(question.times, below(path, 'times'));
  return [];
}

/** How often something was: a whole number from 0 on. @param most it can be */
function counted(asked: NumberComparison, path: string, most = Number.POSITIVE_INFINITY): readonly Problem[] {
  const { least: from, most: to } = rangeOf(asked);
  const least = from.open ? Math.floor(from.at) + 1 : Math.ceil(from.at);
  const highest = to.open ? Math.ceil(to.at) - 1 : Math.floor(to.at);
  if (least <= 0 && highest >= most) return [warning(path, 'holds-for-everybody', 'this holds for everybody')];
  if (Math.max(least, 0) <= Math.min(highest, most)) return [];
  const numbers = most === Number.POSITIVE_INFINITY ? 'from 0 on' : `from 0 to ${most}`;
  return [nobody(path, `it is always a whole number ${numbers}`)];
}

/** A number of any kind. */
const measured = (asked: NumberComparison, path: string): readonly Problem[] =>
  isEmpty(rangeOf(asked)) ? [nobody(path, 'no number is all of that')] : [];

/** How long ago. */
const long = ({ gt, gte, lt, lte }: DurationComparison, path: string): readonly Problem[] => {
  const range = rangeOf({
    gt: parseDuration(gt),
    gte: parseDuration(gte),
    lt: parseDuration(lt),
    lte: parseDuration(lte),
  });
  return isEmpty(range) ? [nobody(path, 'no time is all of that')] : [];
};

/** Of what a trait or property is compared with, as much as says sizes and moments. */
function inValues(asked: ValueComparison, path: string): readonly Problem[] {
  const { gt, gte, lt, lte, before, after } = asked;
  const isNever = before !== undefined && after !== undefined && sameKind(before, after) && before <= after;
  return isNever ? [nobody(path, 'no time is all of that')] : measured({ gt, gte, lt, lte }, path);
}

/** Days are compared as they are written; so are moments that are written in one zone. */
const sameKind = (a: string, b: string): boolean => a.length === b.length && a.slice(19) === b.slice(19);

interface End {
  readonly at: number;
  /** Whether it does not belong to the range itself. */
  readonly open: boolean;
}

type Bounds = { readonly [Name in keyof NumberComparison]?: number | undefined };

function rangeOf({ eq, gt, gte, lt, lte }: Bounds): { readonly least: End; readonly most: End } {
  const low = Math.max(gte ?? Number.NEGATIVE_INFINITY, eq ?? Number.NEGATIVE_INFINITY);
  const high = Math.min(lte ?? Number.POSITIVE_INFINITY, eq ?? Number.POSITIVE_INFINITY);
  return {
    least: gt !== undefined && gt >= low ? { at: gt, open: true } : { at: low, open: false },
    most: lt !== undefined && lt <= high ? { at: lt, open: true } : { at: high, open: false },
  };
}

const isEmpty = ({ least, most }: ReturnType<typeof rangeOf>): boolean =>
  least.at > most.at || (least.at === most.at && (least.open || most.open));

const nobody = (path: string, why: string): Problem =>
  warning(path, 'holds-for-nobody', `this holds for nobody: ${why}`);
