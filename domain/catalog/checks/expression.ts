import { placeOf } from '../definition.ts';
import type { Expression } from '../expression.ts';
import type { Problem } from '../problems/problem.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { checkInFull } from './in-full.ts';
import { Project, type Surroundings } from './project.ts';
import { checkReferences } from './references.ts';
import { checkSenseless } from './senseless.ts';

/** All that is wrong with an expression that belongs to no definition, were it a segment of a project. @param now ms */
export function checkExpression(
  where: Expression,
  path: string,
  project: Project,
  around: Surroundings,
  now: number,
): readonly Problem[] {
  const alone: CheckedDefinition = { type: 'segment', key: 'expression', body: { name: 'Expression', where } };
  const root = `${placeOf(alone)}/where`;
  return [
    ...checkReferences(alone, project, around, now),
    ...checkSenseless(alone),
    ...checkInFull(new Project([...project.all, alone])),
  ].flatMap((one) =>
    one.path === root || one.path.startsWith(`${root}/`) ? [{ ...one, path: path + one.path.slice(root.length) }] : [],
  );
}
