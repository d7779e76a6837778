import { DAY, HOUR, MINUTE } from '../../calendar.ts';
import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import type { LiveCatalog, LiveJourney } from '../../catalog/live-catalog.ts';
import { type Zone, zoneNamed } from '../../zone.ts';
import { nameOfDay, nextOccurrence, type Occurrence, timeOfSchedule } from '../times/schedule.ts';
import type { EnrolTask } from './task.ts';

export type ScheduleEntry = Extract<JourneyEntry, { readonly type: 'schedule' }>;

/** What was made of each schedule so far, by journey and place of the entry: what comes after it is still to be begun. */
export type SchedulesSeen = Readonly<Record<string, { readonly schedule: string; readonly begunTo: number }>>;

export interface SchedulesDue {
  /** Those whose time has come since, the oldest first. */
  readonly begin: readonly EnrolTask[];
  /** Those that came longer ago than anybody would want them: nobody looked when their time came. */
  readonly missed: readonly EnrolTask[];
  readonly seen: SchedulesSeen;
  /** When the next one comes (ms); undefined: none. */
  readonly next: number | undefined;
}

/** The first clock on earth: there a day begins before it does for anybody else. */
const FIRST_CLOCK = zoneNamed('Pacific/Kiritimati') as Zone;

/** So long after the first clock on earth the last one shows the same (ms). */
const AROUND_THE_EARTH = 26 * HOUR;

/** What was published for a time that passed while it was published still begins (ms). */
const GRACE = 5 * MINUTE;
/** After an outage that was longer, yesterday's "good morning" is sent no more (ms). */
const LATEST = DAY;

/**
 * Which schedules of live journeys are due by `now` (ms). It may be asked as often as anybody likes, and has to be asked after
 * each publish and at `next`. A schedule that is new, or has changed, begins from its publish on: it makes up for nothing.
 */
export function schedulesDue(live: LiveCatalog, seen: SchedulesSeen, now: number, zone: Zone): SchedulesDue {
  const due: EnrolTask[] = [];
  const nowSeen: Record<string, SchedulesSeen[string]> = {};
  let next = Number.POSITIVE_INFINITY;
  for (const { journey, entry, place } of schedulesOf(live)) {
    const name = `${journey.key}/${place}`;
    const schedule = JSON.stringify([entry.once, entry.every, entry.zone]);
    const known = seen[name];
    const isKnown = known?.schedule === schedule;
    const notBefore = live.publishedAt - GRACE;
    const isOwn = entry.zone === 'person';
    // For some it may still be morning when it has been evening for others.
    let after = isKnown ? known.begunTo : notBefore - (isOwn ? AROUND_THE_EARTH : 0);
    const clock = isOwn ? FIRST_CLOCK : zone;
    for (;;) {
      const occurrence = nextOccurrence(entry, clock, after);
      if (occurrence === undefined) break;
      if (occurrence.at > now) {
        next = Math.min(next, occurrence.at);
        break;
      }
      due.push(taskOf(journey.key, place, entry, { ...occurrence, ...(!isKnown && { notBefore }) }));
      after = occurrence.at;
    }
    nowSeen[name] = { schedule, begunTo: Math.max(now, known?.begunTo ?? 0) };
  }
  const isLate = (task: EnrolTask) => isTooLate(task, now);
  due.sort((a, b) => a.at - b.at);
  return {
    begin: due.filter((task) => !isLate(task)),
    missed: due.filter(isLate),
    seen: nowSeen,
    next: next === Number.POSITIVE_INFINITY ? undefined : next,
  };
}

/** Whether an occurrence came longer ago than anybody would want it. */
export const isTooLate = ({ at, ownClock }: EnrolTask, now: number): boolean =>
  at < now - LATEST - (ownClock === undefined ? 0 : AROUND_THE_EARTH);

/** The schedule of an entry as it is live; undefined when it is there no more or is another one by now. */
export function entryOf(task: EnrolTask, journey: LiveJourney): ScheduleEntry | undefined {
  const entry = journey.versions.at(-1)?.body.entries[task.entry];
  if (entry?.type !== 'schedule') return undefined;
  return (entry.zone === 'person') === (task.ownClock !== undefined) ? entry : undefined;
}

/** Who is closed or stopped takes in nobody any more; who is paused begins, and waits. */
const schedulesOf = ({ journeys = [] }: LiveCatalog) =>
  journeys
    .filter(({ halted }) => halted === undefined || halted.how === 'paused')
    .flatMap((journey) =>
      (journey.versions.at(-1)?.body.entries ?? []).flatMap((entry, place) =>
        entry.type === 'schedule' ? [{ journey, entry, place }] : [],
      ),
    );

function taskOf(
  journey: string,
  entry: number,
  schedule: ScheduleEntry,
  { day, at, notBefore }: Occurrence & { readonly notBefore?: number },
): EnrolTask {
  const { perMinute, zone, once, every } = schedule;
  const time = ((once ?? every)?.at ?? '').replace(':', '');
  return {
    ...{ kind: 'enrol', journey, entry, at },
    // Of two schedules of one journey for the same time, each has its own.
    occurrence: `${nameOfDay(day)}T${time}${entry === 0 ? '' : `-${entry + 1}`}`,
    ...(zone === 'person' && {
      ownClock: { day, timeOfDay: timeOfSchedule(schedule), ...(notBefore !== undefined && { notBefore }) },
    }),
    ...(perMinute !== undefined && { perMinute }),
  };
}
