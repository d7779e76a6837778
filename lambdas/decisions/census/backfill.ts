import { HOUR } from '../../../domain/calendar.ts';
import { counting, isFilledWith, type PastOf, questionsAbout } from '../../../domain/decisions/census/past.ts';
import type { BackfillTask, CensusTask } from '../../../domain/decisions/census/task.ts';
import { type LiveLag, timersMayFireUntil } from '../../../domain/decisions/live-lag.ts';
import { hashText } from '../../../domain/hash.ts';
import { settledUntil } from '../../../domain/insights/lake-query.ts';
import type { BackfillInput } from '../../../domain/state/input.ts';
import { encodeInputs } from '../../../domain/state/input-message.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { Job, Jobs, SliceProgress } from '../../adapters/jobs.ts';
import type { LakeQueries } from '../../adapters/lake-query.ts';
import type { ProfileStore } from '../../adapters/profile-store.ts';
import type { Queue } from '../../adapters/queue.ts';
import { chunksOf } from '../../runtime/concurrency.ts';
import { Snapshot } from '../../state/snapshot.ts';
import type { BackfillState, CensusState } from './state.ts';

export interface BackfillDependencies {
  readonly jobs: Jobs<CensusTask, CensusState>;
  readonly lake: LakeQueries;
  readonly profiles: ProfileStore;
  readonly bulk: Queue;
  /** The lag of the live queue, as the sweep last told. */
  readonly readLag: () => Promise<LiveLag | undefined>;
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type BackfillOutcome =
  /** `missing`: to how many of these it did not get in time, or cannot. */
  | { readonly outcome: 'filled'; readonly people: number; readonly missing: number }
  /** Comes again after so many seconds. */
  | { readonly outcome: 'later'; readonly seconds: number }
  | { readonly outcome: 'overtaken' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** People who are sent, or looked for, between two notes of how far it is. */
const PEOPLE_AT_ONCE = 1_000;
const USERS_PER_MESSAGE = 100;
const ASK_AGAIN = 5;
const UNTIL_SETTLED = 20;
/** What was sent is committed in seconds, or after an alarm. */
const LOOK_AGAIN = 30;
/**
 * For so long (ms) after the lake was asked somebody is waited for who has not got what was sent to her: then the others go
 * on without her. Shorter than its answer is kept, a day, and longer than a queue is ever behind without an alarm.
 */
const PATIENCE = 18 * HOUR;

/**
 * Counts what was received before counters began from the lake, and brings it to the profiles by the bulk queue: of each id
 * that somebody did things under, one input that counts once. An id that has become part of somebody needs no look here:
 * the reducer brings her what is sent to it.
 *
 * That everything was sent says nothing of when it has arrived, and no figure of a queue does: inputs go back to it, come
 * twice, die. So it reads the same answer once more and looks for the mark of each input in its profile, until all are
 * there.
 */
export async function backfill(
  dependencies: BackfillDependencies,
  job: Job<CensusTask>,
  task: BackfillTask,
  mayGoOn: () => boolean,
): Promise<BackfillOutcome> {
  const { jobs, lake } = dependencies;
  let progress = (await jobs.slice(job.id, 0)) as SliceProgress<BackfillState> | undefined;
  if (progress === undefined) {
    progress = await begun(dependencies, task);
    if (progress === undefined) return { outcome: 'later', seconds: UNTIL_SETTLED };
    if ((await jobs.save(job, 0, progress)) === 'overtaken') return { outcome: 'overtaken' };
  }
  for (const query of progress.state.queries) {
    const { status } = await lake.state(query);
    if (status === 'failed') return { outcome: 'failed', reason: 'lake-failed' };
    if (status === 'running') return { outcome: 'later', seconds: ASK_AGAIN };
  }
  while (!isThrough(progress.state)) {
    const next = await goOn(dependencies, job, task, progress, mayGoOn);
    if ('outcome' in next) return next;
    progress = next;
  }
  return { outcome: 'filled', people: progress.state.sent, missing: progress.state.sent - progress.state.committed };
}

const isThrough = ({ phase, query, queries }: BackfillState): boolean =>
  phase === 'checking' && query >= queries.length;

/** Deals with the rest of the answer that is being read; answers with where to go on, or why that has to wait. */
async function goOn(
  dependencies: BackfillDependencies,
  job: Job<CensusTask>,
  task: BackfillTask,
  { step: read, state: from }: SliceProgress<BackfillState>,
  mayGoOn: () => boolean,
): Promise<SliceProgress<BackfillState> | BackfillOutcome> {
  const { jobs, lake, zone } = dependencies;
  let step = read;
  let state = from;
  const rows = lake.rows(state.queries[state.query] ?? '', state.from);
  for await (const { people, next } of peopleIn(rows, counting(task.counters, zone))) {
    if (state.phase === 'sending') {
      await send(dependencies, job, task, state.askedAt, people);
      state = { ...state, from: next, sent: state.sent + people.length };
    } else {
      const { arrived, missing } = await lookFor(dependencies, task, people);
      if (missing > 0 && dependencies.now() < state.askedAt + PATIENCE)
        return { outcome: 'later', seconds: LOOK_AGAIN };
      state = { ...state, from: next, committed: state.committed + arrived };
    }
    step++;
    if ((await jobs.save(job, 0, { step, done: false, state })) === 'overtaken') return { outcome: 'overtaken' };
    if (!mayGoOn()) return { outcome: 'later', seconds: 0 };
  }
  const isLast = state.query + 1 >= state.queries.length;
  const then =
    state.phase === 'sending' && isLast ? ({ phase: 'checking', query: 0 } as const) : { query: state.query + 1 };
  return { step, done: false, state: { ...state, ...then, from: 0 } };
}

/**
 * Asks the lake, once all that was received before the counters began is there: it has passed the live queue, and Firehose
 * has written it.
 */
async function begun(
  { lake, readLag, zone, now }: BackfillDependencies,
  { counters }: BackfillTask,
): Promise<SliceProgress<BackfillState> | undefined> {
  const begin = Math.max(...counters.map(({ countsFrom }) => countsFrom));
  const at = now();
  if (settledUntil(Math.min(at, timersMayFireUntil(await readLag(), at))) < begin) return undefined;
  const queries: string[] = [];
  for (const question of questionsAbout(counters, zone, at, begin)) queries.push(await lake.start(question));
  const state = { kind: 'backfill', phase: 'sending', askedAt: at, queries, query: 0, from: 0 } as const;
  return { step: 1, done: false, state: { ...state, sent: 0, committed: 0 } };
}

interface Group {
  readonly people: readonly PastOf[];
  /** Where the next one's rows begin. */
  readonly next: number;
}

/** People with what they have, in groups that are held in memory one at a time. */
async function* peopleIn(
  rows: ReturnType<LakeQueries['rows']>,
  counted: ReturnType<typeof counting>,
): AsyncIterable<Group> {
  let people: PastOf[] = [];
  let end = 0;
  for await (const { event, next } of rows) {
    const before = counted.take(event);
    if (before !== undefined) people.push(before);
    // The row that tells that a person is complete is the next one's first.
    if (people.length >= PEOPLE_AT_ONCE) {
      yield { people, next: end };
      people = [];
    }
    end = next;
  }
  const last = counted.rest();
  if (last !== undefined) people.push(last);
  if (people.length > 0) yield { people, next: end };
}

async function send(
  { bulk }: BackfillDependencies,
  { id }: Job<CensusTask>,
  { number }: BackfillTask,
  at: number,
  people: readonly PastOf[],
): Promise<void> {
  const inputs = people.map(
    ({ user, counters }): BackfillInput => ({
      kind: 'backfill',
      user,
      from: user,
      id: `backfill-${number}-${hashText(user)}`,
      at,
      counters: [...counters],
    }),
  );
  const messages = chunksOf(inputs, USERS_PER_MESSAGE).flatMap((chunk) =>
    encodeInputs(chunk).map((body) => ({ body, group: id })),
  );
  if ((await bulk.send(messages)).length > 0) throw new Error('The bulk queue did not take everybody');
}

/**
 * How many of these have in their profiles what was sent to them, or in the profiles of whom they have become. Missing are
 * those to whom it may still get: not who was erased meanwhile, nor whose profile cannot be understood.
 */
async function lookFor(
  { profiles, zone }: BackfillDependencies,
  { counters }: BackfillTask,
  people: readonly PastOf[],
): Promise<{ readonly arrived: number; readonly missing: number }> {
  const snapshot = new Snapshot(profiles);
  await snapshot.read(people.map(({ user }) => user));
  const arrived = people.filter((past) => {
    const followed = snapshot.follow(past.user);
    return (
      followed.outcome === 'person' &&
      (followed.profile === undefined || isFilledWith(followed.profile, past, counters, zone))
    );
  }).length;
  return { arrived, missing: people.length - arrived - snapshot.unreadable };
}
