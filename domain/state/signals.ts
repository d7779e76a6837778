import { type CustomerEvent, countedName } from '../events/event.ts';
import type { Profile } from './profile.ts';

/**
 * Events that say of themselves that a customer has left, and those that take it back. An end holds until its opposite
 * with a later event time. (Uninstalling joins them once devices are known: it is an end only when no device is left.)
 */
const SIGNALS = [
  { name: 'account', ends: ['Account Deleted'], resumes: ['Signed Up'] },
  {
    name: 'subscription',
    ends: ['Subscription Cancelled'],
    resumes: ['Subscription Started', 'Subscription Created', 'Order Completed'],
  },
] as const satisfies readonly { name: string; ends: readonly string[]; resumes: readonly string[] }[];

/** Notes the times of ends and of their opposites; both only grow, so the order of arrival does not matter. */
export function noteSignals(profile: Profile, event: CustomerEvent): void {
  const happened = countedName(event);
  if (happened === undefined) return;
  for (const { name, ends, resumes } of SIGNALS) {
    const isEnd = (ends as readonly string[]).includes(happened);
    if (!isEnd && !(resumes as readonly string[]).includes(happened)) continue;
    const signal = profile.signals.get(name) ?? {};
    profile.signals.set(
      name,
      isEnd
        ? { ...signal, endedAt: Math.max(signal.endedAt ?? event.time, event.time) }
        : { ...signal, resumedAt: Math.max(signal.resumedAt ?? event.time, event.time) },
    );
  }
}

/** The name of an end that holds, if one does. */
export function holdingEnd(profile: Profile): string | undefined {
  for (const [name, { endedAt, resumedAt }] of profile.signals)
    if (endedAt !== undefined && (resumedAt === undefined || resumedAt <= endedAt)) return name;
  return undefined;
}
