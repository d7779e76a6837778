import type { SQSEvent } from 'aws-lambda';
import type { LiveJourney } from '../../domain/catalog/live-catalog.ts';
import type { Effect } from '../../domain/decisions/effect.ts';
import type { Plan } from '../../domain/decisions/plan.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { Tombstone } from '../../domain/state/tombstone.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { ProfileFollower, ProfileStore, Stored } from '../../lambdas/adapters/profile-store.ts';
import type { OutgoingMessage, Queue } from '../../lambdas/adapters/queue.ts';
import type { LiveJourneys } from '../../lambdas/delivery/live-journeys.ts';
import type { Observer, SeenRequest } from '../../lambdas/events/observing/observer.ts';
import type { Log, LogCode } from '../../lambdas/runtime/log.ts';
import type { LivePlan } from '../../lambdas/state/live-plan.ts';
import { toOutgoing } from '../../local/cloud/services/sqs/message-input.ts';

/** What workers know of journeys when these are published. */
export const publishedJourneys = (...journeys: readonly LiveJourney[]): LiveJourneys => ({
  all: async () => ({ number: 1, journeys }),
  find: async (key) => journeys.find((journey) => journey.key === key),
});

/** A queue that keeps what it takes, and refuses or fails when told to. */
export class FakeQueue implements Queue {
  readonly messages: OutgoingMessage[] = [];
  refuses: (message: OutgoingMessage) => boolean = () => false;
  fails = false;

  async send<M extends OutgoingMessage>(messages: readonly M[]): Promise<readonly M[]> {
    if (this.fails) throw new Error('no queue');
    // As SQS does: it refuses a message for a single character.
    for (const { body } of messages) toOutgoing({ MessageBody: body }, { caller: 'test', trace: undefined });
    this.messages.push(...messages.filter((message) => !this.refuses(message)));
    return messages.filter((message) => this.refuses(message));
  }
}

/** Profiles in memory with the store's one rule: a write succeeds on the version that was read. */
export class FakeProfiles implements ProfileStore, ProfileFollower {
  readonly stored = new Map<UserKey, Profile>();
  readonly tombstones = new Map<UserKey, Tombstone>();
  readonly effects: Effect[] = [];
  commits = 0;
  /** Runs before a commit is looked at: somebody else may get in between. */
  beforeCommit: (profile: Profile) => void = () => undefined;
  unread = new Set<UserKey>();

  async get(key: UserKey) {
    return (await this.follow(key)).found;
  }

  async follow(key: UserKey) {
    const keys = [key];
    for (let tombstone = this.tombstones.get(key); tombstone; tombstone = this.tombstones.get(tombstone.heir))
      keys.push(tombstone.heir);
    const profile = this.stored.get(keys.at(-1) ?? key);
    return { keys, found: profile && ({ outcome: 'profile', profile } as const) };
  }

  async getMany(keys: readonly UserKey[]) {
    const found = new Map<UserKey, Stored>();
    for (const key of keys) {
      if (this.unread.has(key)) continue;
      const tombstone = this.tombstones.get(key);
      const read = tombstone ? ({ outcome: 'tombstone', tombstone } as const) : await this.get(key);
      if (read) found.set(key, read);
    }
    return { found, unread: keys.filter((key) => this.unread.has(key)) };
  }

  async commit(profile: Profile, effects: readonly Effect[]) {
    this.beforeCommit(profile);
    if (this.#versionOf(profile.key) !== profile.version) return 'conflict';
    this.stored.set(profile.key, { ...profile, version: profile.version + 1 });
    this.effects.push(...effects);
    this.commits++;
    return 'committed';
  }

  async bury(tombstone: Tombstone, effects: readonly Effect[]) {
    if (this.#versionOf(tombstone.key) !== tombstone.version) return 'conflict';
    this.stored.delete(tombstone.key);
    this.tombstones.set(tombstone.key, { ...tombstone, version: tombstone.version + 1 });
    this.effects.push(...effects);
    return 'committed';
  }

  #versionOf(key: UserKey): number {
    return this.tombstones.get(key)?.version ?? this.stored.get(key)?.version ?? 0;
  }
}

/** What the project has decided, once and for all. */
export const alwaysPlan = (plan: Plan): LivePlan => ({ current: async () => plan, atLeast: async () => plan });

/** Remembers the codes that were logged. */
export function fakeLog(): Log & { readonly codes: LogCode[] } {
  const codes: LogCode[] = [];
  return Object.assign((code: LogCode) => void codes.push(code), { codes });
}

/** Observes nothing, limits nothing, and knows one key of an open client source: `wk`. */
export function ingestFakes() {
  return {
    sources: { find: async (key: string) => (key === 'wk' ? openSource('web', 'client') : undefined) },
    plan: { read: async () => OPEN_PLAN },
    meter: { waitFor: async () => undefined },
    users: { among: async () => new Set<string>() },
    live: new FakeQueue(),
    observer: new FakeObserver(),
    log: fakeLog(),
  };
}

/** Remembers what it was shown. */
export class FakeObserver implements Observer {
  readonly seen: (SeenRequest & { readonly source: Source })[] = [];
  note(source: Source, request: SeenRequest): void {
    this.seen.push({ source, ...request });
  }
  async flush(): Promise<void> {}
}

const LIVE_ARN = 'arn:aws:sqs:eu-central-1:000000000000:live';

/** An event of queue messages with ids m0, m1, … */
export const sqsEvent = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: `r${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: LIVE_ARN,
    awsRegion: 'eu-central-1',
  })),
});
