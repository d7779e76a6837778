import { placeOf } from '../definition.ts';
import type { Expression } from '../expression.ts';
import { error, type Problem } from '../problems/problem.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import { questionsIn, sizeOf } from '../walk/questions.ts';
import type { Project } from './project.ts';

/** With every segment in the place where it is asked for: what is evaluated of one person, with each event that touches it. */
const MOST_IN_FULL = 500;

/** Conditions that are small as they are written, and ask for segments that ask for segments until nobody can answer them. */
export function checkInFull(project: Project): Problem[] {
  const segments = new Map(project.of('segment').map(({ key, body }) => [key, body.where]));
  const known = new Map<string, number>();

  const ofSegment = (key: string): number => {
    const size = known.get(key);
    if (size !== undefined) return size;
    // What asks for itself is told elsewhere; here it is only not to go round.
    known.set(key, 0);
    const where = segments.get(key);
    const inFull = where === undefined ? 1 : ofExpression(where);
    known.set(key, inFull);
    return inFull;
  };
  const ofExpression = (expression: Expression): number =>
    questionsIn(expression, '').reduce(
      (sum, { question }) => sum + ('segment' in question ? ofSegment(question.segment) : sizeOf(question).questions),
      0,
    );

  return project.all.flatMap((definition) =>
    expressionsIn(definition, placeOf(definition)).flatMap(({ expression, path }) => {
      const size = ofExpression(expression);
      if (size <= MOST_IN_FULL) return [];
      const asked = size.toLocaleString('en');
      return [
        error(
          path,
          'too-large',
          `with the segments it asks for, this asks ${asked} questions of every person; at most ${MOST_IN_FULL} can be answered`,
        ),
      ];
    }),
  );
}
