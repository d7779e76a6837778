import { type CounterSpec, counterKey } from '../../catalog/counter-spec.ts';
import type { Expression, Question } from '../../catalog/expression.ts';
import { eventsIn, questionsIn } from '../../catalog/walk/questions.ts';
import type { Profile } from '../../state/profile.ts';
import { counterFor } from './questions/events.ts';
import { countersOfSequence } from './questions/sequence.ts';

/** The parts of a profile that answers are taken from, besides what is counted of events. */
export type Part = Extract<
  keyof Profile,
  | 'traits'
  | 'locale'
  | 'groups'
  | 'devices'
  | 'uninstalledAt'
  | 'consent'
  | 'activity'
  | 'days'
  | 'olderDays'
  | 'purchases'
  | 'signals'
  | 'sessions'
  | 'stage'
  | 'returnedAt'
>;

/** What an answer hangs on besides time, what the segments it asks for hang on not included. */
export interface References {
  /** Events by the names they are counted under. */
  readonly events: ReadonlySet<string>;
  readonly parts: ReadonlySet<Part>;
  /** By their keys. */
  readonly segments: ReadonlySet<string>;
}

export function referencesOf(expression: Expression): References {
  const questions = questionsOf(expression);
  return {
    events: new Set(questions.flatMap((question) => eventsIn(question, '').map(({ event }) => event))),
    parts: new Set(questions.flatMap(partsOf)),
    segments: new Set(questions.flatMap((question) => ('segment' in question ? [question.segment] : []))),
  };
}

/** Every question of an expression, in its order; those of segments it asks for not included. */
export const questionsOf = (expression: Expression): Question[] =>
  questionsIn(expression, '').map(({ question }) => question);

function countersIn(expression: Expression): CounterSpec[] {
  const byKey = new Map<string, CounterSpec>();
  for (const question of questionsOf(expression))
    for (const spec of countersOf(question)) byKey.set(counterKey(spec), spec);
  return [...byKey.values()];
}

function countersOf(question: Question): CounterSpec[] {
  if ('sequence' in question) return countersOfSequence(question);
  if (!('event' in question)) return [];
  const spec = counterFor(question);
  return spec === undefined ? [] : [spec];
}

/** The events whose totals an expression asks for: how often ever, when first, when last. Profiles have them of every event. */
export const totalsIn = (expression: Expression): string[] =>
  questionsOf(expression).flatMap((question) =>
    'event' in question && counterFor(question) === undefined ? [question.event] : [],
  );

/** What profiles have to count for an expression, with the segments it asks for; each counter once. */
export function neededCounters(
  expression: Expression,
  segment: (key: string) => Expression | undefined,
): CounterSpec[] {
  const byKey = new Map<string, CounterSpec>();
  for (const one of withSegments(expression, segment))
    for (const spec of countersIn(one)) byKey.set(counterKey(spec), spec);
  return [...byKey.values()];
}

/** An expression and those of the segments it asks for, and they ask for, each once. */
export function withSegments(expression: Expression, segment: (key: string) => Expression | undefined): Expression[] {
  const found = [expression];
  const seen = new Set<string>();
  for (let i = 0; i < found.length; i++)
    for (const key of referencesOf(found[i] as Expression).segments) {
      const where = seen.has(key) ? undefined : segment(key);
      seen.add(key);
      if (where !== undefined) found.push(where);
    }
  return found;
}

const NOTHING: readonly Part[] = [];

/** By the first name of a question that is there. */
const PARTS: readonly (readonly [name: string, parts: readonly Part[]])[] = [
  ['trait', ['traits']],
  ['stage', ['stage']],
  ['activity', ['activity', 'traits', 'returnedAt']],
  ['activeDays', ['days']],
  ['purchases', ['purchases', 'days']],
  ['spent', ['purchases']],
  // `createdAt` stands for the last activity of who has had none.
  ['silent', ['activity', 'days', 'olderDays', 'traits']],
  ['ended', ['signals', 'devices', 'uninstalledAt', 'activity']],
  ['session', ['sessions']],
  ['device', ['devices', 'uninstalledAt']],
  ['consent', ['consent']],
  ['channel', ['traits', 'devices', 'uninstalledAt', 'consent']],
  ['country', ['traits', 'locale']],
  ['language', ['locale']],
  ['group', ['groups']],
];

const partsOf = (question: Question): readonly Part[] =>
  PARTS.find(([name]) => Object.hasOwn(question, name))?.[1] ?? NOTHING;
