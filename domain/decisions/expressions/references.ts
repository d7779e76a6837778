import type { CounterSpec } from '../../catalog/counter-spec.ts';
import { counterKey } from '../../catalog/counter-spec.ts';
import type { Expression, Filter, Question } from '../../catalog/expression.ts';
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

/** What an expression names and what its answer hangs on, that of the segments it asks for not included. */
export interface References {
  /** Events by the names they are counted under. */
  readonly events: ReadonlySet<string>;
  /** With each event the properties that are looked at. */
  readonly properties: ReadonlyMap<string, ReadonlySet<string>>;
  readonly parts: ReadonlySet<Part>;
  readonly segments: ReadonlySet<string>;
  readonly stages: ReadonlySet<string>;
  readonly scores: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly traits: ReadonlySet<string>;
  /** Channels that somebody has to be reachable by. */
  readonly channels: ReadonlySet<string>;
  readonly counters: readonly CounterSpec[];
}

/** Every question of an expression, in its order; those of segments it asks for not included. */
export function* questionsIn(expression: Expression): Generator<Question> {
  if ('all' in expression) for (const part of expression.all) yield* questionsIn(part);
  else if ('any' in expression) for (const part of expression.any) yield* questionsIn(part);
  else if ('not' in expression) yield* questionsIn(expression.not);
  else yield expression;
}

export function referencesOf(expression: Expression): References {
  const questions = [...questionsIn(expression)];
  const properties = new Map<string, Set<string>>();
  for (const [event, names] of questions.flatMap(eventsOf))
    properties.set(event, new Set([...(properties.get(event) ?? []), ...names]));
  const named = (names: (question: Question) => readonly string[]) => new Set(questions.flatMap(names));
  return {
    events: new Set(properties.keys()),
    properties,
    parts: new Set(questions.flatMap(partsOf)),
    segments: named((question) => ('segment' in question ? [question.segment] : [])),
    stages: named((question) => ('stage' in question ? [question.stage].flat() : [])),
    scores: named((question) => ('score' in question ? [question.score] : [])),
    places: named((question) => ('place' in question ? [question.place] : [])),
    traits: named((question) => ('trait' in question ? [question.trait] : [])),
    channels: named((question) => ('channel' in question ? [question.channel] : [])),
    counters: countersIn(expression),
  };
}

/** The events a question is about, each with the properties it looks at. */
function eventsOf(question: Question): [event: string, properties: string[]][] {
  if ('sequence' in question)
    return question.sequence
      .map((step) => ('not' in step ? step.not : step))
      .map(({ event, where }) => [event, [...propertiesIn(where)]]);
  if (!('event' in question)) return [];
  const amounts = 'sum' in question ? [question.sum] : 'average' in question ? [question.average] : [];
  return [[question.event, [...propertiesIn(question.where), ...amounts.map(({ property }) => property)]]];
}

function* propertiesIn(where: Filter | undefined): Generator<string> {
  if (where === undefined) return;
  if ('all' in where) for (const part of where.all) yield* propertiesIn(part);
  else if ('any' in where) for (const part of where.any) yield* propertiesIn(part);
  else if ('not' in where) yield* propertiesIn(where.not);
  else yield where.property;
}

function countersIn(expression: Expression): CounterSpec[] {
  const byKey = new Map<string, CounterSpec>();
  for (const question of questionsIn(expression))
    for (const spec of countersOf(question)) byKey.set(counterKey(spec), spec);
  return [...byKey.values()];
}

function countersOf(question: Question): CounterSpec[] {
  if ('sequence' in question) return countersOfSequence(question);
  if (!('event' in question)) return [];
  const spec = counterFor(question);
  return spec === undefined ? [] : [spec];
}

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
