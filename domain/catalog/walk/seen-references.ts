import type { Question } from '../expression.ts';
import type { Filter } from '../filter.ts';
import { below } from '../problems/problem.ts';
import { eventsIn, propertiesIn } from './questions.ts';

/** That a definition names an event of the apps, or a property of one. */
export type SeenReference =
  | { readonly to: 'event'; readonly name: string; readonly path: string }
  | { readonly to: 'property'; readonly name: string; readonly event: string; readonly path: string };

interface Named {
  readonly event: string;
  readonly where?: Filter | undefined;
  /** Named beside the filter. */
  readonly property?: string | undefined;
}

/** What a question, a trigger or a goal names of events; nothing for questions that ask for none. */
export function eventReferences(asking: Question | Named, path: string): readonly SeenReference[] {
  return eventsIn(asking as Question, path).flatMap(({ event, where, path: at }) => [
    { to: 'event', name: event, path: below(at, 'event') },
    ...(where === undefined ? [] : propertiesIn(where, below(at, 'where'))).map((one) => ({
      to: 'property' as const,
      name: one.property,
      event,
      path: one.path,
    })),
    ...besideFilter(asking, event, at),
  ]);
}

function besideFilter(asking: Question | Named, event: string, path: string): readonly SeenReference[] {
  const to = 'property' as const;
  if ('sum' in asking) return [{ to, name: asking.sum.property, event, path: below(path, 'sum', 'property') }];
  if ('average' in asking)
    return [{ to, name: asking.average.property, event, path: below(path, 'average', 'property') }];
  const { property } = asking as Partial<Named>;
  return property === undefined ? [] : [{ to, name: property, event, path: below(path, 'property') }];
}
