import type { ProfileView } from '../../domain/state/profile-view.ts';
import type { Item } from '../../local/cloud/services/dynamodb/attribute-value.ts';
import type { Laptop } from '../support/laptop.ts';

/** What a release has stored, and what it had in flight, when it was replaced by another. */
export interface Kept {
  /** The moment of all that (ms). */
  readonly at: number;
  /** By the beginning of the logical id, which a release does not change. */
  readonly tables: Readonly<Record<string, readonly Item[]>>;
  readonly queues: Readonly<Record<string, readonly string[]>>;
  /** Profiles by path of the admin API, as that release showed them then. */
  readonly views: Readonly<Record<string, ProfileView>>;
  /** What became of it under that release. */
  readonly later: {
    readonly at: number;
    readonly views: Readonly<Record<string, ProfileView>>;
    /** Emails that left from `at` on, sorted: who got what. */
    readonly emails: readonly string[];
    /** Keys of the timeline, sorted. */
    readonly timeline: readonly string[];
  };
}

export const TABLES = ['Profiles', 'Timeline', 'Sends', 'Definitions', 'Ledger'] as const;
export const QUEUES = {
  live: 'InputsLiveQueue',
  timers: 'InputsTimersQueue',
  bulk: 'InputsBulkQueue',
  dispatch: 'DispatchRetryQueue',
  email: 'EmailMarketingQueue',
  lake: 'LakeRetryQueue',
} as const;

/** A resource of the laptop's stacks by its type and the beginning of its logical id. */
export function resourceOf({ perennial }: Laptop, type: string, beginning: string) {
  const found = perennial.cloud.resources.find((one) => one.type === type && one.logicalId.startsWith(beginning));
  if (found === undefined) throw new Error(`The stacks have no ${type} ${beginning}`);
  return found;
}

export const tableNamed = (laptop: Laptop, name: string): string =>
  resourceOf(laptop, 'AWS::DynamoDB::GlobalTable', name).ref;

export const itemsOf = (laptop: Laptop, table: string): Item[] =>
  [...laptop.perennial.cloud.services.dynamodb.scan(tableNamed(laptop, table))].sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );

export async function viewsOf(laptop: Laptop, paths: Iterable<string>): Promise<Record<string, ProfileView>> {
  const views: Record<string, ProfileView> = {};
  for (const path of paths) views[path] = (await (await laptop.admin(path)).json()) as ProfileView;
  return views;
}

/** What the laptop's clock and people have come to, in the words of `Kept.later`. */
export async function outcomeOf(laptop: Laptop, paths: Iterable<string>, since: number): Promise<Kept['later']> {
  return {
    at: laptop.perennial.now(),
    views: await viewsOf(laptop, paths),
    emails: laptop.perennial
      .outbox()
      .filter(({ at }) => Date.parse(at) >= since)
      .map(({ to, subject }) => `${to}: ${subject}`)
      .sort(),
    timeline: itemsOf(laptop, 'Timeline')
      .map(({ user, entry }) => `${user?.S} ${entry?.S}`)
      .sort(),
  };
}
