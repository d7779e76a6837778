import type { JourneyBody } from '../catalog/journey/journey.ts';
import type { JourneyStep } from '../catalog/journey/step.ts';
import type { LiveJourney } from '../catalog/live-catalog.ts';
import type { Profile } from '../state/profile.ts';
import type { Run, RunRef } from '../state/run.ts';
import type { About } from './email/person-scope.ts';

/**
 * What somebody's step says, in the version by which it was decided. Of a version that is kept no more, the newest one's
 * step of the same id; undefined when that has none.
 */
export function stepOfRun(journey: LiveJourney, of: RunRef): JourneyStep | undefined {
  const steps = bodyOf(journey, of)?.steps ?? {};
  return Object.hasOwn(steps, of.step) ? steps[of.step] : undefined;
}

/** How urgent what the step writes is, where it or its journey says so. */
export function priorityOfRun(journey: LiveJourney, of: RunRef): number | undefined {
  const step = stepOfRun(journey, of);
  return (step?.type === 'message' ? step.priority : undefined) ?? bodyOf(journey, of)?.priority;
}

const bodyOf = ({ versions }: LiveJourney, { version }: RunRef): JourneyBody | undefined =>
  (versions.find((one) => one.version === version) ?? versions.at(-1))?.body;

export const runOf = ({ runs }: Pick<Profile, 'runs'>, { run }: RunRef): Run | undefined =>
  runs.find(({ id }) => id === run);

/** What texts of a step read of somebody's run, besides the step's own `data`. */
export const aboutRun = (run: Run, { journey, step }: RunRef): Pick<About, 'event' | 'offer' | 'journey'> => ({
  event: run.about,
  offer: offerBefore(run, step),
  journey: { key: journey },
});

/**
 * The last offer she passed before the step, and not one that she was given while its message was on its way. Notes stand in
 * the order of her visits.
 */
function offerBefore({ notes }: Run, step: string): About['offer'] {
  const place = notes.findIndex((note) => note.step === step);
  const { code, expires } = notes.slice(0, place < 0 ? notes.length : place).findLast((note) => note.code) ?? {};
  if (code === undefined || expires === undefined) return undefined;
  return { code, expiresAt: new Date(expires).toISOString() };
}
