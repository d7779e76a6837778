import type { Json } from '../json.ts';
import type { Cause, Profile } from './profile.ts';
import { firstSeen, lastSeen } from './seen.ts';
import type { Stage } from './stage.ts';
import { idIn, isKnown } from './user-key.ts';

/** A profile as the admin API shows it. Times are ISO 8601 in UTC. */
export interface ProfileView {
  readonly userId: string | null;
  readonly anonymousIds: readonly string[];
  readonly traits: Readonly<Record<string, Json>>;
  readonly stage: {
    readonly name: Stage;
    readonly since: string;
    readonly cause: Cause;
    readonly reason: string;
    readonly previous: Stage | null;
  } | null;
  /** First and last activity; for a person known only by what a server told, when she became known. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly purchases: {
    readonly count: number;
    /** Spent in `currency`, the one most was spent in (0 and null before the first amount). */
    readonly revenue: number;
    readonly currency: string | null;
    readonly first: string | null;
    readonly last: string | null;
    /** Spent in every currency. */
    readonly byCurrency: Readonly<Record<string, number>>;
  };
  /** Up to when the profile has been evaluated. */
  readonly asOf: string;
}

export function viewProfile(profile: Profile): ProfileView {
  const { key, purchases, stage } = profile;
  const byCurrency = [...purchases.spentMicros]
    .sort((a, b) => b[1] - a[1])
    .map(([code, micros]) => [code, micros / 1e6] as const);
  return {
    userId: isKnown(key) ? idIn(key) : null,
    anonymousIds: isKnown(key) ? profile.anonymousIds : [idIn(key)],
    traits: Object.fromEntries(
      [...profile.traits].filter(([, { value }]) => value !== null).map(([name, { value }]) => [name, value]),
    ),
    stage: stage === undefined ? null : { ...stage, since: iso(stage.since), previous: stage.previous ?? null },
    firstSeen: iso(firstSeen(profile)),
    lastSeen: iso(lastSeen(profile)),
    counts: Object.fromEntries(profile.events.map(({ name, count }) => [name, count])),
    purchases: {
      count: purchases.count,
      revenue: byCurrency[0]?.[1] ?? 0,
      currency: byCurrency[0]?.[0] ?? null,
      first: purchases.first === undefined ? null : iso(purchases.first),
      last: purchases.last === undefined ? null : iso(purchases.last),
      byCurrency: Object.fromEntries(byCurrency),
    },
    asOf: iso(profile.asOf),
  };
}

const iso = (time: number) => new Date(time).toISOString();
