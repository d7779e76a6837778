import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { orderAmount } from '../../domain/events/order-amount.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { decodeProfile, encodeProfile } from '../../domain/state/codec.ts';
import { type Counter, compileCounters, withoutUnused } from '../../domain/state/counters.ts';
import { type EventInput, eventInput } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { UTC } from '../../domain/zone.ts';
import { START } from './people.ts';

/** After everything in a life that is not told to be longer was received. */
const ALL_SEEN = START + DAY;

/** What an event says, apart from whose it is and when. */
type Content = Pick<
  CustomerEvent,
  'type' | 'source' | 'activity' | 'name' | 'groupId' | 'properties' | 'traits' | 'context' | 'anonymousId'
>;

/** Names that are also those of what objects have, or that objects put in an order of their own. */
const NAMES = ['A', 'B', 'Page Viewed', '__proto__', 'constructor', '7', '1', 'Größe ändern 👟'];
const text = fc.constantFrom('a', 'b', '', '__proto__', '1', 'é', '👟');
const flag = fc.boolean();

const value: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.integer({ min: -9, max: 9 }),
  flag,
  fc.constant(null),
  fc.constant<Json>(['x', { y: null }]),
);

/** An object whose members may have any name: a literal's `__proto__` is none. */
const object = <V extends Json>(names: readonly string[], values: fc.Arbitrary<V>): fc.Arbitrary<JsonObject> =>
  fc
    .array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 3 })
    .map((members): JsonObject => Object.fromEntries(members));

const traits = fc
  .tuple(
    object(['plan', 'n', '__proto__', '1', 'é'], value),
    fc.constantFrom<JsonObject>(
      {},
      {},
      { email: 'ada@shop.example' },
      { email: 'A.Lovelace@shop.example' },
      { email: 'none' },
      { createdAt: '2025-11-03T08:00:00Z' },
      { created_at: '2031-01-01T00:00:00Z' },
    ),
  )
  .map(([some, others]): JsonObject => ({ ...Object.fromEntries(Object.entries(some)), ...others }));

const money: fc.Arbitrary<JsonObject> = fc.record({
  revenue: fc.constantFrom<Json>(10, 19.99, '7.5', 0.000_001, 1e6, 0, null),
  currency: fc.constantFrom<Json>('USD', 'eur', 'JPY', 'nothing', null),
});

const consentProperties: fc.Arbitrary<JsonObject> = fc.record({
  channel: fc.constantFrom<Json>('email', 'sms', 'Push', 'no channel', 3),
  topic: fc.constantFrom<Json>(null, 'news', 'offers'),
  wording: fc.constantFrom<Json>('v1', 'v2', null),
});

const device: fc.Arbitrary<JsonObject> = fc
  .record({
    id: fc.constantFrom<Json>('phone', 'tablet', '__proto__', 'watch'),
    token: fc.constantFrom<Json>('token-1', 'token-2', null),
    type: fc.constantFrom<Json>('ios', 'android', ''),
    permission: fc.constantFrom<Json>(true, false, 'provisional'),
  })
  .map((said) => said);

const context: fc.Arbitrary<JsonObject | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        device,
        app: fc.constantFrom<Json>({ namespace: 'shop.example' }, { name: 'Shop' }, 'Shop'),
        locale: fc.constantFrom<Json>('de_CH', 'en-US', 'x y'),
        timezone: fc.constantFrom<Json>('Europe/Berlin', 'America/Sao_Paulo', 'GMT+0000'),
        sessionId: fc.constantFrom<Json>('visit-1', 'visit-2', 17),
      },
      { requiredKeys: [] },
    ),
  },
);

const named = (name: string, properties?: JsonObject): Partial<Content> => ({
  type: 'track',
  name,
  ...(properties && { properties }),
});

const what: fc.Arbitrary<Partial<Content>> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NAMES).map((name) => named(name)) },
  { weight: 3, arbitrary: money.map((amount) => named('Order Completed', amount)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('Order Cancelled', 'Order Refunded'), money)
      .map(([name, amount]) => named(name, amount)),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        ...['Account Deleted', 'Signed Up', 'Signed In', 'Subscription Cancelled', 'Subscription Started'],
        ...['Application Uninstalled', 'Application Uninstalled', 'Email Opened', 'Application Backgrounded'],
      )
      .map((name) => named(name)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('Consent Granted', 'Consent Withdrawn'), consentProperties)
      .map(([name, properties]) => named(name, properties)),
  },
  { weight: 3, arbitrary: traits.map((said): Partial<Content> => ({ type: 'identify', traits: said })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('acme', '__proto__', '7'), object(['plan', '__proto__', '1'], value))
      .map(([groupId, said]): Partial<Content> => ({ type: 'group', groupId, traits: said })),
  },
  { weight: 1, arbitrary: fc.constantFrom<Partial<Content>>({ type: 'page', name: 'Home' }, { type: 'screen' }) },
  { weight: 1, arbitrary: fc.constant<Partial<Content>>({ type: 'alias' }) },
);

