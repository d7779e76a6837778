import { MINUTE } from '../../../calendar.ts';
import type { StepOf } from '../../../catalog/journey/step.ts';
import { zoneOfPerson } from '../../../delivery/rules/zone-of-person.ts';
import { momentOf, msOfDay } from '../../../wall-clock.ts';
import { dayOfIso } from '../../expressions/comparisons.ts';
import { bestHour } from '../../times/best-hour.ts';
import { nextTimeOfDay } from '../../times/next-time-of-day.ts';
import type { CompiledStep } from '../compile.ts';
import type { Draft } from '../draft.ts';
import type { Moment } from '../moment.ts';

type Wait = StepOf<'wait'> | StepOf<'wait-until'> | StepOf<'wait-for-best-hour'>;

/** Who tries a journey waits no longer than this (ms), whatever the step says. */
const LONGEST_IN_TEST = MINUTE;

/** Until when somebody waits who came to the step at `since` (ms). */
export function waitsUntil(at: CompiledStep, step: Wait, since: number, draft: Draft, moment: Moment): number {
  return sooner(draft, since, untilOf(at, step, since, moment));
}

/** When it is over (ms) for who tries the journey. */
export const sooner = ({ run }: Draft, since: number, until: number): number =>
  run.group === 'test' ? Math.min(until, since + LONGEST_IN_TEST) : until;

function untilOf({ length }: CompiledStep, step: Wait, since: number, { profile, journeys }: Moment): number {
  if (step.type === 'wait') return since + length;
  if (step.type === 'wait-for-best-hour') return bestHour(profile.hours, since, since + length);
  const zone = step.zone === 'person' ? zoneOfPerson(profile, journeys.zone) : journeys.zone;
  const at = msOfDay(step.at);
  if (step.day !== undefined) return Math.max(since, momentOf(zone, dayOfIso(step.day), at));
  return nextTimeOfDay(zone, since, at, step.weekdays);
}
