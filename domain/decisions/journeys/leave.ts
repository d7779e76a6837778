import { type ExitReason, withPastRun } from '../../state/run.ts';
import { type Draft, isIn } from './draft.ts';
import { keyIn } from './entrances.ts';
import type { Moment } from './moment.ts';

/** Takes her out. What is known of the run stays until nobody can ask for it any more. */
export function leave(draft: Draft, because: ExitReason, { profile, now, entrances, journeys }: Moment): void {
  if (!isIn(draft)) return;
  const { journey, run } = draft;
  draft.left = because;
  draft.run = { ...run, step: undefined, since: now, until: neededUntil(draft, now), left: because };
  // Of a test nothing is remembered.
  if (run.group === 'test') return;
  profile.pastRuns = withPastRun(profile.pastRuns, {
    ...{ journey: run.journey, key: run.key, entered: run.entered, left: now },
  });
  for (const { journey: other, entry } of journeys.entrances.byExit)
    if (entry.journey === journey.key && (entry.because === undefined || entry.because.includes(because)))
      entrances.push({
        ...{ journey: other, because: `leaving the journey “${journey.key}”`, happened: now, known: now },
        ...{ properties: run.about, key: keyIn(other, run.about) },
      });
}

/** Whether anything may still ask for a run that she has left: a message or a call of it, or its goal. */
export const isNeeded = ({ run, version: { goal } }: Draft, now: number): boolean =>
  run.until > now || (goal !== undefined && run.reached === undefined && now < run.entered + goal.within);

/** A message or a call on its way reads what took her in. */
function neededUntil({ run, version }: Draft, now: number): number {
  return run.notes.reduce((until, { step, at, became, answered }) => {
    const done = version.steps.get(step);
    const isCall = done?.step.type === 'webhook' || done?.step.type === 'handoff';
    const isOnItsWay = isCall ? answered === undefined : became?.includes('sent');
    return isOnItsWay ? Math.max(until, at + (done?.length ?? 0)) : until;
  }, now);
}
