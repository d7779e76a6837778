import type { LiveCatalog, LiveJourney } from '../../../domain/catalog/live-catalog.ts';
import { entryOf, isTooLate, type ScheduleEntry } from '../../../domain/decisions/census/schedules.ts';
import type { EnrolTask, OwnClock } from '../../../domain/decisions/census/task.ts';
import { compileExpression } from '../../../domain/decisions/expressions/compile.ts';
import { contextOf } from '../../../domain/decisions/plan.ts';
import { zoneOfPerson } from '../../../domain/delivery/rules/zone-of-person.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { momentOf } from '../../../domain/wall-clock.ts';
import type { Zone } from '../../../domain/zone.ts';

export interface Meant {
  readonly outcome: 'meant';
  /** Of the catalog that is live. */
  readonly number: number;
  readonly isMeant: (profile: Profile) => boolean;
}

export type WhomOrWhyNot =
  | Meant
  /** Nobody now: it may be asked again after so many seconds. */
  | { readonly outcome: 'later'; readonly seconds: number }
  | { readonly outcome: 'stopped'; readonly reason: 'journey-changed' | 'journey-stopped' | 'too-late' };

export type AskWhom = (live: LiveCatalog | undefined, task: EnrolTask, zone: Zone, now: number) => WhomOrWhyNot;

/** How often a slice looks whether what is paused goes on (s). */
const WHILE_PAUSED = 300;

/** Whom an occurrence of a scheduled journey means by what is live; compiled once for all slices that one worker works on. */
export function askingWhom(): AskWhom {
  let latest: { readonly live: LiveCatalog; readonly task: string; readonly meant: Meant } | undefined;
  return (live, task, zone, now) => {
    const journey = live?.journeys?.find(({ key }) => key === task.journey);
    if (live === undefined || journey === undefined) return { outcome: 'stopped', reason: 'journey-stopped' };
    const isPaused = journey.halted?.how === 'paused';
    if (journey.halted !== undefined && !isPaused) return { outcome: 'stopped', reason: 'journey-stopped' };
    const entry = entryOf(task, journey);
    if (entry === undefined) return { outcome: 'stopped', reason: 'journey-changed' };
    // Ten mornings of a pause are not ten messages at its end. What comes once waits for as long as the pause lasts.
    if (isPaused && entry.every !== undefined && isTooLate(task, now))
      return { outcome: 'stopped', reason: 'too-late' };
    if (isPaused || journey.filling) return { outcome: 'later', seconds: WHILE_PAUSED };
    const name = `${task.journey}/${task.entry}/${task.occurrence}`;
    if (latest?.live !== live || latest.task !== name)
      latest = { live, task: name, meant: meantBy(live, journey, entry, task, zone) };
    return latest.meant;
  };
}

function meantBy(live: LiveCatalog, journey: LiveJourney, entry: ScheduleEntry, task: EnrolTask, zone: Zone): Meant {
  const context = contextOf(live, zone);
  const { who } = journey.versions.at(-1)?.body ?? {};
  const rules = [entry.who, ...(who === undefined ? [] : [who])].map((one) => compileExpression(one, context));
  const { ownClock, at } = task;
  const isInTime = (profile: Profile) =>
    ownClock?.notBefore === undefined || momentFor(profile, ownClock, zone) >= ownClock.notBefore;
  return {
    ...{ outcome: 'meant', number: live.number },
    isMeant: (profile) => rules.every((matches) => matches(profile, at, at).value) && isInTime(profile),
  };
}

/** When her own clock shows it (ms). */
export const momentFor = (profile: Profile, { day, timeOfDay }: OwnClock, zone: Zone): number =>
  momentOf(zoneOfPerson(profile, zone), day, timeOfDay);
