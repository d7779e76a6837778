import { below, error, type Problem, warning } from '../problems/problem.ts';
import { didYouMean } from '../problems/spelling.ts';
import { isRunning, journeyIn, type Moves } from '../releases/journeys.ts';
import type { CheckedDefinition } from '../schemas.ts';

/**
 * Whether whoever is inside a journey can go by its new version, and who leaves by that.
 * @param stepsBefore the steps at which somebody can be, those that let her go apart; undefined: it is not live
 */
export const checkMoves = (
  moves: Moves,
  next: readonly CheckedDefinition[],
  stepsBefore: (key: string) => ReadonlySet<string> | undefined,
): readonly Problem[] =>
  Object.entries(moves).flatMap(([key, steps]) => {
    const path = below('moves', key);
    const journey = next.filter(isRunning).find((one) => one.key === key);
    const before = stepsBefore(key);
    if (journey === undefined || before === undefined)
      return [error(path, 'unknown-reference', `nobody can be inside “${key}”: it is not live, or goes away`)];
    return problemsOf(steps, before, new Set(Object.keys(journeyIn(journey).steps)), path);
  });

function problemsOf(
  steps: Moves[string],
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  path: string,
): readonly Problem[] {
  const unknown = (at: string, id: string, known: ReadonlySet<string>, where: string) =>
    known.has(id)
      ? []
      : [error(at, 'unknown-reference', `there is no step “${id}” in the ${where} version${didYouMean(id, known)}`)];
  const left = [...before].filter((id) => !after.has(id) && !Object.hasOwn(steps, id));
  return [
    ...Object.entries(steps).flatMap(([from, to]) => [
      ...unknown(below(path, from), from, before, 'old'),
      ...unknown(below(path, from), to, after, 'new'),
    ]),
    ...left.map((id) =>
      warning(
        below(path, id),
        'leaves-people',
        `who is at the step “${id}” leaves the journey: no step is named for it`,
      ),
    ),
  ];
}
