/**
 * Who is in which segment, once more and in the slowest way: loops over everything somebody ever did, in the words of the
 * design and without any of the product's own code. The project's zone is UTC.
 */
import type { Expression, QuestionOf } from '../../domain/catalog/expression.ts';
import type { Filter } from '../../domain/catalog/filter.ts';
import type { Deed, Told, Value } from './people-oracle.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What is known of somebody at a moment (ms). */
export interface Facts {
  readonly told: Told;
  /** In the order of time. */
  readonly deeds: readonly Deed[];
  readonly now: number;
}

/** @param segments what other segments ask, by their keys */
export function isIn(
  expression: Expression,
  facts: Facts,
  segments: Readonly<Record<string, Expression>> = {},
): boolean {
  const holds = (one: Expression) => isIn(one, facts, segments);
  if ('all' in expression) return expression.all.every(holds);
  if ('any' in expression) return expression.any.some(holds);
  if ('not' in expression) return !holds(expression.not);
  if ('segment' in expression) return holds(segments[expression.segment] as Expression);
  const [, ask] = QUESTIONS.find(([name]) => name in expression) ?? [];
  if (ask === undefined) throw new Error(`The oracle does not know ${Object.keys(expression).join()}`);
  return ask(expression as never, facts);
}

const QUESTIONS: readonly (readonly [name: string, ask: (question: never, facts: Facts) => boolean])[] = [
  ['sequence', happened],
  ['comparedTo', declined],
  ['event', aboutEvent],
  [
    'trait',
    ({ trait, withinLast, withinNext, ...comparison }: QuestionOf<'trait'>, { told }: Facts) => {
      if (withinLast !== undefined || withinNext !== undefined) throw new Error('Not in these segments');
      return compares(told.profile.traits[trait] as Value | undefined, comparison);
    },
  ],
  [
    'stage',
    ({ stage: names, for: ago }: QuestionOf<'stage'>, { told: { stage }, now }: Facts) =>
      stage !== undefined && [names].flat().includes(stage.name) && (ago === undefined || isAgo(stage.since, ago, now)),
  ],
  [
    'activity',
    ({ activity, ago }: QuestionOf<'activity'>, { told: { profile }, now }: Facts) => {
      if (activity !== 'last') throw new Error('Not in these segments');
      return profile.lastSeen !== null && isAgo(Date.parse(profile.lastSeen), ago, now);
    },
  ],
  [
    'purchases',
    ({ purchases, within }: QuestionOf<'purchases'>, { deeds, now }: Facts) => {
      const since = within === undefined ? Number.NEGATIVE_INFINITY : dayOf(now) - lengthOf(within) / DAY;
      const count = (name: string) => deeds.filter((deed) => deed.name === name && dayOf(deed.at) > since).length;
      return isNumber(Math.max(0, count('Order Completed') - count('Order Cancelled')), purchases);
    },
  ],
  [
    'consent',
    ({ consent, is = 'granted' }: QuestionOf<'consent'>, { told: { profile } }: Facts) => {
      const said = profile.consent[consent];
      return is === (said === undefined ? 'unknown' : said.granted ? 'granted' : 'refused');
    },
  ],
  [
    'device',
    ({ device: { platform } }: QuestionOf<'device'>, { told: { profile } }: Facts) =>
      profile.devices.some((device) => device.type === platform),
  ],
  [
    'country',
    ({ country }: QuestionOf<'country'>, { told: { profile } }: Facts) =>
      profile.locale?.endsWith(`-${country}`) ?? false,
  ],
  [
    'group',
    ({ group }: QuestionOf<'group'>, { told: { profile } }: Facts) =>
      profile.groups.some(({ id, traits }) =>
        Object.entries(group).every(([name, wanted]) =>
          compares((name === 'id' ? id : traits[name]) as Value, typeof wanted === 'object' ? wanted : { is: wanted }),
        ),
      ),
  ],
];

function declined({ within, ratio, ...which }: QuestionOf<'comparedTo'>, { deeds, now }: Facts): boolean {
  const days = lengthOf(within) / DAY;
  const of = meant(deeds, which);
  const recent = of.filter(({ at }) => dayOf(at) > dayOf(now) - days).length;
  const before = of.filter(({ at }) => dayOf(at) <= dayOf(now) - days && dayOf(at) > dayOf(now) - 2 * days).length;
  return before > 0 && isNumber(recent / before, ratio);
}

