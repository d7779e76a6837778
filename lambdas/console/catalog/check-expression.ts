import { checkExpression } from '../../../domain/catalog/checks/expression.ts';
import { Project } from '../../../domain/catalog/checks/project.ts';
import type { Expression } from '../../../domain/catalog/expression.ts';
import type { Problem } from '../../../domain/catalog/problems/problem.ts';
import { type CatalogDependencies, load } from './catalog.ts';

/** What is wrong with an expression that is held against what is live: drafts are no part of that. */
export async function problemsOfExpression(
  dependencies: CatalogDependencies,
  where: Expression,
  path: string,
): Promise<readonly Problem[]> {
  const { live, around } = await load(dependencies);
  const project = new Project(live?.definitions ?? []);
  return checkExpression(where, path, project, { ...around, drafts: new Set() }, dependencies.now());
}
