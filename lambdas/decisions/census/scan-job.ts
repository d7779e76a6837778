import { addTallies, NOTHING, type Tally } from '../../../domain/decisions/census/tally.ts';
import type { CensusTask } from '../../../domain/decisions/census/task.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import type { Job, Jobs, SliceProgress } from '../../adapters/jobs.ts';
import type { ProfileScan, ScanPage } from '../../adapters/profile-scan.ts';
import type { CensusState, ScanState } from './state.ts';

export interface ScanDependencies {
  readonly jobs: Jobs<CensusTask, CensusState>;
  readonly scan: ProfileScan;
}

/** What is done with each page of profiles. It may be done twice; what it answers counts once. */
export type LookAt = (profiles: readonly Profile[]) => Promise<Tally | 'stop'>;

/** `overtaken`: somebody else works on the same slice and is further. `stopped`: the question is out of date. */
export type SliceOutcome = 'done' | 'time-is-up' | 'overtaken' | 'stopped';

const UNTOUCHED: SliceProgress<ScanState> = { step: 0, done: false, state: { kind: 'scan', tally: NOTHING } };

/**
 * Works on a slice of everybody from where it was left, page by page. What was found is kept with where to go on, in one
 * write after each page: a page is looked at again after a crash, and by two workers with the same message, and counts once.
 *
 * @param mayGoOn asked after each page
 */
export async function workOnSlice(
  { jobs, scan }: ScanDependencies,
  job: Job<CensusTask>,
  slice: number,
  lookAt: LookAt,
  mayGoOn: () => boolean,
): Promise<SliceOutcome> {
  let progress = ((await jobs.slice(job.id, slice)) ?? UNTOUCHED) as SliceProgress<ScanState>;
  while (!progress.done) {
    const { state } = progress;
    const page = await scan.page({ part: slice, of: job.slices }, state.after);
    const { profiles, unreadable } = readableIn(page);
    const found = await lookAt(profiles);
    if (found === 'stop') return 'stopped';
    const tally = addTallies([state.tally, { ...found, unreadable }]);
    const after = page.next === undefined ? {} : { after: page.next };
    progress = { step: progress.step + 1, done: page.next === undefined, state: { kind: 'scan', ...after, tally } };
    if ((await jobs.save(job, slice, progress)) === 'overtaken') return 'overtaken';
    if (!progress.done && !mayGoOn()) return 'time-is-up';
  }
  return 'done';
}

/** Tombstones are nobody any more. */
export function readableIn({ found }: ScanPage): { readonly profiles: Profile[]; readonly unreadable: number } {
  const profiles: Profile[] = [];
  let unreadable = 0;
  for (const [, stored] of found) {
    if (stored.outcome === 'profile') profiles.push(stored.profile);
    else if (stored.outcome !== 'tombstone') unreadable++;
  }
  return { profiles, unreadable };
}

/** What all slices have found, once all are through. */
export async function wholeTally(
  jobs: Jobs<CensusTask, CensusState>,
  job: Job<CensusTask>,
): Promise<Tally | undefined> {
  const slices = await jobs.slices(job.id);
  if (slices.length < job.slices || slices.some(({ done }) => !done)) return undefined;
  return addTallies(slices.flatMap(({ state }) => (state.kind === 'backfill' ? [] : [state.tally])));
}
