import { DAY, dayOf, HOUR } from '../calendar.ts';
import { bucketOf } from '../hash.ts';
import type { Profile } from '../state/profile.ts';
import { firstSeen, lastSeen } from '../state/seen.ts';
import { holdingEnd } from '../state/signals.ts';
import type { Stage } from '../state/stage.ts';
import { isKnown } from '../state/user-key.ts';
import { type Answer, type Case, either, firstMatch, hasPassed, isBefore } from './horizon.ts';
import { atLeastInWindow, medianGap } from './windows.ts';

/** The thresholds of the lifecycle. Durations are exact milliseconds, windows are calendar days, today included. */
export interface Lifecycle {
  readonly churnedAfter: number;
  readonly dormantAfter: number;
  readonly returningFor: number;
  readonly newFor: number;
  /** At risk: silent for longer than `gaps` times her usual gap between active days. */
  readonly atRisk: {
    readonly gaps: number;
    readonly atLeast: number;
    /** With fewer gaps than this her usual one is not known, and `whenUnknown` counts instead. */
    readonly fewestGaps: number;
    readonly whenUnknown: number;
    readonly lookBackDays: number;
  };
  readonly loyal: {
    readonly orders: number;
    readonly ordersWithinDays: number;
    readonly activeDays: number;
    readonly activeWithinDays: number;
  };
}

export const DEFAULT_LIFECYCLE: Lifecycle = {
  churnedAfter: 90 * DAY,
  dormantAfter: 30 * DAY,
  returningFor: 7 * DAY,
  newFor: 7 * DAY,
  atRisk: { gaps: 3, atLeast: 7 * DAY, fewestGaps: 3, whenUnknown: 21 * DAY, lookBackDays: 90 },
  loyal: { orders: 3, ordersWithinDays: 90, activeDays: 12, activeWithinDays: 28 },
};

/** A lifecycle in the form in which it is asked: the stages in their order, the first that holds is the person's. */
export interface CompiledLifecycle {
  readonly definition: Lifecycle;
  readonly cases: readonly Case<Stage, Profile>[];
}

export const compileLifecycle = (definition: Lifecycle): CompiledLifecycle => ({
  definition,
  cases: casesOf(definition),
});

const casesOf = (lifecycle: Lifecycle): readonly Case<Stage, Profile>[] => [
  {
    value: 'churned',
    when: (profile, now) =>
      holdingEnd(profile) === undefined
        ? hasPassed(lastSeen(profile) + lifecycle.churnedAfter, now)
        : hasPassed(Number.NEGATIVE_INFINITY, now),
  },
  { value: 'dormant', when: (profile, now) => hasPassed(lastSeen(profile) + lifecycle.dormantAfter, now) },
  {
    value: 'returning',
    when: ({ returnedAt = Number.NEGATIVE_INFINITY }, now) => isBefore(returnedAt + lifecycle.returningFor, now),
  },
  { value: 'new', when: (profile, now) => isBefore(firstSeen(profile) + lifecycle.newFor, now) },
  {
    value: 'at-risk',
    when: (profile, now) => hasPassed(lastSeen(profile) + tolerableSilence(profile, lifecycle), now),
  },
  { value: 'loyal', when: (profile, now) => isLoyal(profile, lifecycle, now) },
];

/**
 * The stage of a profile at `now` (ms) and until when it stays if nothing comes in. Undefined for an anonymous profile:
 * stages are of people.
 */
export function stageOf(profile: Profile, lifecycle: CompiledLifecycle, now: number): Answer<Stage> | undefined {
  if (!isKnown(profile.key)) return undefined;
  return firstMatch(lifecycle.cases, 'active', profile, now);
}

/** Whether a stage is one that the next activity ends with a return. */
export const isAway = (stage: Stage | undefined): boolean => stage === 'dormant' || stage === 'churned';

/** One sentence for the person who asks why somebody is in the stage she is in. */
export function reasonFor(stage: Stage, profile: Profile, { definition }: CompiledLifecycle, now: number): string {
  const last = `last seen ${isoDay(lastSeen(profile))}`;
  const silentFor = (duration: number) => `no activity for ${Math.floor(duration / DAY)} days; ${last}`;
  switch (stage) {
    case 'churned': {
      const end = holdingEnd(profile);
      return end === undefined ? silentFor(definition.churnedAfter) : `the ${end} was ended`;
    }
    case 'dormant':
      return silentFor(definition.dormantAfter);
    case 'returning':
      return `came back on ${isoDay(profile.returnedAt ?? now)}`;
    case 'new':
      return `first seen ${isoDay(firstSeen(profile))}`;
    case 'at-risk':
      return `silent for longer than usual; ${last}`;
    case 'loyal':
      return buysOften(profile, definition, now).value ? 'buys often' : 'comes often';
    case 'active':
      return last;
  }
}

/** How long a silence may last before it is unlike her: three times the lower median of the gaps between her active days. */
function tolerableSilence({ days }: Profile, { atRisk }: Lifecycle): number {
  const gap = medianGap(days, atRisk.lookBackDays, atRisk.fewestGaps);
  return gap === undefined ? atRisk.whenUnknown : Math.max(atRisk.atLeast, atRisk.gaps * gap * DAY);
}

const isLoyal = (profile: Profile, lifecycle: Lifecycle, now: number): Answer<boolean> =>
  either(buysOften(profile, lifecycle, now), comesOften(profile, lifecycle, now));

const buysOften = ({ days, key }: Profile, { loyal }: Lifecycle, now: number) =>
  atLeastInWindow(days, (day) => day.orders, loyal.orders, loyal.ordersWithinDays, dayOf(now), spreadOf(key));

const comesOften = ({ days, key }: Profile, { loyal }: Lifecycle, now: number) =>
  atLeastInWindow(days, () => 1, loyal.activeDays, loyal.activeWithinDays, dayOf(now), spreadOf(key));

/** Spreads what falls on midnight over the hour after it, by user. */
const spreadOf = (key: string) => bucketOf(key, HOUR);

const isoDay = (time: number) => new Date(time).toISOString().slice(0, 10);
