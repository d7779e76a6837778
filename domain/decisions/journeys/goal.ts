import { amountMicros, currencyOf } from '../../events/order-amount.ts';
import type { MessageOutcome } from '../../state/run.ts';
import type { GoalEffect } from '../effect.ts';
import { propertyReader } from '../expressions/comparisons.ts';
import { propertiesOf } from '../expressions/counter.ts';
import type { CompiledGoal } from './compile.ts';
import { concerns } from './concerns.ts';
import type { Draft } from './draft.ts';
import { cameElsewhere } from './enter.ts';
import type { Moment } from './moment.ts';
import { isSign } from './signs.ts';

/** Notes that she has reached the goal, in time and for the first time. Answers whether she has, in this moment. */
export function noteGoal(draft: Draft, moment: Moment): boolean {
  const { run, version, journey } = draft;
  const { goal } = version;
  const { now, event, effects, by } = moment;
  if (goal === undefined || run.reached !== undefined) return false;
  // An event counts when it happened, not when it was told.
  const when = 'event' in goal.sign ? (event?.time ?? now) : now;
  if (when > run.entered + goal.within || !hasReached(goal, draft, moment)) return false;
  draft.run = { ...run, reached: now };
  const revenue = goal.revenue === undefined ? undefined : revenueIn(goal.revenue, event);
  const step = touchOf(draft, goal, when);
  const effect: GoalEffect = {
    ...{ kind: 'goal', journey: journey.key, version: version.version, run: run.id, at: now, by },
    ...{ ...(run.group !== undefined && { group: run.group }), ...(step !== undefined && { step }) },
    shares: run.notes.flatMap(({ step: at, share }) => (share === undefined ? [] : [`${at}/${share}`])),
    ...(revenue && { revenue }),
  };
  effects.push(effect);
  return true;
}

function hasReached({ sign }: CompiledGoal, draft: Draft, moment: Moment): boolean {
  const { profile, event, now } = moment;
  if ('holds' in sign) return sign.holds(profile, now, now + 1).value;
  if (cameElsewhere(sign, draft.run, moment)) return true;
  return event !== undefined && event.time >= draft.run.happened && isSign(sign, event) && concerns(draft, event);
}

/** The message whose doing it was: one that was sent before, not taken back and not sent back. */
function touchOf({ run }: Draft, { attribution }: CompiledGoal, when: number): string | undefined {
  const sent = run.notes
    .filter(
      ({ at, became = [] }) => at <= when && became.length > 0 && !became.some((outcome) => DID_NOTHING.has(outcome)),
    )
    .toSorted((a, b) => a.at - b.at);
  return (attribution === 'last-touch' ? sent.at(-1) : sent[0])?.step;
}

const DID_NOTHING: ReadonlySet<MessageOutcome> = new Set(['withheld', 'bounced']);

function revenueIn(property: string, event: Moment['event']): GoalEffect['revenue'] {
  if (event === undefined) return undefined;
  const properties = propertiesOf(event);
  const micros = amountMicros(propertyReader(property)(properties));
  const currency = currencyOf(properties);
  return micros === undefined || currency === undefined ? undefined : { micros, currency };
}
