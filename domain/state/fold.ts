import { dayOf } from '../calendar.ts';
import { isActivity, isOrder } from '../events/activity.ts';
import { type CustomerEvent, countedName } from '../events/event.ts';
import { orderAmount } from '../events/order-amount.ts';
import { hashText } from '../hash.ts';
import { countDay } from './days.ts';
import type { EventTotal, Profile, Trait } from './profile.ts';
import { noteSignals } from './signals.ts';
import { isKnown } from './user-key.ts';

/**
 * Bounds of what one profile holds. Beyond them the event name longest unseen goes; new traits and new devices do not
 * come in. Together with the limits of an event they keep a profile below DynamoDB's 400 KB whatever is sent.
 */
const EVENT_NAMES = 100;
const TRAITS = 100;
const ANONYMOUS_IDS = 20;

/**
 * Adds what an event says to a profile that may be changed. Counts are sums and extremes of event times and traits go
 * to the latest writer, so below the bounds the order in which events arrive does not matter.
 */
export function foldEvent(profile: Profile, event: CustomerEvent): void {
  noteIdentity(profile, event);
  noteTraits(profile, event);
  noteTotals(profile, event);
  noteSignals(profile, event);
  if (isActivity(event)) noteActivity(profile, event);
  if (isOrder(event)) notePurchase(profile, event);
}

function noteIdentity(profile: Profile, event: CustomerEvent): void {
  if (!isKnown(profile.key)) return;
  if (event.anonymousId !== undefined) noteDevice(profile, event.anonymousId);
  // From a client's public key, a previous id is never another person's.
  if (event.type === 'alias' && event.source === 'client' && event.previousId !== event.userId)
    noteDevice(profile, event.previousId ?? '');
}

function noteDevice({ anonymousIds }: Profile, id: string): void {
  if (anonymousIds.includes(id) || anonymousIds.length >= ANONYMOUS_IDS) return;
  anonymousIds.push(id);
}

function noteTraits(profile: Profile, { type, traits, time, messageId }: CustomerEvent): void {
  // Traits of a group call are the group's.
  if (type !== 'identify' || traits === undefined) return;
  const writer = hashText(messageId);
  for (const [name, value] of Object.entries(traits)) {
    const known = profile.traits.get(name);
    if (known === undefined && profile.traits.size >= TRAITS) continue;
    if (known === undefined || isLater({ time, writer }, known)) profile.traits.set(name, { value, time, writer });
  }
}

const isLater = (a: Omit<Trait, 'value'>, b: Omit<Trait, 'value'>) =>
  a.time > b.time || (a.time === b.time && a.writer >= b.writer);

function noteTotals(profile: Profile, event: CustomerEvent): void {
  const name = countedName(event);
  if (name === undefined) return;
  const { events } = profile;
  const { time } = event;
  const place = events.findIndex((total) => total.name === name);
  const total = events[place];
  if (total === undefined) {
    events.push({ name, count: 1, first: time, last: time });
    if (events.length > EVENT_NAMES) dropLongestUnseen(events);
    return;
  }
  const { count, first, last } = total;
  events[place] = { name, count: count + 1, first: Math.min(first, time), last: Math.max(last, time) };
}

function dropLongestUnseen(events: EventTotal[]): void {
  let oldest = 0;
  events.forEach(({ last }, place) => {
    if (last < (events[oldest] as EventTotal).last) oldest = place;
  });
  events.splice(oldest, 1);
}

function noteActivity(profile: Profile, event: CustomerEvent): void {
  const { activity } = profile;
  activity.first = Math.min(activity.first ?? event.time, event.time);
  activity.last = Math.max(activity.last ?? event.time, event.time);
  countDay(profile.days, dayOf(event.time), isOrder(event));
}

function notePurchase({ purchases }: Profile, { time, properties }: CustomerEvent): void {
  purchases.count++;
  purchases.first = Math.min(purchases.first ?? time, time);
  purchases.last = Math.max(purchases.last ?? time, time);
  const micros = orderAmount(properties);
  if (micros === undefined) return;
  const currency = currencyOf(properties?.currency);
  purchases.spentMicros.set(currency, (purchases.spentMicros.get(currency) ?? 0) + micros);
}

/** ISO 4217 code; USD is the Spec's default. */
const currencyOf = (value: unknown): string =>
  typeof value === 'string' && /^[a-z]{3}$/i.test(value) ? value.toUpperCase() : 'USD';
