import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { advance } from '../../domain/decisions/advance.ts';
import type { Plan } from '../../domain/decisions/plan.ts';
import { hashText } from '../../domain/hash.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import { hasFolded, withStrangers } from '../../domain/state/links.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { ProfileStore } from '../adapters/profile-store.ts';
import type { Queue } from '../adapters/queue.ts';
import { chunksOf, eachOf } from '../runtime/concurrency.ts';
import { errorName, type Log } from '../runtime/log.ts';
import type { HoldBack } from './held-back.ts';
import { joinOthers, keysToJoin, markFolded, type Person, withoutRepeats } from './join.ts';
import type { LivePlan } from './live-plan.ts';
import { type Arrival, peopleOf } from './people.ts';
import type { Archive } from './raw-inputs.ts';
import { Snapshot } from './snapshot.ts';
import { turnsOf } from './turns.ts';
import { addWork, type Work, type WorkByUser, workOf } from './work.ts';

export interface AdvanceDependencies {
  readonly profiles: ProfileStore;
  /** What the project has decided. Rejects when nobody can tell: then the batch comes again. */
  readonly plans: LivePlan;
  /** Takes out the due inputs that must not overtake events still waiting on the live queue. */
  readonly holdBack: HoldBack;
  /** Keeps raw inputs in the lake; throws only when they could be kept nowhere. */
  readonly archive: Archive;
  /** The queue an input came from, by its ARN: what cannot be committed now goes back there. */
  readonly queueOf: (arn: string) => Queue;
  /** In [0, 1), to keep those who collided from colliding again. */
  readonly random: () => number;
  readonly log: Log;
}

/** Reads and reduces again after a conflict, this often, before the inputs go back to the queue. */
const ATTEMPTS = 4;
/**
 * Users are read a hundred at a time, each hundred just before it is committed: the longer a profile lies read, the
 * likelier somebody else commits it first. Two hundreds overlap, so that one commits while the other is being read.
 */
const USERS_PER_READ = 100;
const READS_AT_ONCE = 2;
/** Together they stay below the 50 connections of an SDK client. */
const COMMITS_PER_READ = 20;
/** How long inputs wait for a worker of the release that wrote their profile (seconds): a roll-out takes minutes. */
const NEWER_RELEASE_DELAY = 300;
/** A user whose inputs failed this often is left to the dead-letter queue. */
const MOST_HOPS = 8;

/**
 * Reduces a batch of queue messages: reads the profile of every user in it, advances each through her inputs and
 * commits state and effects in one conditional write. A user whose commit fails goes back to the queue alone, so that
 * nobody waits for her and nobody is reduced twice because of her.
 */
