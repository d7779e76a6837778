import type { Profile } from '../../state/profile.ts';
import type { ExitReason, PastRun, Run } from '../../state/run.ts';
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
  profile.pastRuns = remembered(profile.pastRuns, run, now);
  for (const { journey: other, entry } of journeys.entrances.byExit)
    if (entry.journey === journey.key && (entry.because === undefined || entry.because.includes(because)))
      entrances.push({
        ...{ journey: other, because: `leaving the journey “${journey.key}”`, happened: now, known: now },
        ...{ properties: run.about, key: keyIn(other, run.about) },
      });
}

/** The goal may be reached later, and a message or a call on its way reads what took her in. */
function neededUntil({ run, version }: Draft, now: number): number {
  const goal = version.goal === undefined || run.reached !== undefined ? now : run.entered + version.goal.within;
  return run.notes.reduce((until, { step, at, became, answered }) => {
    const done = version.steps.get(step);
    const isCall = done?.step.type === 'webhook' || done?.step.type === 'handoff';
    const isOnItsWay = isCall ? answered === undefined : became?.includes('sent');
    return isOnItsWay ? Math.max(until, at + (done?.length ?? 0)) : until;
  }, goal);
}

/** Of journeys by key, the last so many keys are known. */
const MOST_PAST_RUNS = 100;

function remembered(past: Profile['pastRuns'], { journey, key, entered }: Run, left: number): readonly PastRun[] {
  const others = past.filter((one) => one.journey !== journey || one.key !== key);
  return [...others, { journey, key, entered, left }].slice(-MOST_PAST_RUNS);
}
