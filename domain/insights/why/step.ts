import type { JourneyStep, StepOf } from '../../catalog/journey/step.ts';
import { sayDuration, sayFilter } from '../../catalog/words/comparisons.ts';
import { sayExpression } from '../../catalog/words/expression.ts';
import type { MessageEffect, WithheldEffect } from '../../decisions/effect.ts';
import type { Zone } from '../../zone.ts';
import type { Visit } from './visits.ts';
import { sayMoment } from './words.ts';

/** What was told of the message of a visit: decided or withheld, the last thing last. */
export type MessageTold =
  | { readonly effect: WithheldEffect }
  /** `became`: undefined as long as nobody has claimed it. */
  | { readonly effect: MessageEffect; readonly became: BecameOfMessage | undefined };

export interface BecameOfMessage {
  readonly status: 'claimed' | 'accepted' | 'refused' | 'withheld' | 'expired' | 'deferred' | 'unknown';
  readonly reason?: string | undefined;
  /** What the provider has told last. */
  readonly received?: string | undefined;
}

/** What people read of a step: what the journey calls it. */
export const nameOf = (id: string, step: JourneyStep | undefined): string => `“${step?.title ?? id}”`;

/** What became of somebody at a step, in words. @param until when time moves her on from there (ms), if it is known */
export function sayVisit(
  visit: Visit,
  step: JourneyStep | undefined,
  told: readonly MessageTold[],
  until: number | undefined,
  zone: Zone,
): string {
  const name = nameOf(visit.step, step);
  if (step === undefined) return `${name}: that step is gone`;
  if (step.type === 'message') return `${name}: ${sayMessage(step, told, visit, zone)}`;
  if (visit.gone !== undefined) return `${name}: ${sayPassed(step, visit, visit.gone, zone)}`;
  return `${name}: ${sayWaits(step, until, zone)}`;
}

function sayMessage(step: StepOf<'message'>, told: readonly MessageTold[], visit: Visit, zone: Zone): string {
  const last = told.at(-1);
  const template = last?.effect.message ?? step.send[0]?.template ?? '';
  if (last === undefined) {
    if (visit.gone === undefined) return `the message “${template}” waits to be decided, while the journey is paused`;
    return visit.way === 'withheld'
      ? `the message “${template}” was not sent`
      : `nothing is known of the message “${template}” any more`;
  }
  const { effect } = last;
  const when = sayMoment(effect.at, zone);
  if (effect.kind === 'withheld')
    return effect.until === undefined
      ? `the message “${template}” was not sent on ${when}: ${effect.reason}`
      : `the message “${template}” waits until ${sayMoment(effect.until, zone)}: ${effect.reason}`;
  return `the message “${template}” ${sayBecame('became' in last ? last.became : undefined, when)}`;
}

function sayBecame(became: BecameOfMessage | undefined, when: string): string {
  if (became === undefined) return `was decided on ${when} and has not left yet`;
  const { status, reason = 'nobody knows why', received } = became;
  switch (status) {
    case 'accepted':
      return `was sent on ${when}${received === undefined || received === 'sent' ? '' : `, and ${RECEIVED[received] ?? received}`}`;
    case 'claimed':
      return `is being sent since ${when}`;
    case 'unknown':
      return received === undefined
        ? `may have been sent on ${when}: its provider did not answer`
        : `was sent on ${when}`;
    case 'deferred':
      return `was put off on ${when}: ${reason}`;
    default:
      return `was not sent on ${when}: ${reason}`;
  }
}

const RECEIVED: Readonly<Record<string, string>> = {
  delivered: 'delivered',
  delayed: 'is delayed on its way',
  'soft-bounced': 'was not taken by her mailbox this time',
  bounced: 'came back: there is no such address',
  rejected: 'was rejected by the provider',
  complained: 'she called it spam',
};

/** By what she went on from a step that writes to nobody. */
function sayPassed(step: JourneyStep, { way, came }: Visit, gone: number, zone: Zone): string {
  const place = way === undefined ? Number.NaN : Number(way);
  const when = sayMoment(gone, zone);
  const since = came === undefined ? '' : ` since ${sayMoment(came, zone)}`;
  switch (step.type) {
    case 'wait':
    case 'wait-until':
    case 'wait-for-best-hour':
      return `she waited${since} until ${when}`;
    case 'wait-for': {
      const one = step.first[place];
      if (one === undefined && way === 'otherwise') return `she waited${since}, and by ${when} nothing of it had come`;
      return `she waited${since} until ${when}${one === undefined ? '' : `: ${sayAwaited(one)}`}`;
    }
    case 'branch': {
      const one = step.branches[place];
      return one === undefined ? 'none of its conditions held for her' : `for her holds: ${sayAwaited(one)}`;
    }
    case 'split':
    case 'experiment':
      return way === undefined ? 'she left here' : `chance took her to “${way}”`;
    case 'offer':
      return way === 'redeemed' ? 'she had used the code before: none was given' : `she was given a code on ${when}`;
    case 'set-trait':
      return `noted about her: ${Object.keys(step.traits).join(', ')}`;
    case 'webhook':
    case 'handoff':
      return way === 'failed'
        ? `the endpoint “${step.endpoint}” has not taken it`
        : `the endpoint “${step.endpoint}” is told`;
    case 'enter-journey':
      return `the journey “${step.journey}” was offered to her`;
    case 'exit':
      return step.because ?? 'the end';
    case 'message':
      return '';
  }
}

function sayWaits(step: JourneyStep, until: number | undefined, zone: Zone): string {
  const moment = until === undefined || !Number.isFinite(until) ? undefined : sayMoment(until, zone);
  if (step.type === 'wait-for') {
    const things = step.first.map(sayAwaited).join(', or ');
    return `she waits for: ${things}; ${moment === undefined ? `for ${sayDuration(step.atMost)}` : `until ${moment}`} at most`;
  }
  return moment === undefined ? 'she is here' : `she waits until ${moment}`;
}

type Awaited = StepOf<'wait-for'>['first'][number] | StepOf<'branch'>['branches'][number];

function sayAwaited(one: Awaited): string {
  if ('message' in one) return `the message of “${one.message.step}” was ${one.message.was}`;
  if ('when' in one) return sayExpression(one.when, (segment) => segment);
  return one.where === undefined ? `“${one.event}”` : `“${one.event}” (where ${sayFilter(one.where)})`;
}
