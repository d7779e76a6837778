import type { Expression, Question } from '../expression.ts';
import type { Filter, PropertyTest } from '../filter.ts';
import { below } from '../problems/problem.ts';

/** How deep a condition is put together, and how many questions it asks; parts of filters count as both. */
export function sizeOf(expression: Expression): { readonly depth: number; readonly questions: number } {
  const parts = partsOf(expression);
  if (parts === undefined) return sizeOfQuestion(expression as Question);
  return together(parts.map(({ part }) => sizeOf(part)));
}

function sizeOfQuestion(question: Question) {
  const filters = filtersIn(question, '').map(({ where }) => sizeOfFilter(where));
  const { depth, questions } = together(filters);
  return { depth, questions: Math.max(1, questions) };
}

function sizeOfFilter(filter: Filter): { readonly depth: number; readonly questions: number } {
  const parts = filterParts(filter);
  return parts === undefined ? { depth: 0, questions: 1 } : together(parts.map(({ part }) => sizeOfFilter(part)));
}

const together = (sizes: readonly { readonly depth: number; readonly questions: number }[]) => ({
  depth: sizes.length === 0 ? 0 : 1 + Math.max(...sizes.map(({ depth }) => depth)),
  questions: sizes.reduce((sum, { questions }) => sum + questions, 0),
});

interface At<T> {
  readonly part: T;
  readonly names: readonly PropertyKey[];
}

const listed = <T>(name: string, parts: readonly T[]): At<T>[] => parts.map((part, i) => ({ part, names: [name, i] }));

function partsOf(expression: Expression): readonly At<Expression>[] | undefined {
  if ('all' in expression) return listed('all', expression.all);
  if ('any' in expression) return listed('any', expression.any);
  if ('not' in expression) return [{ part: expression.not, names: ['not'] }];
  return undefined;
}

function filterParts(filter: Filter): readonly At<Filter>[] | undefined {
  if ('all' in filter) return listed('all', filter.all);
  if ('any' in filter) return listed('any', filter.any);
  if ('not' in filter) return [{ part: filter.not, names: ['not'] }];
  return undefined;
}

/** Every question of an expression with where it stands. */
export function questionsIn(
  expression: Expression,
  path: string,
): readonly { readonly question: Question; readonly path: string }[] {
  const parts = partsOf(expression);
  if (parts === undefined) return [{ question: expression as Question, path }];
  return parts.flatMap(({ part, names }) => questionsIn(part, below(path, ...names)));
}

/** The events that a question asks for, each with its filter and where it stands. */
export function eventsIn(
  question: Question,
  path: string,
): readonly { readonly event: string; readonly where?: Filter | undefined; readonly path: string }[] {
  if ('sequence' in question)
    return question.sequence.map((step, i) =>
      'not' in step
        ? { ...step.not, path: below(path, 'sequence', i, 'not') }
        : { ...step, path: below(path, 'sequence', i) },
    );
  return 'event' in question ? [{ event: question.event, where: question.where, path }] : [];
}

const filtersIn = (question: Question, path: string) =>
  eventsIn(question, path).flatMap(({ where }) => (where === undefined ? [] : [{ where }]));

/** Every test of a property in a filter, with where it stands. */
export function testsIn(
  filter: Filter,
  path: string,
): readonly { readonly test: PropertyTest; readonly path: string }[] {
  const parts = filterParts(filter);
  if (parts !== undefined) return parts.flatMap(({ part, names }) => testsIn(part, below(path, ...names)));
  return 'property' in filter ? [{ test: filter, path }] : [];
}

/** The properties that a filter looks at, each with where it stands. */
export const propertiesIn = (
  filter: Filter,
  path: string,
): readonly { readonly property: string; readonly path: string }[] =>
  testsIn(filter, path).map(({ test, path: at }) => ({ property: test.property, path: below(at, 'property') }));
