import { isActivity, isOrder } from '../events/activity.ts';
import { type CustomerEvent, countedName } from '../events/event.ts';
import { hashText } from '../hash.ts';
import { readZoneName, type Zone } from '../zone.ts';
import { noteConsent } from './consent.ts';
import { type CompiledCounters, countInCounters } from './counters.ts';
import { addDay } from './days.ts';
import { noteDevice, UNINSTALLED } from './devices.ts';
import { noteGroup } from './groups.ts';
import { countHour } from './hours.ts';
import { withId } from './ids.ts';
import { latest, latestOf } from './latest.ts';
import type { Profile } from './profile.ts';
import { notePurchase, PURCHASE_EVENTS } from './purchases.ts';
import { noteSession } from './sessions.ts';
import { type CompiledSignals, noteSignals } from './signals.ts';
import { countEvent } from './totals.ts';
import { withTraits } from './traits.ts';
import { isKnown } from './user-key.ts';

/** What the project has decided about counting. */
export interface FoldPlan {
  /** Whose calendar days are counted. */
  readonly zone: Zone;
  readonly counters: CompiledCounters;
  /** Events by whose totals something is decided: how often they happened ever, when first, when last. */
  readonly totals: ReadonlySet<string>;
  readonly signals: CompiledSignals;
}

/**
 * Adds what an event says to a profile that may be changed. Counts are sums and extremes of event times, and what can
 * be said again goes to the latest who said it, so below the bounds the order in which events arrive does not matter.
 * (Visits are the exception: what belongs to one before the last changes nothing.)
 *
 * @param live false for an event that was imported: it happened, but nobody was there when it came in
 */
export function foldEvent(profile: Profile, event: CustomerEvent, plan: FoldPlan, live: boolean): void {
  noteIdentity(profile, event, live);
  noteSelf(profile, event);
  const name = countedName(event);
  if (name !== undefined) profile.events = countEvent(profile.events, name, event.time, plan.totals);
  profile.counters = countInCounters(profile.counters, event, plan.counters, plan.zone);
  profile.signals = noteSignals(profile.signals, event, plan.signals);
  noteUninstall(profile, event);
  const purchase = event.type === 'track' ? PURCHASE_EVENTS.get(event.name ?? '') : undefined;
  if (purchase !== undefined) profile.purchases = notePurchase(profile.purchases, event);
  const active = isActivity(event);
  if (active) noteActivity(profile, event);
  if (active || purchase === 'cancellation') noteDay(profile, event, plan.zone, active, purchase === 'cancellation');
}

function noteIdentity(profile: Profile, { anonymousId, time, receivedAt, userId }: CustomerEvent, live: boolean): void {
  if (!isKnown(profile.key)) return;
  if (anonymousId !== undefined) profile.anonymousIds = withId(profile.anonymousIds, anonymousId);
  // Not what a device sent that turned out to be hers: under this id she was first seen when it was named.
  const { activity } = profile;
  const since = Math.min(time, receivedAt);
  if (live && userId !== undefined && !(activity.live !== undefined && activity.live <= since))
    profile.activity = { ...activity, live: since };
}

/** What she or her app says of her. */
function noteSelf(profile: Profile, event: CustomerEvent): void {
  const { type, traits, time, messageId, context } = event;
  if (type === 'identify' && traits !== undefined)
    profile.traits = withTraits(profile.traits, traits, time, hashText(messageId));
  profile.groups = noteGroup(profile.groups, event);
  profile.consent = noteConsent(profile.consent, event);
  if (context === undefined) return;
  profile.devices = noteDevice(profile.devices, event);
  // A server writes its own.
  if (event.source !== 'client') return;
  const locale = readLocale(context.locale);
  if (locale !== undefined) profile.locale = latestOf(profile.locale, { value: locale, time });
  const zone = readZoneName(context.timezone);
  if (zone !== undefined) profile.timeZone = latestOf(profile.timeZone, { value: zone, time });
}

/** A language tag such as `de-CH`; some platforms write `de_CH`. */
const LOCALE = /^[a-z]{2,3}(?:[-_][a-z\d]{2,8}){0,3}$/i;

const readLocale = (value: unknown): string | undefined =>
  typeof value === 'string' && LOCALE.test(value) ? value.replaceAll('_', '-') : undefined;

/** One that names no device is about all of them. */
function noteUninstall(profile: Profile, { type, name, time, context }: CustomerEvent): void {
  if (type !== 'track' || name !== UNINSTALLED) return;
  const device = context?.device;
  const isNamed = typeof device === 'object' && device !== null && 'id' in device && typeof device.id === 'string';
  if (!isNamed) profile.uninstalledAt = latest(profile.uninstalledAt, time);
}

function noteActivity(profile: Profile, event: CustomerEvent): void {
  const { first, last, known, live } = profile.activity;
  const { time, userId } = event;
  profile.activity = {
    first: first !== undefined && first <= time ? first : time,
    last: last !== undefined && last >= time ? last : time,
    known: userId === undefined || (known !== undefined && known <= time) ? known : time,
    live,
  };
  profile.hours = countHour(profile.hours, time);
  // An order that a server reports says that she bought, not that she was looking at anything then.
  if (event.source === 'client') profile.sessions = noteSession(profile.sessions, event);
}

function noteDay(profile: Profile, event: CustomerEvent, zone: Zone, active: boolean, cancels: boolean): void {
  const { days, olderDays } = addDay(profile, {
    day: zone.dayOf(event.time),
    events: active ? 1 : 0,
    orders: isOrder(event) ? 1 : 0,
    cancelled: cancels ? 1 : 0,
  });
  profile.days = days;
  profile.olderDays = olderDays;
}