/** How often or how much in a time; not since when. */
function aboutEvent(question: QuestionOf<'event'> | QuestionOf<'sum'> | QuestionOf<'average'>, facts: Facts): boolean {
  const of = inPeriod(meant(facts.deeds, question), question, facts.now);
  if ('sum' in question) {
    const { property, ...comparison } = question.sum;
    return isNumber(sumOf(of, property), comparison);
  }
  if ('average' in question) {
    const { property, ...comparison } = question.average;
    return of.length > 0 && isNumber(sumOf(of, property) / of.length, comparison);
  }
  return isNumber(of.length, question.times ?? { gte: 1 });
}

function inPeriod(
  deeds: readonly Deed[],
  { within, between }: QuestionOf<'event'> | QuestionOf<'sum'> | QuestionOf<'average'>,
  now: number,
): readonly Deed[] {
  if (between !== undefined) {
    const [from, to] = between.map((text) =>
      text.startsWith('P') ? dayOf(now) - lengthOf(text) / DAY : Date.parse(text) / DAY,
    ) as [number, number];
    return deeds.filter(({ at }) => dayOf(at) >= from && dayOf(at) <= to);
  }
  if (within === undefined) return deeds;
  return within.includes('T')
    ? deeds.filter(({ at }) => at > now - lengthOf(within))
    : deeds.filter(({ at }) => dayOf(at) > dayOf(now) - lengthOf(within) / DAY);
}

/** In millionths, as money is counted. */
const sumOf = (deeds: readonly Deed[], property: string): number =>
  deeds.reduce((sum, { properties }) => sum + Math.round(Number(properties[property] ?? 0) * 1e6), 0) / 1e6;

/** Tries every choice of one deed for each step. */
function happened({ sequence, within }: QuestionOf<'sequence'>, { deeds, now }: Facts): boolean {
  const recent = deeds.filter(({ at }) => at > now - lengthOf(within));
  const from = (step: number, after: number): boolean => {
    const wanted = sequence[step];
    if (wanted === undefined) return true;
    if ('not' in wanted) {
      const spoilers = meant(recent, wanted.not).filter(({ at }) => at > after);
      const next = sequence[step + 1];
      if (next === undefined) return spoilers.length === 0;
      if ('not' in next) throw new Error('Not in these segments');
      return meant(recent, next).some(
        ({ at }) => at > after && !spoilers.some((spoiler) => spoiler.at < at) && from(step + 2, at),
      );
    }
    return meant(recent, wanted).some(({ at }) => at > after && from(step + 1, at));
  };
  return from(0, -Infinity);
}

const meant = (
  deeds: readonly Deed[],
  { event, where }: { readonly event: string; readonly where?: Filter | undefined },
): Deed[] =>
  deeds.filter(({ name, properties }) => name === event && (where === undefined || passes(properties, where)));

function passes(properties: Deed['properties'], filter: Filter): boolean {
  if ('all' in filter) return filter.all.every((one) => passes(properties, one));
  if ('any' in filter) return filter.any.some((one) => passes(properties, one));
  if ('not' in filter) return !passes(properties, filter.not);
  const { property, ...comparison } = filter;
  return compares(properties[property], comparison);
}

function compares(value: Value | undefined, comparison: object): boolean {
  return Object.entries(comparison as Record<string, never>).every(([how, operand]) => {
    switch (how) {
      case 'is':
        return value === operand;
      case 'isNot':
        return value !== operand;
      case 'in':
        return (operand as Value[]).includes(value as Value);
      case 'notIn':
        return !(operand as Value[]).includes(value as Value);
      case 'exists':
        return (value !== undefined && value !== null) === operand;
      case 'contains':
        return Array.isArray(value) ? value.includes(operand) : typeof value === 'string' && value.includes(operand);
      case 'startsWith':
        return typeof value === 'string' && value.startsWith(operand);
      default:
        return (typeof value === 'number' || typeof value === 'string') && isNumber(Number(value), { [how]: operand });
    }
  });
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
};

const isNumber = (value: number, comparison: object): boolean =>
  Object.entries(comparison).every(([how, bound]) => COMPARE[how]?.(value, bound as number) === true);

const isAgo = (moment: number, comparison: object, now: number): boolean =>
  Object.entries(comparison).every(
    ([how, length]) => COMPARE[how]?.(now - moment, lengthOf(length as string)) === true,
  );

/** Of the durations in these tests: whole days or whole hours. */
function lengthOf(text: string): number {
  const [, days, hours] = /^P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(text) ?? [];
  if (days === undefined && hours === undefined) throw new Error(`Not a duration of these tests: ${text}`);
  return Number(days ?? 0) * DAY + Number(hours ?? 0) * HOUR;
}

const dayOf = (time: number) => Math.floor(time / DAY);
