import type { Expression } from '../expression.ts';
import { below } from '../problems/problem.ts';
import type { CheckedDefinition, CheckedOf } from '../schemas.ts';

export interface ExpressionAt {
  readonly expression: Expression;
  readonly path: string;
}

/** Every condition of a definition. @param path where the definition stands */
export function expressionsIn({ type, body }: CheckedDefinition, path: string): readonly ExpressionAt[] {
  if (type === 'segment') return [{ expression: body.where, path: below(path, 'where') }];
  if (type === 'lifecycle')
    return body.stages.map(({ when }, i) => ({ expression: when, path: below(path, 'stages', i, 'when') }));
  if (type === 'campaign') {
    const { who, goal } = body;
    return [{ expression: who, path: below(path, 'who') }, ...inGoal(goal, path)];
  }
  return type === 'journey' ? inJourney(body, path) : [];
}

function inJourney(body: CheckedOf<'journey'>['body'], path: string): readonly ExpressionAt[] {
  const { entries, who, exits = [], goal, steps } = body;
  return [
    ...entries.flatMap((entry, i) =>
      entry.type === 'schedule' ? [{ expression: entry.who, path: below(path, 'entries', i, 'who') }] : [],
    ),
    ...(who === undefined ? [] : [{ expression: who, path: below(path, 'who') }]),
    ...whenIn(exits, below(path, 'exits')),
    ...inGoal(goal, path),
    ...Object.entries(steps).flatMap(([id, step]) => {
      if (step.type === 'branch') return whenIn(step.branches, below(path, 'steps', id, 'branches'));
      return step.type === 'wait-for' ? whenIn(step.first, below(path, 'steps', id, 'first')) : [];
    }),
  ];
}

const inGoal = (goal: CheckedOf<'journey'>['body']['goal'], path: string): readonly ExpressionAt[] =>
  goal === undefined || !('when' in goal.reached)
    ? []
    : [{ expression: goal.reached.when, path: below(path, 'goal', 'reached', 'when') }];

const whenIn = (list: readonly object[], path: string): readonly ExpressionAt[] =>
  list.flatMap((one, i) =>
    'when' in one ? [{ expression: one.when as Expression, path: below(path, i, 'when') }] : [],
  );