export async function advanceBatch(
  dependencies: AdvanceDependencies,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const { plans, archive, holdBack, log } = dependencies;
  let plan = await plans.current();
  const { work, unreadable } = workOf(Records);
  const notPutBack = await holdBack(work);
  if (unreadable.length > 0) log('record-unreadable', { records: unreadable.length });

  // Before the commit: what happened must not depend on whether we could make something of it.
  await archive([...work.values()].flatMap(({ inputs }) => inputs));

  let left = work;
  const newer: WorkByUser = new Map();
  for (let attempt = 1; left.size > 0 && attempt <= ATTEMPTS; attempt++) {
    const round: Round = { plan, left: new Map(), newer, outdated: new Map(), highest: plan.number };
    await commitAll(dependencies, left, round);
    left = round.left;
    if (round.outdated.size === 0) continue;
    // Another worker has heard of a publish before this one.
    plan = await plans.atLeast(round.highest);
    addAll(plan.number >= round.highest ? left : newer, round.outdated);
  }

  const failed = new Set([...unreadable, ...notPutBack]);
  const putBackOrFail = async (user: UserKey, item: Work, delaySeconds: number, hops: number) => {
    if (await putBack(dependencies, user, item, delaySeconds, hops)) return;
    for (const id of item.messageIds) failed.add(id);
  };
  for (const [user, item] of left) await putBackOrFail(user, item, jitter(dependencies, item), item.hops + 1);
  for (const [user, item] of newer) {
    // What is due the sweep emits again: it would only multiply here.
    const inputs = item.inputs.filter(({ kind }) => kind !== 'due');
    await putBackOrFail(user, { ...item, inputs }, NEWER_RELEASE_DELAY, item.hops);
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** One reading, reducing and committing of all users, under one plan. */
interface Round {
  readonly plan: Plan;
  /** Those who have to be read and reduced again. */
  readonly left: WorkByUser;
  /** Those whom only a newer release can read. */
  readonly newer: WorkByUser;
  /** Those whom a newer catalog has decided about already; `highest` is its number. */
  readonly outdated: WorkByUser;
  highest: number;
}

const addAll = (to: WorkByUser, came: Iterable<readonly [UserKey, Work]>): void => {
  for (const [user, work] of came) addWork(to, user, work);
};

const commitAll = (dependencies: AdvanceDependencies, work: WorkByUser, round: Round): Promise<void> =>
  eachOf(chunksOf([...work], USERS_PER_READ), READS_AT_ONCE, (users) => commitChunk(dependencies, users, round));

async function commitChunk(
  { profiles, log }: AdvanceDependencies,
  users: readonly (readonly [UserKey, Work])[],
  round: Round,
): Promise<void> {
  const { plan, left, newer, outdated } = round;
  const commitEach = (arrivals: readonly Arrival[]) =>
    eachOf(arrivals, COMMITS_PER_READ, async ({ person, came }) => {
      try {
        const outcome = await commitOne(profiles, plan, snapshot, person);
        if (outcome === 'again') addAll(left, came);
        else if (outcome === 'newer') addAll(newer, came);
        else if (outcome !== 'done') {
          addAll(outdated, came);
          round.highest = Math.max(round.highest, outcome.decidedUnder);
        }
      } catch (error) {
        log('invocation-failed', { error: errorName(error) });
        addAll(left, came);
      }
    });

  const snapshot = new Snapshot(profiles);
  await snapshot.read(users.map(([user]) => user));
  const arrived = peopleOf(users, snapshot);
  addAll(left, arrived.unread);
  addAll(newer, arrived.newer);
  if (snapshot.unreadable > 0) log('profile-unreadable', { profiles: snapshot.unreadable });

  // What a device did is committed before the log-in on it that came with it.
  await snapshot.read(arrived.people.flatMap(({ person }) => keysToJoin(person)));
  const turns = turnsOf(arrived.people, snapshot);
  addAll(left, turns.later);
  await commitEach(turns.devices);
  snapshot.forget(turns.devices.map(({ person }) => person.key));
  await snapshot.read(turns.users.flatMap(({ person }) => keysToJoin(person)));
  await commitEach(turns.users);
}

async function commitOne(
  profiles: ProfileStore,
  plan: Plan,
  snapshot: Snapshot,
  arrived: Person,
): Promise<'done' | 'again' | 'newer' | { readonly decidedUnder: number }> {
  const person = withoutRepeats(arrived);
  if (person.inputs.length === 0) return 'done';
  // What a newer catalog has decided is not to be decided again by an older one, nor what it asks be answered by it.
  const decidedUnder = Math.max(
    person.profile?.plan ?? 0,
    ...person.met.map(({ state }) => state?.plan ?? 0),
    ...person.inputs.map((input) => ('plan' in input ? (input.plan ?? 0) : 0)),
  );
  if (decidedUnder > plan.number) return { decidedUnder };
  const joining = await joinOthers(profiles, plan, snapshot, person);
  if (joining.outcome === 'outdated') return joining;
  if (joining.outcome !== 'joining') return joining.outcome;

  const { joined, graves, strangers } = joining;
  const { profile, effects, changed } = advance(person.profile, person.inputs, plan, joined);
  if (changed && (await profiles.commit(withStrangers(profile, strangers), effects)) === 'conflict') return 'again';
  await markFolded(
    profiles,
    graves.filter(({ key }) => hasFolded(profile, key)),
  );
  return 'done';
}

/** Doubling with each hop, and random, so that those who collided do not collide again. */
const jitter = ({ random }: AdvanceDependencies, { hops }: Work): number =>
  1 + Math.floor(random() * 2 ** Math.min(hops + 1, 6));

async function putBack(
  { queueOf, log }: AdvanceDependencies,
  user: UserKey,
  { inputs, queueArn }: Work,
  delaySeconds: number,
  hops: number,
): Promise<boolean> {
  log(delaySeconds === NEWER_RELEASE_DELAY ? 'newer-profile' : 'user-put-back', { hops, inputs: inputs.length });
  if (hops > MOST_HOPS) return false;
  const messages = encodeInputs(inputs, hops).map((body) => ({ body, group: hashText(user), delaySeconds }));
  try {
    return (await queueOf(queueArn).send(messages)).length === 0;
  } catch (error) {
    log('queue-refused', { error: errorName(error) });
    return false;
  }
}
