import { DAY, HOUR } from '../calendar.ts';
import { bucketOf } from '../hash.ts';
import type { ActiveDay } from '../state/days.ts';
import type { Profile } from '../state/profile.ts';
import { firstKnown, lastSeen } from '../state/seen.ts';
import { holdingEnd } from '../state/signals.ts';
import type { Stage } from '../state/stage.ts';
import { isKnown } from '../state/user-key.ts';
import type { Zone } from '../zone.ts';
import { type Answer, always, type Case, either, firstMatch, hasPassed, isBefore } from './horizon.ts';
import { atLeastInWindow, medianGap, type Window } from './windows.ts';

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
  readonly zone: Zone;
  readonly cases: readonly Case<Stage, Profile>[];
}

/** @param zone whose calendar days windows are made of */
export const compileLifecycle = (definition: Lifecycle, zone: Zone): CompiledLifecycle => ({
  definition,
  zone,
  cases: casesOf(definition, zone),
});

const casesOf = (lifecycle: Lifecycle, zone: Zone): readonly Case<Stage, Profile>[] => [
  {
    value: 'churned',
    when: (profile, now) =>
      holdingEnd(profile) === undefined ? silentFor(profile, lifecycle.churnedAfter, now) : always(true),
  },
  { value: 'dormant', when: (profile, now) => silentFor(profile, lifecycle.dormantAfter, now) },
  {
    value: 'returning',
    when: ({ returnedAt }, now) =>
      returnedAt === undefined ? always(false) : isBefore(returnedAt + lifecycle.returningFor, now),
  },
  {
    value: 'new',
    when: (profile, now) => isBefore((firstKnown(profile) ?? Number.NEGATIVE_INFINITY) + lifecycle.newFor, now),
  },
  {
    value: 'at-risk',
    when(profile, now, enough) {
      // No silence is shorter: as a rule that is all there is to know, and her gaps need not be looked at.
      const least = silentFor(profile, lifecycle.atRisk.atLeast, now);
      return !least.value && least.until >= enough
        ? least
        : silentFor(profile, tolerableSilence(profile, lifecycle), now);
    },
  },
  { value: 'loyal', when: (profile, now, enough) => isLoyal(profile, lifecycle, zone, now, enough) },
];

/**
 * The stage of a profile at `now` (ms) and until when it stays if nothing comes in. Undefined for an anonymous profile,
 * since stages are of people, and for somebody of whom nothing says when she was there (imported, without a past).
 *
 * @param enough a moment (ms) beyond which nobody asks how long it stays: until then at least, is answered then
 */
export function stageOf(
  profile: Profile,
  lifecycle: CompiledLifecycle,
  now: number,
  enough = Number.POSITIVE_INFINITY,
): Answer<Stage> | undefined {
  if (!isKnown(profile.key)) return undefined;
  if (lastSeen(profile) === undefined && holdingEnd(profile) === undefined) return undefined;
  return firstMatch(lifecycle.cases, 'active', profile, now, enough);
}

/** Whether a stage is one that the next activity ends with a return. */
export const isAway = (stage: Stage | undefined): boolean => stage === 'dormant' || stage === 'churned';

