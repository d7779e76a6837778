import { DAY, HOUR } from '../../calendar.ts';
import type { Expression, Question, QuestionOf } from '../../catalog/expression.ts';
import type { Profile } from '../../state/profile.ts';
import { firstKnown, lastSeen } from '../../state/seen.ts';
import { holdingEnd } from '../../state/signals.ts';
import type { Zone } from '../../zone.ts';
import { sumBetween } from '../windows.ts';
import { daysIn, lengthOf } from './comparisons.ts';
import { compileExpression } from './compile.ts';
import type { CompileContext } from './context.ts';
import type { Predicate } from './predicate.ts';
import { compileTolerance, isActiveOn, ordersOn } from './questions/activity.ts';

/** Says in a few words by what an expression holds for somebody; undefined when it does not, or when nothing needs saying. */
export type Explain = (profile: Profile, now: number) => string | undefined;

export function explainer(expression: Expression, context: CompileContext): Explain {
  if ('any' in expression) {
    const parts = expression.any.map((part) => explainer(part, context));
    return (profile, now) => firstOf(parts, profile, now);
  }
  if ('all' in expression) {
    const parts = expression.all.map((part) => explainer(part, context));
    const holds = compileExpression(expression, context);
    return whenever(holds, (profile, now) => {
      const words = parts.flatMap((part) => part(profile, now) ?? []);
      return words.length === 0 ? undefined : words.slice(0, MOST_SAID).join('; ');
    });
  }
  const holds = compileExpression(expression, context);
  if ('not' in expression) return whenever(holds, () => undefined);
  return whenever(holds, sayingOf(expression, context.zone));
}

/** A reason is stored with the profile: one sentence. */
const MOST_SAID = 2;

const whenever =
  (holds: Predicate, say: Explain): Explain =>
  (profile, now) =>
    holds(profile, now, Number.NEGATIVE_INFINITY).value ? say(profile, now) : undefined;

function firstOf(parts: readonly Explain[], profile: Profile, now: number): string | undefined {
  for (const part of parts) {
    const words = part(profile, now);
    if (words !== undefined) return words;
  }
  return undefined;
}

/** Names of traits and events are the project's own words; their values are hers and stay out of it. */
function sayingOf(question: Question, zone: Zone): Explain {
  if ('activity' in question) return (profile) => sayActivity(question, profile, zone);
  if ('silent' in question) {
    const tolerance = compileTolerance(question.silent);
    return (profile) => {
      const { gap, silence } = tolerance(profile);
      const usual = gap === undefined ? '' : `, where ${gap === 1 ? 'a day' : `${gap} days`} is usual`;
      return `no activity for ${inDays(silence)}${usual}; ${lastSeenOf(profile, zone)}`;
    };
  }
  if ('ended' in question) return (profile) => sayEnd(profile, zone);
  if ('purchases' in question || 'activeDays' in question)
    return (profile, now) => habitOf(question, profile, now, zone);
  if ('sequence' in question) return () => question.sequence.map(sayStep).join(', ');
  if ('event' in question) return () => question.event;
  if ('trait' in question) return () => `her ${question.trait}`;
  if ('segment' in question) return () => `in ${question.segment}`;
  if ('stage' in question) return (profile) => profile.stage && `in ${profile.stage.name}`;
  return () => undefined;
}

const sayStep = (step: QuestionOf<'sequence'>['sequence'][number]) =>
  'not' in step ? `no ${step.not.event}` : step.event;

function sayActivity({ activity, ago }: QuestionOf<'activity'>, profile: Profile, zone: Zone): string {
  if (activity === 'return') return `came back on ${dayIn(profile.returnedAt, zone)}`;
  if (activity === 'first') return `first seen ${dayIn(firstKnown(profile), zone)}`;
  const silence = ago.gte ?? ago.gt;
  const last = lastSeenOf(profile, zone);
  return silence === undefined ? last : `no activity for ${inDays(lengthOf(silence))}; ${last}`;
}

function sayEnd(profile: Profile, zone: Zone): string | undefined {
  const end = holdingEnd(profile);
  if (end === undefined) return undefined;
  return end.of === 'app'
    ? `the app was removed from her last device on ${dayIn(end.since, zone)}`
    : `the ${end.of} was ended on ${dayIn(end.since, zone)}`;
}

/** How often she comes or buys. */
export function habitOf(
  question: QuestionOf<'purchases'> | QuestionOf<'activeDays'>,
  profile: Profile,
  now: number,
  zone: Zone,
): string {
  const today = zone.dayOf(now);
  if ('activeDays' in question) {
    const width = daysIn(question.within) ?? 0;
    return `active on ${sumBetween(profile.days, isActiveOn, today - width + 1, today)} of the last ${width} days`;
  }
  const { within } = question;
  if (within === undefined) return plural(Math.max(0, profile.purchases.count - profile.purchases.cancelled), 'order');
  const width = daysIn(within) ?? 0;
  return `${plural(Math.max(0, sumBetween(profile.days, ordersOn, today - width + 1, today)), 'order')} in ${width} days`;
}

export const lastSeenOf = (profile: Profile, zone: Zone): string => `last seen ${dayIn(lastSeen(profile), zone)}`;

const dayIn = (time: number | undefined, zone: Zone): string =>
  time === undefined ? 'never' : new Date(zone.dayOf(time) * DAY).toISOString().slice(0, 10);

const inDays = (length: number): string =>
  length < DAY ? plural(Math.floor(length / HOUR), 'hour') : plural(Math.floor(length / DAY), 'day');

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
