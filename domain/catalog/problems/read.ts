import { isDeeperThan } from '../../json.ts';
import { type Definition, isOneOfAKind, ONLY_KEY, placeOf, titleOf } from '../definition.ts';
import { DEEPEST, type Expression, expressionSchema, MOST_QUESTIONS } from '../expression.ts';
import { keySchema } from '../fields.ts';
import { asChecked, type CheckedDefinition, SCHEMAS } from '../schemas.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import { sizeOf } from '../walk/questions.ts';
import { problemsOf } from './explain.ts';
import { below, error, type Problem } from './problem.ts';

/** Objects in objects: journeys need about thirty; beyond, schemas are not even asked. */
const DEEPEST_JSON = 40;
/** Values in a body: what a schema looks at. */
const MOST_VALUES = 50_000;
/** Of conditions and filters of one definition together; a single condition asks at most 100 questions. */
const MOST_PARTS = 2_000;

export type Read<T> =
  | { readonly outcome: 'read'; readonly value: T }
  | { readonly outcome: 'problems'; readonly problems: readonly Problem[] };

const refused = (problems: readonly Problem[]): Read<never> => ({ outcome: 'problems', problems });

/** Takes a definition as somebody wrote it, or says everything that is wrong with it by itself. */
export function readDefinition(definition: Definition): Read<CheckedDefinition> {
  const { type, key, body } = definition;
  const path = placeOf(definition);
  const wrongKey = keyProblem(definition);
  if (wrongKey !== undefined) return refused([error(path, 'invalid', wrongKey)]);
  const unbounded = tooMuch(body, path);
  if (unbounded.length > 0) return refused(unbounded);
  const read = SCHEMAS[type].safeParse(body);
  if (!read.success) return refused(problemsOf(SCHEMAS[type], body, path));
  const value = asChecked({ type, key, body: read.data });
  const problems = expressionsIn(value, path).flatMap((one) => tooDeep(one.expression, one.path));
  return problems.length > 0 ? refused(problems) : { outcome: 'read', value };
}

/** Takes an expression that belongs to no definition: a preview's. */
export function readExpression(written: unknown, path: string): Read<Expression> {
  const unbounded = tooMuch(written, path);
  if (unbounded.length > 0) return refused(unbounded);
  const read = expressionSchema.safeParse(written);
  if (!read.success) return refused(problemsOf(expressionSchema, written, path));
  const problems = tooDeep(read.data, path);
  return problems.length > 0 ? refused(problems) : { outcome: 'read', value: read.data };
}

function keyProblem(definition: Definition): string | undefined {
  const { type, key } = definition;
  if (isOneOfAKind(type)) return key === ONLY_KEY ? undefined : `${titleOf({ type, key })} has the key ${ONLY_KEY}`;
  return keySchema.safeParse(key).error?.issues[0]?.message;
}

function tooMuch(value: unknown, path: string): Problem[] {
  if (isDeeperThan(value, DEEPEST_JSON))
    return [error(path, 'too-large', `this nests deeper than ${DEEPEST_JSON} levels`)];
  if (valuesIn(value) > MOST_VALUES)
    return [error(path, 'too-large', `this has more than ${MOST_VALUES.toLocaleString('en')} values`)];
  if (partsIn(value) > MOST_PARTS)
    return [
      error(
        path,
        'too-large',
        `this puts more than ${MOST_PARTS.toLocaleString('en')} parts together by all, any and not`,
      ),
    ];
  return [];
}

/**
 * How much is put together, whatever it is: a schema tries each kind of question on each part, and takes a millisecond to
 * find that it is none.
 */
function partsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, member]) => {
    const isCombination = name === 'all' || name === 'any' || name === 'not';
    return sum + partsIn(member) + (isCombination ? [member].flat().length : 0);
  }, 0);
}

/** The depth is bounded already. */
const valuesIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, member) => sum + valuesIn(member), 1)
    : 1;

function tooDeep(expression: Expression, path: string): Problem[] {
  const { depth, questions } = sizeOf(expression);
  if (depth > DEEPEST)
    return [error(path, 'too-large', `conditions are put together up to ${DEEPEST} deep; make a part of it a segment`)];
  if (questions > MOST_QUESTIONS)
    return [
      error(
        below(path),
        'too-large',
        `a condition asks at most ${MOST_QUESTIONS} questions; make a part of it a segment`,
      ),
    ];
  return [];
}
