import { MINUTE } from '../../../domain/calendar.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { addTallies, NOTHING } from '../../../domain/decisions/census/tally.ts';
import type { CensusTask, EnrolTask } from '../../../domain/decisions/census/task.ts';
import { enrolInput } from '../../../domain/state/input.ts';
import { encodeInputs } from '../../../domain/state/input-message.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { isKnown } from '../../../domain/state/user-key.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Job, SliceProgress } from '../../adapters/jobs.ts';
import type { ScanPage } from '../../adapters/profile-scan.ts';
import type { Queue } from '../../adapters/queue.ts';
import { chunksOf } from '../../runtime/concurrency.ts';
import { readableIn, type ScanDependencies } from './scan-job.ts';
import type { EnrolState } from './state.ts';
import { type AskWhom, askingWhom, momentFor, type WhomOrWhyNot } from './whom.ts';

export interface EnrolDependencies extends ScanDependencies {
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly bulk: Queue;
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type EnrolOutcome =
  | { readonly outcome: 'done' | 'overtaken' | 'had-ended' }
  /** `later`: comes again after so many seconds; `stopped`: nobody is to be enrolled any more. */
  | Exclude<WhomOrWhyNot, { readonly outcome: 'meant' }>;

/** A worker's batch of ten messages should hold no more people than it can commit in a few seconds. */
const USERS_PER_MESSAGE = 100;
const UNTOUCHED: SliceProgress<EnrolState> = { step: 0, done: false, state: { kind: 'enrol', tally: NOTHING } };

/**
 * Enrols those of a slice whom a scheduled journey is for, page by page from where it was left. Before each page it looks
 * whether somebody has cancelled the job or halted the journey. A page that was sent and not noted is sent again: the input of
 * an occurrence is the same for ever, and counts once.
 *
 * With a rate, it sends its share of each minute and comes back for the next one; a pause is not made up for.
 */
export function enrolling(dependencies: EnrolDependencies) {
  const whom = askingWhom();
  return (job: Job<CensusTask>, task: EnrolTask, slice: number, mayGoOn: () => boolean): Promise<EnrolOutcome> =>
    enrolSlice({ ...dependencies, whom }, job, task, slice, mayGoOn);
}

async function enrolSlice(
  dependencies: EnrolDependencies & { readonly whom: AskWhom },
  { id, slices }: Job<CensusTask>,
  task: EnrolTask,
  slice: number,
  mayGoOn: () => boolean,
): Promise<EnrolOutcome> {
  const { jobs, scan, now } = dependencies;
  const share =
    task.perMinute === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(task.perMinute / slices));
  let progress = ((await jobs.slice(id, slice)) ?? UNTOUCHED) as SliceProgress<EnrolState>;
  while (!progress.done) {
    const job = await jobs.read(id);
    if (job?.status !== 'running') return { outcome: 'had-ended' };
    const asked = dependencies.whom(await dependencies.readLive(), task, dependencies.zone, now());
    if (asked.outcome !== 'meant') return asked;

    const { state } = progress;
    const time = now();
    const minute =
      state.minute !== undefined && time < state.minute.began + MINUTE ? state.minute : { began: time, sent: 0 };
    const left = share - minute.sent;
    if (left <= 0) return { outcome: 'later', seconds: Math.max(1, Math.ceil((minute.began + MINUTE - time) / 1_000)) };

    const page = await scan.page({ part: slice, of: slices }, state.after);
    const { meant, looked, after, done } = cut(page, asked.isMeant, left);
    await send(dependencies.bulk, id, task, meant, asked.number, dependencies);
    const tally = addTallies([
      state.tally,
      { ...NOTHING, people: looked.people, unreadable: looked.unreadable, matching: meant.length },
    ]);
    progress = {
      ...{ step: progress.step + 1, done },
      state: {
        ...{ kind: 'enrol', tally, ...(after !== undefined && { after }) },
        ...(task.perMinute !== undefined && { minute: { began: minute.began, sent: minute.sent + meant.length } }),
      },
    };
    if ((await jobs.save(job, slice, progress)) === 'overtaken') return { outcome: 'overtaken' };
    if (!progress.done && !mayGoOn()) return { outcome: 'later', seconds: 0 };
  }
  return { outcome: 'done' };
}

/** Those of a page who are meant, up to `most` of them: then the page is cut behind the last. Only people are enrolled. */
function cut(page: ScanPage, matches: (profile: Profile) => boolean, most: number) {
  const meant: Profile[] = [];
  const looked = { people: 0, unreadable: 0 };
  for (const [place, one] of page.found.entries()) {
    const { profiles, unreadable } = readableIn({ found: [one], next: undefined });
    looked.unreadable += unreadable;
    const [profile] = profiles;
    if (profile === undefined || !isKnown(profile.key)) continue;
    looked.people++;
    if (!matches(profile)) continue;
    meant.push(profile);
    if (meant.length === most && place < page.found.length - 1) return { meant, looked, after: one[0], done: false };
  }
  return { meant, looked, after: page.next, done: page.next === undefined };
}

async function send(
  bulk: Queue,
  job: string,
  { journey, occurrence, ownClock }: EnrolTask,
  people: readonly Profile[],
  plan: number,
  { now, zone }: EnrolDependencies,
): Promise<void> {
  const at = now();
  const inputs = people.map((profile) => {
    const startsAt = ownClock && momentFor(profile, ownClock, zone);
    return enrolInput(profile.key, occurrence, { at, journey, plan, ...(startsAt !== undefined && { startsAt }) });
  });
  const messages = chunksOf(inputs, USERS_PER_MESSAGE).flatMap((some) =>
    encodeInputs(some).map((body) => ({ body, group: job })),
  );
  if ((await bulk.send(messages)).length > 0) throw new Error('The bulk queue did not take everybody');
}
