import type { z } from 'zod';
import { EXPRESSIONS } from '../expression.ts';
import { below, error, type Problem, type ProblemCode } from './problem.ts';
import { didYouMean } from './spelling.ts';
import { wordingOf } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** More than this nobody mends at once. */
const MOST = 50;

/**
 * What a schema has against a value, as its author can understand it. Of alternatives that all do not fit, the one is told of
 * whose names are there: a question that has `trait` was meant to be about a trait.
 * @param path where the value stands
 */
export function problemsOf(schema: z.ZodType, value: unknown, path: string): readonly Problem[] {
  const read = schema.safeParse(value, { error: wordingOf });
  if (read.success) return [];
  return read.error.issues.flatMap((issue) => told(issue, path, valueAt(value, issue.path))).slice(0, MOST);
}

function told(issue: Issue, root: string, value: unknown): Problem[] {
  const path = below(root, ...issue.path);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return toldOfUnion(issue.errors, path, value);
  const asked = issue.code === 'unrecognized_keys' ? questionAsked(issue.keys, value) : undefined;
  if (asked !== undefined) return [...problemsOf(asked, value, path)];
  return [error(path, codeOf(issue), issue.message)];
}

/**
 * Questions about events have names in common. Where all that is wrong with one is that it has more names, it is taken for
 * what was meant; the name it is told by says better.
 */
function questionAsked(names: readonly string[], value: unknown): z.ZodType | undefined {
  const isQuestion = typeof value === 'object' && value !== null && 'event' in value && !('type' in value);
  const name = isQuestion ? names.find((one) => Object.hasOwn(EXPRESSIONS, one)) : undefined;
  const schema = name === undefined ? undefined : EXPRESSIONS[name];
  return schema?.safeParse(value).error?.issues.every(({ code }) => code === 'unrecognized_keys') === false
    ? schema
    : undefined;
}

interface Alternative {
  readonly issues: readonly Issue[];
  /** Names that this alternative has to have and the value has not. */
  readonly missing: readonly string[];
  /** Names that the value has and this alternative does not know. */
  readonly foreign: readonly string[];
}

function toldOfUnion(errors: readonly (readonly Issue[])[], path: string, value: unknown): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return toldOfPlain(errors, path, value);
  const alternatives = errors.map(
    (issues): Alternative => ({
      issues,
      missing: issues.flatMap((issue) => (isMissing(issue, value) ? [String(issue.path[0])] : [])),
      foreign: issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
      ),
    }),
  );
  const [meant] = alternatives
    .filter(({ issues }) => !isOfAnotherKind(issues))
    .toSorted(
      (a, b) => unlike(a) - unlike(b) || a.foreign.length - b.foreign.length || a.issues.length - b.issues.length,
    );
  if (meant === undefined) return toldOfPlain(errors, path, value);
  const asked = unknownQuestion(alternatives, Object.keys(value), path);
  return asked ?? meant.issues.flatMap((issue) => told(issue, path, valueAt(value, issue.path)));
}

/** A name that is missing tells more than one that is too many: it is what tells alternatives apart. */
const unlike = ({ missing, foreign }: Alternative): number => missing.length * 2 + foreign.length;

/** When the value has none of the names that alternatives are told by. */
function unknownQuestion(
  alternatives: readonly Alternative[],
  names: readonly string[],
  path: string,
): Problem[] | undefined {
  if (alternatives.some(({ missing }) => missing.length === 0)) return undefined;
  const known = [...new Set(alternatives.flatMap(({ missing }) => missing))];
  const anywhere = names.filter((name) => alternatives.every(({ foreign }) => foreign.includes(name)));
  if (anywhere.length < names.length && !anywhere.some((name) => didYouMean(name, known) !== '')) return undefined;
  if (names.length === 0) return [error(path, 'missing', `say one of ${known.slice(0, 40).join(', ')}`)];
  const written = anywhere.find((name) => didYouMean(name, known) !== '') ?? anywhere[0] ?? names[0] ?? '';
  const meant = didYouMean(written, known);
  const what = known.includes('trait')
    ? `there is no question “${written.slice(0, 60)}”`
    : `there is no “${written.slice(0, 60)}” here`;
  const others = known.length > 12 ? '' : `; there are ${known.join(', ')}`;
  return [error(path, 'unknown-name', `${what}${meant === '' ? others : meant}`)];
}

/** Not an object with names to go by: whatever came furthest, or what it may be. */
function toldOfPlain(errors: readonly (readonly Issue[])[], path: string, value: unknown): Problem[] {
  const deepest = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  // Where all parts fit and only the whole does not, that was meant: two days, and the later one first.
  const isWhole = (issues: readonly Issue[]) =>
    issues.every(({ code, path: at }) => code === 'custom' && at.length === 0) ? 0 : 1;
  const places = (issues: readonly Issue[]) => new Set(issues.map((issue) => issue.path.join('/'))).size;
  const [best] = errors.toSorted(
    (a, b) =>
      isWhole(a) - isWhole(b) || deepest(b) - deepest(a) || kindMatters(a) - kindMatters(b) || places(a) - places(b),
  );
  if (best === undefined) return [];
  if (errors.every((issues) => isOfAnotherKind(issues))) {
    const messages = [...new Set(errors.flatMap((issues) => issues.map(({ message }) => message)))];
    return [error(path, value === undefined ? 'missing' : 'invalid', messages.slice(0, 3).join(', or '))];
  }
  return best.flatMap((issue) => told(issue, path, valueAt(value, issue.path)));
}

const kindMatters = (issues: readonly Issue[]): number => (isOfAnotherKind(issues) ? 1 : 0);

/** Whether the value itself, and nothing in it, is of a kind that the alternative does not take. */
const isOfAnotherKind = (issues: readonly Issue[]): boolean =>
  issues.some((issue) => issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value'));

const isMissing = (issue: Issue, value: object): boolean =>
  issue.path.length === 1 && !(String(issue.path[0]) in value) && issue.code !== 'unrecognized_keys';

const CODES: Readonly<Partial<Record<string, ProblemCode>>> = {
  unrecognized_keys: 'unknown-name',
  too_big: 'too-large',
};

function codeOf({ code, message }: Issue): ProblemCode {
  if (message === 'this is missing') return 'missing';
  if (message.startsWith('there is no ')) return 'unknown-name';
  if (/^(?:a window is|a sequence is looked for)|write whole days, at most/.test(message)) return 'too-long-ago';
  if (message.startsWith('in a window of hours')) return 'too-large';
  return CODES[code] ?? 'invalid';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const name of path) at = (at as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[name];
  return at;
}
