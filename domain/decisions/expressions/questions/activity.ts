import { DAY } from '../../../calendar.ts';
import type { QuestionOf } from '../../../catalog/expression.ts';
import type { ActiveDay } from '../../../state/days.ts';
import type { Profile } from '../../../state/profile.ts';
import { firstKnown, lastSeen } from '../../../state/seen.ts';
import { holdingEnd, isEnded } from '../../../state/signals.ts';
import { ALWAYS_FALSE, isDuring } from '../../horizon.ts';
import { atLeastInWindow, holdsInWindow, medianGap } from '../../windows.ts';
import { compileAgo, compileNumbers, daysIn, leastOf, lengthOf } from '../comparisons.ts';
import type { CompileContext } from '../context.ts';
import { type Predicate, timeless } from '../predicate.ts';

/** First activity under her user id, last activity, or the activity that ended her last absence (ms). */
const MOMENTS: Readonly<Record<QuestionOf<'activity'>['activity'], (profile: Profile) => number | undefined>> = {
  first: firstKnown,
  last: lastSeen,
  return: ({ returnedAt }) => returnedAt,
};

export function compileActivity({ activity, ago }: QuestionOf<'activity'>): Predicate {
  const momentOf = MOMENTS[activity];
  const { from, to } = compileAgo(ago);
  return (profile, now) => {
    const moment = momentOf(profile);
    return moment === undefined ? ALWAYS_FALSE : isDuring(moment + from, moment + to, now);
  };
}

export const isActiveOn = ({ events }: ActiveDay): number => (events > 0 ? 1 : 0);
/** Less than none on a day on which more orders were cancelled than made. */
export const ordersOn = ({ orders, cancelled }: ActiveDay): number => orders - cancelled;
const nothing = () => 0;

export function compileActiveDays(
  { activeDays, within }: QuestionOf<'activeDays'>,
  { zone }: CompileContext,
): Predicate {
  const width = daysIn(within) ?? 0;
  const least = leastOf(activeDays);
  const holds = compileNumbers(activeDays);
  return (profile, now) => {
    const { days, key } = profile;
    // Too few even if all were within: nothing but her coming changes that.
    if (least !== undefined && days.length < least) return ALWAYS_FALSE;
    const window = { width, today: zone.dayOf(now), zone, key };
    return least === undefined
      ? holdsInWindow(days, isActiveOn, nothing, holds, window)
      : atLeastInWindow(days, isActiveOn, least, window);
  };
}

/** Orders less those that were cancelled; never fewer than none, since a cancellation may arrive before its order. */
export function compilePurchases({ purchases, within }: QuestionOf<'purchases'>, { zone }: CompileContext): Predicate {
  const holds = compileNumbers(purchases);
  if (within === undefined)
    return timeless(({ purchases: { count, cancelled } }) => holds(Math.max(0, count - cancelled)));
  const width = daysIn(within) ?? 0;
  const least = leastOf(purchases);
  const holdsOf = (orders: number) => holds(Math.max(0, orders));
  return (profile, now) => {
    const { days, key, purchases: all } = profile;
    if (least !== undefined && least > 0 && all.count < least) return ALWAYS_FALSE;
    const window = { width, today: zone.dayOf(now), zone, key };
    return least !== undefined && all.cancelled === 0
      ? atLeastInWindow(days, ordersOn, least, window)
      : holdsInWindow(days, ordersOn, nothing, holdsOf, window);
  };
}

/** What she spent in all, in one currency: the one named, else the one she spent most in. */
export function compileSpent({ spent, currency }: QuestionOf<'spent'>): Predicate {
  const holds = compileNumbers(spent);
  return timeless(({ purchases: { spentMicros } }) => {
    const micros = currency === undefined ? Math.max(0, ...spentMicros.values()) : (spentMicros.get(currency) ?? 0);
    return holds(micros / 1e6);
  });
}

type Silent = QuestionOf<'silent'>['silent'];
const DEFAULTS = { fewestGaps: 3, lookBack: 'P90D' } as const;

export interface Tolerance {
  /** How long she may be silent before it is unlike her (ms). */
  readonly silence: number;
  /** Her usual gap (days); undefined while she has too few to tell. */
  readonly gap: number | undefined;
}

/** Silent for several times the lower median of the gaps between her active days. */
export function compileTolerance(silent: Silent): (profile: Profile) => Tolerance {
  const least = lengthOf(silent.atLeast);
  const unknown = silent.unknown === undefined ? Number.POSITIVE_INFINITY : lengthOf(silent.unknown);
  const width = daysIn(silent.lookBack ?? DEFAULTS.lookBack) ?? 0;
  const fewest = silent.fewestGaps ?? DEFAULTS.fewestGaps;
  return (profile) => {
    const gap = medianGap(profile, width, fewest);
    return { gap, silence: gap === undefined ? unknown : Math.max(least, Math.round(silent.gaps * gap * DAY)) };
  };
}

export function compileSilent({ silent }: QuestionOf<'silent'>): Predicate {
  const tolerance = compileTolerance(silent);
  const shortest = Math.min(
    lengthOf(silent.atLeast),
    silent.unknown === undefined ? Infinity : lengthOf(silent.unknown),
  );
  return (profile, now, enough) => {
    const last = lastSeen(profile);
    if (last === undefined) return ALWAYS_FALSE;
    // No silence that counts is shorter: as a rule that is all there is to know, and her gaps need not be looked at.
    const least = isDuring(last + shortest, Number.POSITIVE_INFINITY, now);
    if (!least.value && least.until >= enough) return least;
    return isDuring(last + tolerance(profile).silence, Number.POSITIVE_INFINITY, now);
  };
}

export const compileEnded = ({ ended }: QuestionOf<'ended'>): Predicate =>
  ended === true
    ? timeless((profile) => holdingEnd(profile) !== undefined)
    : timeless((profile) => isEnded(profile, ended));

export function compileSession({ session, ...comparison }: QuestionOf<'session'>): Predicate {
  const holds = compileNumbers(comparison);
  return session === 'count'
    ? timeless(({ sessions }) => holds(sessions?.count ?? 0))
    : timeless(({ sessions }) => sessions !== undefined && holds((sessions.end - sessions.start) / 1_000));
}
