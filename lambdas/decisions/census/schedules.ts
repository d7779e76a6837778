import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { schedulesDue } from '../../../domain/decisions/census/schedules.ts';
import type { EnrolTask } from '../../../domain/decisions/census/task.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Schedules } from '../../adapters/schedules.ts';
import type { SweepCursor } from '../../adapters/sweep-cursor.ts';
import type { Log } from '../../runtime/log.ts';
import { enrolId, slicesFor } from './begin.ts';
import { beginMissing, type OwedDependencies } from './owed.ts';

export interface SchedulesDependencies extends OwedDependencies {
  readonly jobs: OwedDependencies['jobs'] & { readonly end: EndsJobs };
  readonly schedules: Schedules;
  readonly cursor: Pick<SweepCursor, 'planSchedules'>;
  readonly zone: Zone;
  readonly log: Log;
}

type EndsJobs = (id: string, end: { status: 'stopped'; at: number; reason: string }) => Promise<unknown>;

/**
 * Begins what has come of the schedules of live journeys, and tells the sweep when the next one comes. May be asked as often
 * as anybody likes; has to be after each publish and when the sweep says so.
 */
export async function beginScheduled(dependencies: SchedulesDependencies, live: LiveCatalog): Promise<void> {
  const { schedules, cursor, zone, now, jobs, log } = dependencies;
  const { begin, missed, seen, next } = schedulesDue(live, await schedules.seen(), now(), zone);
  for (const task of missed) {
    const { id } = await noted(dependencies, task);
    if ((await jobs.create({ id, task, slices: 1, startedAt: now() })) === 'created')
      log('occurrence-missed', { journey: task.journey, occurrence: task.occurrence });
    await jobs.end(id, { status: 'stopped', at: now(), reason: 'too-late' });
  }
  const people = begin.length === 0 ? undefined : (await dependencies.lastCensus.read())?.people;
  for (const task of begin) {
    const { id } = await noted(dependencies, task);
    const slices = slicesOf(task, people);
    await beginMissing(dependencies, { id, task, slices, startedAt: now() });
  }
  // Not before all of them have begun: who dies here is followed by somebody who begins them.
  await schedules.note(seen);
  await cursor.planSchedules(next, live.number);
}

async function noted({ schedules }: SchedulesDependencies, task: EnrolTask): Promise<{ readonly id: string }> {
  const { journey, occurrence, at } = task;
  const id = enrolId(journey, occurrence);
  await schedules.begun({ journey, occurrence, job: id, at });
  return { id };
}

/** What one slice can send in a minute, and more. */
const PER_MINUTE_AND_SLICE = 60_000;

/** Each slice has the same share of the rate: there are no more of them than the rate keeps at work. */
const slicesOf = ({ perMinute }: EnrolTask, people: number | undefined): number =>
  Math.min(
    slicesFor(people),
    perMinute === undefined ? Number.POSITIVE_INFINITY : Math.ceil(perMinute / PER_MINUTE_AND_SLICE),
  );
