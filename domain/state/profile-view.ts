import type { Json } from '../json.ts';
import type { Cause } from './cause.ts';
import { answersIn, confirmationOf } from './consent.ts';
import { countDays } from './days.ts';
import { DEVICE_FIELDS, type Device, type DeviceField, isInstalled } from './devices.ts';
import type { Profile } from './profile.ts';
import { type UnreachableReason, unreachableBy } from './reachability.ts';
import { firstSeen, lastSeen } from './seen.ts';
import type { Stage } from './stage.ts';
import type { Traits } from './traits.ts';
import { idIn, isKnown } from './user-key.ts';

/** A profile as the admin API shows it. Times are ISO 8601 in UTC. */
export interface ProfileView {
  /** Null for a device nobody has logged in on. */
  readonly userId: string | null;
  /** Other user ids that turned out to be hers. */
  readonly mergedUserIds: readonly string[];
  readonly anonymousIds: readonly string[];
  readonly traits: Readonly<Record<string, Json>>;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly stage: {
    readonly name: Stage;
    readonly since: string;
    readonly cause: Cause;
    readonly reason: string;
    readonly previous: Stage | null;
  } | null;
  /** First and last activity; for a person known only by what a server told, when she became known; else null. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** On how many different days she was active, and on how many she bought. */
  readonly activeDays: number;
  readonly purchaseDays: number;
  readonly sessions: { readonly count: number; readonly lastStart: string; readonly lastSeconds: number } | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly purchases: {
    /** Orders completed, cancelled ones left out. */
    readonly count: number;
    readonly cancelled: number;
    readonly refunds: number;
    /** Spent in `currency`, the one most was spent in (0 and null before the first amount). */
    readonly revenue: number;
    readonly currency: string | null;
    readonly first: string | null;
    readonly last: string | null;
    /** Spent in every currency, less what was given back. */
    readonly byCurrency: Readonly<Record<string, number>>;
  };
  /** How often she was active in each hour of the day, in UTC. */
  readonly hours: readonly number[];
  readonly devices: readonly DeviceView[];
  /** By channel (`email`) or channel and topic (`email/news`). */
  readonly consent: Readonly<
    Record<
      string,
      {
        readonly granted: boolean;
        /** She has proved that it was she who said yes, and has not said no since. */
        readonly confirmed: boolean;
        readonly at: string;
        readonly source: string;
        readonly wording: string | null;
      }
    >
  >;
  /** By channel: why she is written to there no more, as long as her address stays as it is. */
  readonly unreachable: Readonly<Record<string, { readonly reason: UnreachableReason; readonly since: string }>>;
  /** Messages that were decided and may not go yet: until when, and why, in words. */
  readonly waiting: readonly {
    readonly message: string;
    readonly channel: string;
    readonly decidedAt: string;
    readonly until: string;
    readonly reason: string;
  }[];
  readonly groups: readonly { readonly id: string; readonly traits: Readonly<Record<string, Json>> }[];
  /** While what comes in for her is left aside: until then. */
  readonly quarantinedUntil: string | null;
  /** Up to when the profile has been evaluated. */
  readonly asOf: string;
}

export interface DeviceView extends Readonly<Partial<Record<DeviceField, string>>> {
  readonly id: string;
  readonly lastSeen: string | null;
  /** Whether the app is on it still. */
  readonly installed: boolean;
}

/** @param now as of when (ms): time passes for a quarantine, in which nothing else happens to the profile */
export function viewProfile(profile: Profile, now = profile.asOf): ProfileView {
  const { key, purchases, stage, sessions, quarantinedUntil } = profile;
  const days = countDays(profile);
  return {
    userId: isKnown(key) ? idIn(key) : null,
    mergedUserIds: profile.mergedIds,
    anonymousIds: isKnown(key) ? profile.anonymousIds : [idIn(key), ...profile.anonymousIds],
    traits: viewTraits(profile.traits),
    locale: profile.locale?.value ?? null,
    timeZone: profile.timeZone?.value ?? null,
    stage: stage === undefined ? null : { ...stage, since: iso(stage.since), previous: stage.previous ?? null },
    firstSeen: isoOrNull(firstSeen(profile)),
    lastSeen: isoOrNull(lastSeen(profile)),
    activeDays: days.active,
    purchaseDays: days.bought,
    sessions:
      sessions === undefined
        ? null
        : {
            count: sessions.count,
            lastStart: iso(sessions.start),
            lastSeconds: Math.round((sessions.end - sessions.start) / 1_000),
          },
    counts: Object.fromEntries(profile.events.map(({ name, count }) => [name, count])),
    purchases: viewPurchases(purchases),
    hours: profile.hours,
    devices: profile.devices.map((device) => viewDevice(device, profile)),
    consent: Object.fromEntries(
      answersIn(profile.consent).map(([about, { granted, time, source, wording }]) => [
        about,
        {
          ...{ granted, confirmed: granted && confirmationOf(profile.consent, about)?.granted === true },
          ...{ at: iso(time), source, wording: wording ?? null },
        },
      ]),
    ),
    unreachable: viewUnreachable(profile),
    waiting: profile.waiting.map(({ message, channel, decidedAt, until, reason }) => ({
      ...{ message, channel, decidedAt: iso(decidedAt), until: iso(until), reason },
    })),
    groups: profile.groups.map(({ id, traits }) => ({ id, traits: viewTraits(traits) })),
    quarantinedUntil: quarantinedUntil !== undefined && quarantinedUntil > now ? iso(quarantinedUntil) : null,
    asOf: iso(profile.asOf),
  };
}

function viewUnreachable(profile: Profile): ProfileView['unreachable'] {
  const email = unreachableBy(profile, 'email');
  return email === undefined ? {} : { email: { reason: email.reason, since: iso(email.since) } };
}

const viewTraits = (traits: Traits): Record<string, Json> =>
  Object.fromEntries([...traits].filter(([, { value }]) => value !== null).map(([name, { value }]) => [name, value]));

function viewPurchases({
  count,
  cancelled,
  refunds,
  first,
  last,
  spentMicros,
}: Profile['purchases']): ProfileView['purchases'] {
  // Of two currencies with as much the first by its code, so that it does not matter which came first.
  const byCurrency = [...spentMicros]
    .sort(([a, spentA], [b, spentB]) => spentB - spentA || (a < b ? -1 : 1))
    .map(([code, micros]) => [code, micros / 1e6] as const);
  return {
    // A cancellation may arrive before its order.
    count: Math.max(0, count - cancelled),
    cancelled,
    refunds,
    revenue: byCurrency[0]?.[1] ?? 0,
    currency: byCurrency[0]?.[0] ?? null,
    first: isoOrNull(first),
    last: isoOrNull(last),
    byCurrency: Object.fromEntries(byCurrency),
  };
}

const viewDevice = (device: Device, { uninstalledAt }: Profile): DeviceView => ({
  id: device.id,
  ...Object.fromEntries(
    DEVICE_FIELDS.flatMap((name) => (device.fields[name] === undefined ? [] : [[name, device.fields[name]?.value]])),
  ),
  lastSeen: isoOrNull(device.seen),
  installed: isInstalled(device, uninstalledAt),
});

const iso = (time: number) => new Date(time).toISOString();
const isoOrNull = (time: number | undefined) => (time === undefined ? null : iso(time));
