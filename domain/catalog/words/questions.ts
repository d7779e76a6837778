import type { Question, QuestionOf } from '../expression.ts';
import type { WhichEvent } from '../filter.ts';
import {
  sayBounds,
  sayDuration,
  sayDurations,
  sayFilter,
  sayNumbers,
  sayOneOf,
  sayTimes,
  sayValue,
} from './comparisons.ts';

/** What a question about one person asks, in words; all but those for segments, whose names it does not know. */
export function sayQuestion(question: Question): string {
  const sayIt = QUESTIONS.find(([name]) => Object.hasOwn(question, name))?.[1];
  return sayIt === undefined ? JSON.stringify(question) : sayIt(question as never);
}

const sayCount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const sayDays = (count: number): string => sayCount(count, 'day');

const sayWhich = ({ event, where }: WhichEvent): string =>
  where === undefined ? event : `${event} (where ${sayFilter(where)})`;

interface Period {
  readonly within?: string | undefined;
  readonly between?: readonly [string, string] | undefined;
}

/** Today is one of the days of a window. */
const inTheLast = (within: string): string => (within === 'P1D' ? 'today' : `in the last ${sayDuration(within)}`);

function sayPeriod({ within, between }: Period): string {
  if (within !== undefined) return inTheLast(within);
  if (between === undefined) return 'ever';
  const [from, to] = between;
  return from.startsWith('P') ? `from ${sayDuration(from)} to ${sayDuration(to)} ago` : `from ${from} to ${to}`;
}

const sayEvent = ({ times = { gte: 1 }, ...question }: QuestionOf<'event'>): string =>
  `${sayWhich(question)} ${sayTimes(times)} ${sayPeriod(question)}`;

const sayAmount = (
  { property, ...bounds }: QuestionOf<'sum'>['sum'],
  question: Pick<QuestionOf<'sum'>, 'event' | 'where' | 'within' | 'between'>,
): string => `${property} of ${sayWhich(question)} ${sayPeriod(question)} is ${sayNumbers(bounds)}`;

function sayDecline({ within, ratio, ...which }: QuestionOf<'comparedTo'>): string {
  const length = sayDuration(within);
  return `${sayWhich(which)} in the last ${length} ${sayNumbers(ratio)} times as often as in the ${length} before`;
}

function saySequence({ sequence, within }: QuestionOf<'sequence'>): string {
  const steps = sequence.map((step) => ('not' in step ? `no ${sayWhich(step.not)}` : sayWhich(step)));
  return `${steps.join(', then ')} ${inTheLast(within)}`;
}

function sayTrait({ trait, withinLast, withinNext, ...comparison }: QuestionOf<'trait'>): string {
  const words = [
    sayValue(comparison),
    withinLast === undefined ? '' : `is in the last ${sayDuration(withinLast)}`,
    withinNext === undefined ? '' : `is in the next ${sayDuration(withinNext)}`,
  ];
  return `her ${trait} ${words.filter((part) => part !== '').join(' and ')}`;
}

function sayStage({ stage, for: since }: QuestionOf<'stage'>): string {
  return `in the stage ${sayOneOf([stage].flat())}${since === undefined ? '' : ` for ${sayDurations(since)}`}`;
}

const ACTIVITIES = { first: 'first seen', last: 'last seen', return: 'came back' };
const sayActivity = ({ activity, ago }: QuestionOf<'activity'>): string =>
  `${ACTIVITIES[activity]} ${sayDurations(ago)} ago`;

function saySilent({ silent: { gaps, atLeast, unknown } }: QuestionOf<'silent'>): string {
  const otherwise = unknown === undefined ? '' : `, or ${sayDuration(unknown)} while nobody knows what is usual`;
  return `no activity for ${gaps} times her usual gap and at least ${sayDuration(atLeast)}${otherwise}`;
}

function sayDevice({ device: { installed, ...fields } }: QuestionOf<'device'>): string {
  const words = [
    ...Object.entries(fields).map(([name, value]) => `its ${name} is “${value}”`),
    ...(installed === undefined ? [] : [installed ? 'the app is on it' : 'the app is not on it any more']),
  ];
  return `a device of hers: ${words.join(' and ')}`;
}

const ANSWERS = { granted: 'has agreed to', refused: 'has refused', unknown: 'has not said anything about' };
const sayConsent = ({ consent, is = 'granted' }: QuestionOf<'consent'>): string => `${ANSWERS[is]} ${consent}`;

const sayGroup = ({ group }: QuestionOf<'group'>): string =>
  `a group of hers: ${Object.entries(group)
    .map(([name, value]) => `its ${name} ${sayValue(typeof value === 'object' ? value : { is: value })}`)
    .join(' and ')}`;

/** By a name that only this kind of question has; an event's is the last of several. */
const QUESTIONS: readonly (readonly [name: string, say: (question: never) => string])[] = [
  ['sequence', saySequence],
  ['comparedTo', sayDecline],
  ['sum', ({ sum, ...which }: QuestionOf<'sum'>) => `the sum of ${sayAmount(sum, which)}`],
  ['average', ({ average, ...which }: QuestionOf<'average'>) => `the average of ${sayAmount(average, which)}`],
  [
    'first',
    ({ first, ...which }: QuestionOf<'first'>) => `the first ${sayWhich(which)} ${sayDurations(first.ago)} ago`,
  ],
  ['last', ({ last, ...which }: QuestionOf<'last'>) => `the last ${sayWhich(which)} ${sayDurations(last.ago)} ago`],
  ['event', sayEvent],
  ['trait', sayTrait],
  ['stage', sayStage],
  ['score', ({ score, ...bounds }: QuestionOf<'score'>) => `the score ${score} is ${sayNumbers(bounds)}`],
  ['activity', sayActivity],
  [
    'activeDays',
    ({ activeDays, within }: QuestionOf<'activeDays'>) =>
      `active on ${sayBounds(activeDays, sayDays)} ${inTheLast(within)}`,
  ],
  [
    'purchases',
    ({ purchases, within }: QuestionOf<'purchases'>) =>
      `${sayBounds(purchases, (count) => sayCount(count, 'order'))} ${within === undefined ? 'ever' : inTheLast(within)}`,
  ],
  [
    'spent',
    ({ spent, currency }: QuestionOf<'spent'>) =>
      `has spent ${sayNumbers(spent)}${currency === undefined ? '' : ` ${currency}`} in all`,
  ],
  ['silent', saySilent],
  ['ended', ({ ended }: QuestionOf<'ended'>) => (ended === true ? 'has left' : `has ended the ${ended}`)],
  [
    'session',
    ({ session, ...bounds }: QuestionOf<'session'>) =>
      session === 'count' ? `${sayNumbers(bounds)} visits` : `her last visit took ${sayNumbers(bounds)} seconds`,
  ],
  ['device', sayDevice],
  ['consent', sayConsent],
  [
    'channel',
    ({ channel, reachable }: QuestionOf<'channel'>) => `${reachable ? 'can' : 'cannot'} be reached by ${channel}`,
  ],
  ['place', ({ place, inside }: QuestionOf<'place'>) => `${inside ? '' : 'not '}at ${place}`],
  ['country', ({ country }: QuestionOf<'country'>) => `in the country ${sayOneOf([country].flat())}`],
  ['language', ({ language }: QuestionOf<'language'>) => `her language is ${language}`],
  ['group', sayGroup],
];