const content: fc.Arbitrary<Content> = fc
  .tuple(
    what,
    fc.constantFrom<Pick<Content, 'source' | 'activity'>>(
      { source: 'client' },
      { source: 'client' },
      { source: 'server' },
      { source: 'server', activity: true },
    ),
    fc.constantFrom<Pick<Content, 'anonymousId'>>({}, {}, { anonymousId: 'd1' }, { anonymousId: 'd2' }),
    context,
  )
  .map(([said, source, ids, around]) => ({
    type: 'track',
    ...said,
    ...source,
    ...ids,
    ...(around !== undefined && { context: around }),
  }));

/** How long before its receipt something happened: mostly just then, sometimes up to 200 days before, or in the future. */
const lateness = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -20 * 60, max: 24 * 60 }).map((minutes) => minutes * MINUTE) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 200 * 24 }).map((hours) => hours * HOUR) },
);

export interface LifeParts {
  /** How long she sends things (ms). */
  readonly span?: number;
  readonly start?: number;
  /** Undefined: a device nobody has logged in on. */
  readonly userId?: string | undefined;
  readonly most?: number;
  /** Before their numbers in the ids of messages. */
  readonly ids?: string;
  /** Whether some things arrive long after they happened. */
  readonly late?: boolean;
}

/**
 * Everything a person can send, in the order in which it is received, below the bounds of all parts. Times are whole
 * minutes, so that many happen at one moment.
 */
export function lifeOf(parts: LifeParts = {}): fc.Arbitrary<EventInput[]> {
  const { span = 10 * HOUR, start = START, most = 30, ids = 'm', late = true } = parts;
  const userId = 'userId' in parts ? parts.userId : 'u1';
  return fc
    .array(fc.tuple(fc.integer({ min: 0, max: span / MINUTE }), late ? lateness : fc.constant(0), content), {
      minLength: 1,
      maxLength: most,
    })
    .map((moments) =>
      moments
        .toSorted(([a], [b]) => a - b)
        .map(([minute, before, { anonymousId, ...said }], place): EventInput => {
          const receivedAt = start + minute * MINUTE;
          const whose =
            userId === undefined
              ? { anonymousId: 'd3' }
              : { userId, ...(anonymousId !== undefined && { anonymousId: anonymousId }) };
          return eventInput({
            ...said,
            ...whose,
            ...(said.type === 'alias' && { previousId: 'd4' }),
            messageId: `${ids}${String(place).padStart(3, '0')}`,
            sourceId: 'app',
            time: receivedAt - before,
            receivedAt,
          });
        }),
    );
}

/** Counters of every kind: over days, over single times, with amounts, of some events only, and published meanwhile. */
export const COUNTERS: readonly Counter[] = [
  { id: 1, event: 'A', days: 90, countsFrom: 0 },
  { id: 2, event: 'A', days: 7, stamps: 2 * DAY, countsFrom: 0 },
  { id: 3, event: 'A', stamps: 7 * DAY, countsFrom: START + 4 * HOUR },
  { id: 5, event: 'Page Viewed', days: 30, matches: ({ type }) => type === 'page', countsFrom: 0 },
  { id: 8, event: 'Order Completed', days: 28, amount: ({ properties }) => orderAmount(properties), countsFrom: 0 },
  {
    id: 13,
    event: 'Order Completed',
    days: 90,
    stamps: HOUR,
    matches: ({ properties }) => properties?.currency === 'eur',
    amount: ({ properties }) => orderAmount(properties),
    countsFrom: 0,
  },
  {
    id: 21,
    event: 'Order Refunded',
    days: 1,
    amount: ({ properties }) => -(orderAmount(properties) ?? 0) + 0,
    countsFrom: 0,
  },
  { id: 34, event: '__proto__', days: 3, stamps: 7 * DAY, countsFrom: 0 },
];

/** What storing does to a profile, so that nothing may hide outside of what is stored. */
export function stored(profile: Profile): Profile {
  const decoded = decodeProfile(profile.key, profile.version, encodeProfile(profile));
  if (decoded.outcome !== 'profile') throw new Error('unreadable');
  return decoded.profile;
}

const ascending = <T>(items: readonly T[], of: (item: T) => string | number): T[] =>
  [...items].sort((a, b) => (of(a) < of(b) ? -1 : 1));

/** The parts of a profile that do not depend on the order of what came in; lists whose order means nothing are sorted. */
export const foldable = (profile: Profile) => ({
  anonymousIds: [...profile.anonymousIds].sort(),
  mergedIds: [...profile.mergedIds].sort(),
  folded: ascending(profile.folded, (hash) => hash),
  traits: profile.traits,
  locale: profile.locale,
  timeZone: profile.timeZone,
  groups: profile.groups,
  devices: profile.devices,
  uninstalledAt: profile.uninstalledAt,
  consent: profile.consent,
  unreachable: profile.unreachable,
  activity: profile.activity,
  events: ascending(profile.events, ({ name }) => name),
  days: profile.days,
  olderDays: profile.olderDays,
  // A profile that has seen a later input has let go of more: looked at from the same moment it is the same.
  counters: withoutUnused(profile.counters, ALL_SEEN, compileCounters(COUNTERS).byId, UTC),
  purchases: profile.purchases,
  hours: profile.hours,
  signals: profile.signals,
});
