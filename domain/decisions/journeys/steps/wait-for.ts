import type { StepOf } from '../../../catalog/journey/step.ts';
import type { CompiledStep } from '../compile.ts';
import type { Draft } from '../draft.ts';
import { hasCome } from '../enter.ts';
import type { Moment, Outcome } from '../moment.ts';
import { isSign } from '../signs.ts';
import { hasBecome } from './signs-of-way.ts';
import { sooner } from './waits.ts';

/** When the wait is over (ms) if nothing of it comes. */
const waitForUntil = ({ length }: CompiledStep, draft: Draft): number =>
  sooner(draft, draft.run.since, draft.run.since + length);

/**
 * The first thing that has come, or time. Events count by their own time: what happened before she was here does not, and
 * what happened since does. Who comes straight here from what took her in waits since that happened, and what was known of
 * before it lets her through as she comes.
 *
 * @param comes she has come in this moment
 */
export function lookAtWait(
  at: CompiledStep,
  step: StepOf<'wait-for'>,
  draft: Draft,
  moment: Moment,
  comes = false,
): Outcome {
  const { run, version, passed } = draft;
  const { profile, now, event } = moment;
  const isFirst = run.since === run.entered && at.id === version.body.start;
  const from = isFirst ? run.happened : run.since;
  // Of runs by key nobody knows which one an event was about.
  const isStraight = comes && isFirst && passed.length === 0;
  const looksBack = (isStraight || moment.looksBack) && run.key === undefined;
  const place = step.first.findIndex((way, n) => {
    if ('message' in way) return hasBecome(draft, way.message);
    const sign = at.signs[n];
    if (sign === undefined) return false;
    if ('holds' in sign) return sign.holds(profile, now, now + 1).value;
    const isIt = event !== undefined && event.time >= from && isSign(sign, event);
    return isIt || (looksBack && hasCome(sign, profile, from));
  });
  const way = step.first[place];
  if (way !== undefined) return { to: way.next, way: String(place) };
  const until = waitForUntil(at, draft);
  return now >= until ? { to: step.otherwise, way: 'otherwise' } : { stays: until };
}

/** When time alone may let her through (ms): a condition can come to hold by itself. */
export const dueOfSigns = (
  { signs }: Pick<CompiledStep, 'signs'>,
  { profile, now }: Pick<Moment, 'profile' | 'now'>,
  enough: number,
): number =>
  signs.reduce(
    (due, sign) => (sign !== undefined && 'holds' in sign ? Math.min(due, sign.holds(profile, now, enough).due) : due),
    Number.POSITIVE_INFINITY,
  );