/** One sentence for the person who asks why somebody is in the stage she is in. */
export function reasonFor(stage: Stage, profile: Profile, lifecycle: CompiledLifecycle, now: number): string {
  const { definition, zone } = lifecycle;
  const dayOf = (time: number | undefined) => (time === undefined ? 'never' : isoDay(time, zone));
  const last = `last seen ${dayOf(lastSeen(profile))}`;
  const silence = (duration: number) => `no activity for ${plural(Math.floor(duration / DAY), 'day')}; ${last}`;
  switch (stage) {
    case 'churned': {
      const end = holdingEnd(profile);
      if (end === undefined) return silence(definition.churnedAfter);
      return end.of === 'app'
        ? `the app was removed from her last device on ${dayOf(end.since)}`
        : `the ${end.of} was ended on ${dayOf(end.since)}`;
    }
    case 'dormant':
      return silence(definition.dormantAfter);
    case 'returning':
      return `came back on ${dayOf(profile.returnedAt ?? now)}`;
    case 'new':
      return `first seen ${dayOf(firstKnown(profile))}`;
    case 'at-risk': {
      const gap = usualGap(profile, definition);
      const usual = gap === undefined ? '' : `, where ${gap === 1 ? 'a day' : `${gap} days`} is usual`;
      return `no activity for ${plural(Math.floor(tolerableSilence(profile, definition) / DAY), 'day')}${usual}; ${last}`;
    }
    case 'loyal': {
      const { orders, activeDays } = habits(profile, lifecycle, now);
      return buysOften(profile, definition, zone, now).value ? orders : activeDays;
    }
    case 'active': {
      // Whoever was loyal yesterday is asked about today: what she lacks stands in the numbers.
      const { orders, activeDays } = habits(profile, lifecycle, now);
      return `${last}; ${activeDays}, ${orders}`;
    }
  }
}

/** How often she comes and buys, in words. */
function habits(profile: Profile, { definition: { loyal }, zone }: CompiledLifecycle, now: number) {
  const today = zone.dayOf(now);
  const within = (width: number, weigh: (day: ActiveDay) => number) =>
    profile.days.reduce((sum, day) => (day.day > today - width && day.day <= today ? sum + weigh(day) : sum), 0);
  const orders = Math.max(0, within(loyal.ordersWithinDays, ordersOf));
  return {
    orders: `${plural(orders, 'order')} in ${loyal.ordersWithinDays} days`,
    activeDays: `active on ${within(loyal.activeWithinDays, isActiveOn)} of the last ${loyal.activeWithinDays} days`,
  };
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const silentFor = (profile: Profile, duration: number, now: number): Answer<boolean> =>
  hasPassed((lastSeen(profile) ?? Number.POSITIVE_INFINITY) + duration, now);

/** How long a silence may last before it is unlike her: three times the lower median of the gaps between her active days. */
function tolerableSilence(profile: Profile, { atRisk }: Lifecycle): number {
  const gap = usualGap(profile, { atRisk });
  return gap === undefined ? atRisk.whenUnknown : Math.max(atRisk.atLeast, atRisk.gaps * gap * DAY);
}

const usualGap = (profile: Profile, { atRisk }: Pick<Lifecycle, 'atRisk'>): number | undefined =>
  medianGap(profile, atRisk.lookBackDays, atRisk.fewestGaps);

function isLoyal(profile: Profile, lifecycle: Lifecycle, zone: Zone, now: number, enough: number): Answer<boolean> {
  const comes = comesOften(profile, lifecycle, zone, now);
  return comes.value && comes.until >= enough ? comes : either(buysOften(profile, lifecycle, zone, now), comes);
}

const buysOften = (profile: Profile, { loyal }: Lifecycle, zone: Zone, now: number): Answer<boolean> =>
  profile.purchases.count < loyal.orders
    ? always(false)
    : atLeastInWindow(
        profile.days,
        ordersOf,
        loyal.orders,
        windowOf(profile, loyal.ordersWithinDays, zone, now),
        profile.purchases.cancelled === 0,
      );

const comesOften = (profile: Profile, { loyal }: Lifecycle, zone: Zone, now: number): Answer<boolean> =>
  profile.days.length < loyal.activeDays
    ? always(false)
    : atLeastInWindow(
        profile.days,
        isActiveOn,
        loyal.activeDays,
        windowOf(profile, loyal.activeWithinDays, zone, now),
        true,
      );

const ordersOf = ({ orders, cancelled }: ActiveDay) => orders - cancelled;
const isActiveOn = ({ events }: ActiveDay) => (events > 0 ? 1 : 0);

/** What falls on midnight is spread over the hour after it, by user. */
const windowOf = ({ key }: Profile, width: number, zone: Zone, now: number): Window => ({
  width,
  today: zone.dayOf(now),
  zone,
  spread: bucketOf(key, HOUR),
});

const isoDay = (time: number, zone: Zone) => new Date(zone.dayOf(time) * DAY).toISOString().slice(0, 10);
