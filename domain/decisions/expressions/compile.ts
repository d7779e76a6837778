import type { Expression, Question, QuestionOf } from '../../catalog/expression.ts';
import type { CompileContext } from './context.ts';
import { allOf, anyOf, not, type Predicate, timeless } from './predicate.ts';
import {
  compileActiveDays,
  compileActivity,
  compileEnded,
  compilePurchases,
  compileSession,
  compileSilent,
  compileSpent,
} from './questions/activity.ts';
import { compileEvent } from './questions/events.ts';
import {
  compileChannel,
  compileConsent,
  compileCountry,
  compileDevice,
  compileGroup,
  compileLanguage,
  compileStage,
  compileTrait,
} from './questions/person.ts';
import { compileSequence } from './questions/sequence.ts';

/**
 * An expression as a question to profiles. What it says of other segments is put in their place, so its answer hangs on
 * the profile alone.
 *
 * @throws for what publishing refuses: a segment or counter that does not exist, segments in a circle
 */
export function compileExpression(expression: Expression, context: CompileContext): Predicate {
  return compile(expression, context, []);
}

function compile(expression: Expression, context: CompileContext, within: readonly string[]): Predicate {
  const part = (of: Expression) => compile(of, context, within);
  if ('all' in expression) return allOf(expression.all.map(part));
  if ('any' in expression) return anyOf(expression.any.map(part));
  if ('not' in expression) return not(part(expression.not));
  if (!('segment' in expression)) return compileQuestion(expression, context);
  const { segment } = expression;
  const where = context.segment(segment);
  if (where === undefined) throw new Error(`There is no segment ${segment}`);
  if (within.includes(segment)) throw new Error(`The segment ${segment} asks for itself`);
  return compile(where, context, [...within, segment]);
}

/** By a name that only this kind of question has; an event's is the last of several. */
const QUESTIONS: readonly (readonly [
  name: string,
  compile: (question: never, context: CompileContext) => Predicate,
])[] = [
  ['sequence', compileSequence],
  ['event', compileEvent],
  ['trait', compileTrait],
  ['stage', compileStage],
  ['activity', compileActivity],
  ['activeDays', compileActiveDays],
  ['purchases', compilePurchases],
  ['spent', compileSpent],
  ['silent', compileSilent],
  ['ended', compileEnded],
  ['session', compileSession],
  ['device', compileDevice],
  ['consent', compileConsent],
  ['channel', compileChannel],
  ['country', compileCountry],
  ['language', compileLanguage],
  ['group', compileGroup],
  // Places are watched, and scores computed, by later releases: until then nobody is in one or has one.
  ['place', ({ inside }: QuestionOf<'place'>) => timeless(() => !inside)],
  ['score', () => timeless(() => false)],
];

function compileQuestion(question: Question, context: CompileContext): Predicate {
  const compileIt = QUESTIONS.find(([name]) => Object.hasOwn(question, name))?.[1];
  if (compileIt === undefined) throw new Error(`Nobody knows the question ${Object.keys(question).join(', ')}`);
  return compileIt(question as never, context);
}
