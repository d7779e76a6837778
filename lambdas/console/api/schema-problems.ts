import type { z } from '@hono/zod-openapi';
import type { ProblemAt } from './answer.ts';

/** An issue as zod tells it. */
type Issue = z.core.$ZodIssue;

/** More than this nobody reads at once. */
const MOST = 20;
const LONGEST = 300;

/** What a schema has found, each with its path below `root`: `body.where.all[0].event`. */
export const problemsIn = (issues: readonly Issue[], root: string): ProblemAt[] =>
  issues
    .flatMap((issue) => told(issue, []))
    .slice(0, MOST)
    .map(({ path, message }) => ({
      path: pathText(root, path).slice(0, LONGEST),
      message: sentence(message).slice(0, LONGEST),
      severity: 'error',
    }));

interface Told {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of alternatives that all do not fit, the one that came furthest was probably meant. */
function told(issue: Issue, within: readonly PropertyKey[]): Told[] {
  const path = [...within, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }];
  const alternatives = issue.errors.map((issues) => issues.flatMap((one) => told(one, path)));
  const depth = (some: readonly Told[]) => Math.max(...some.map((one) => one.path.length));
  const [best = []] = alternatives.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  return depth(best) > path.length ? best : [{ path, message: issue.message }];
}

const pathText = (root: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => text + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`), root);

const sentence = (message: string): string => message.charAt(0).toUpperCase() + message.slice(1);
