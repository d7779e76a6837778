import type { CompiledStep } from './compile.ts';
import { concerns } from './concerns.ts';
import { type Draft, isIn } from './draft.ts';
import { cameElsewhere } from './enter.ts';
import { noteGoal } from './goal.ts';
import { leave } from './leave.ts';
import type { Moment, Outcome } from './moment.ts';
import { isSign } from './signs.ts';
import { arriveAt, lookAtStep } from './steps/at-step.ts';
import { noteRedeemed } from './steps/offer.ts';
import { dueOfSigns } from './steps/wait-for.ts';

/** Publishing refuses loops without a wait. Who goes further than this in one moment has found a hole in that, and leaves. */
const MOST_STEPS_AT_ONCE = 250;

/** Notes what an event says of a run, and takes her out where it ends it. */
export function noteSigns(draft: Draft, moment: Moment): void {
  const { event } = moment;
  if (event !== undefined) noteRedeemed(draft, event);
  const { goal, exits } = draft.version;
  if (noteGoal(draft, moment) && goal?.exits) leave(draft, 'goal', moment);
  if (isIn(draft) && exits.some((sign) => hasCome(sign, draft, moment))) leave(draft, 'condition', moment);
}

function hasCome(sign: Draft['version']['exits'][number], draft: Draft, moment: Moment): boolean {
  const { event, profile, now } = moment;
  if ('holds' in sign) return sign.holds(profile, now, now + 1).value;
  if (cameElsewhere(sign, draft.run, moment)) return true;
  return event !== undefined && event.time >= draft.run.happened && isSign(sign, event) && concerns(draft, event);
}

/** A paused journey moves nobody. */
export const stands = ({ journey }: Draft): boolean => journey.halted?.how === 'paused';

/** Takes her on from where she stays, if something lets her. Answers whether a message is to be asked for. */
export function moveOn(draft: Draft, moment: Moment): boolean {
  const { run } = draft;
  if (run.step === undefined || stands(draft)) return false;
  const isYetToCome = run.until === run.since;
  if (isYetToCome && moment.now < run.until) return false;
  const at = stepOf(draft, run.step);
  if (at === undefined) {
    leave(draft, 'stopped', moment);
    return false;
  }
  if (isYetToCome) return follow(draft, arriveAt(at, draft, withoutEvent(moment)), moment);
  const { event } = moment;
  // What is about another of her runs lets nobody through here.
  const isHers = event !== undefined && concerns(draft, event);
  return follow(draft, lookAtStep(at, draft, isHers ? moment : withoutEvent(moment)), moment);
}

/** One event lets her through one wait: who comes to the next one waits for the next event. */
const withoutEvent = (moment: Moment): Moment =>
  moment.event === undefined ? moment : { ...moment, event: undefined };

/** Looks at somebody anew where she is by another version: as if she had come there when she came. */
export function comeTo(draft: Draft, moment: Moment): boolean {
  const { step, until, since } = draft.run;
  if (step === undefined || stands(draft)) return false;
  // Her time in the journey is yet to come: it comes by the new version.
  if (until === since && moment.now < until) return false;
  const at = stepOf(draft, step);
  if (at === undefined) {
    leave(draft, 'stopped', moment);
    return false;
  }
  return follow(draft, arriveAt(at, draft, withoutEvent(moment)), moment);
}

/** Goes on by an outcome, as far as there is a way. Answers whether she came to a message. */
export function follow(draft: Draft, first: Outcome, moment: Moment): boolean {
  let outcome = first;
  while (draft.passed.length < MOST_STEPS_AT_ONCE) {
    const { step } = draft.run;
    if (outcome === 'asks') return stay(draft, Number.POSITIVE_INFINITY, true);
    if (outcome === 'leaves') {
      if (step !== undefined) draft.passed.push([step]);
      leave(draft, 'finished', moment);
      return false;
    }
    if ('stays' in outcome) return stay(draft, outcome.stays, false);
    if (step !== undefined) draft.passed.push(outcome.way === undefined ? [step] : [step, outcome.way]);
    draft.run = { ...draft.run, step: outcome.to, since: moment.now, until: moment.now };
    const at = stepOf(draft, outcome.to);
    outcome = at === undefined ? 'leaves' : arriveAt(at, draft, withoutEvent(moment));
  }
  leave(draft, 'stopped', moment);
  return false;
}

/** She stays where she is; `asks`: until it is said whether her message goes. */
function stay(draft: Draft, until: number, asks: boolean): boolean {
  if (draft.run.until !== until) draft.run = { ...draft.run, until };
  return asks;
}

export const stepOf = ({ version }: Draft, step: string): CompiledStep | undefined => version.steps.get(step);

/** When time alone changes something of a run (ms); `Infinity`: never. */
export function dueOf(draft: Draft, moment: Pick<Moment, 'profile' | 'now'>): number {
  const { run, version } = draft;
  if (run.step === undefined || stands(draft)) return Number.POSITIVE_INFINITY;
  const { until } = run;
  const at = stepOf(draft, run.step);
  const waits = at?.step.type === 'wait-for' ? dueOfSigns(at, moment, until) : Number.POSITIVE_INFINITY;
  const goal = version.goal !== undefined && run.reached === undefined ? [version.goal.sign] : [];
  return Math.min(until, waits, dueOfSigns({ signs: [...version.exits, ...goal] }, moment, until));
}
