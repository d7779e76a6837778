/**
 * What must be known and decided of people, once more and in the slowest way: loops over everything they ever sent, in
 * the words of the design and without any of the product's own code. Nothing is kept between two moments but what was
 * decided; every question is asked of all events anew. What the product says of people must be what this says.
 *
 * The project's zone is UTC.
 */
import type { ProfileView } from '../../domain/state/profile-view.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A message of the Segment Spec, as far as anything here depends on it. */
export interface Message {
  readonly type: 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';
  readonly messageId: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly previousId?: string;
  readonly groupId?: string;
  readonly event?: string;
  readonly name?: string;
  readonly properties?: Values;
  readonly traits?: Values;
  readonly context?: Context;
  readonly timestamp?: string;
  readonly originalTimestamp?: string;
  readonly sentAt?: string;
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Values = Readonly<Record<string, Value>>;

export interface Context {
  readonly locale?: string;
  readonly timezone?: string;
  readonly sessionId?: string | number;
  readonly device?: Readonly<Record<string, string | boolean>>;
  readonly app?: { readonly name?: string; readonly namespace?: string };
}

/** A message, by which key it was sent and when it was received (ms). */
export interface Sent {
  readonly message: Message;
  readonly by: Source;
  readonly receivedAt: number;
}

export interface Source {
  readonly kind: 'client' | 'server';
  readonly id: string;
}

type StageName = NonNullable<ProfileView['stage']>['name'];
type Cause = NonNullable<ProfileView['stage']>['cause'];

export interface Transition {
  readonly from: StageName | null;
  readonly to: StageName;
  readonly at: number;
  readonly cause: Cause;
}

/** The sentence is for people, and up to when a profile was looked at says nothing of her. */
export type ToldProfile = Omit<ProfileView, 'stage' | 'asOf' | 'quarantinedUntil'>;

export interface Told {
  readonly profile: ToldProfile;
  /** Undefined before anything says when she was there. */
  readonly stage:
    | { readonly name: StageName; readonly since: number; readonly cause: Cause; readonly previous: StageName | null }
    | undefined;
}

/** What was decided under one user id while it was nobody else's. */
export interface Decided {
  readonly transitions: readonly Transition[];
  readonly messages: readonly ('Welcome!' | 'We miss you')[];
  /** Those that she would have got if she had not left. */
  readonly unwilling: readonly ('Welcome!' | 'We miss you')[];
}

/** Something she did, under the name it is counted by. */
export interface Deed {
  readonly name: string;
  readonly at: number;
  readonly properties: Values;
}

const COUNTED: Readonly<Record<string, string>> = { page: 'Page Viewed', screen: 'Screen Viewed' };

/** A message with the time at which what it tells of happened (ms). */
interface Happening extends Sent {
  readonly at: number;
}

/** Lives everything that was sent up to `now` (ms), in the order in which it was received. */
export class PeopleOracle {
  /** By user or device. */
  readonly #everybody = new Map<string, Somebody>();
  /** What a user or a device has become part of. */
  readonly #partOf = new Map<string, string>();
  readonly #seen = new Map<string, number>();

  constructor(sent: readonly Sent[], now: number) {
    const happened = sent.filter(({ receivedAt }) => receivedAt <= now).map((one) => ({ ...one, at: timeOf(one) }));
    happened.sort(
      (a, b) => a.receivedAt - b.receivedAt || a.at - b.at || (a.message.messageId < b.message.messageId ? -1 : 1),
    );
    for (const happening of happened) this.#take(happening);
    for (const somebody of this.#everybody.values()) somebody.liveUntil(now);
  }

  /** What GET /api/profiles/{userId} answers; undefined for somebody nobody has seen. */
  told(userId: string): Told | undefined {
    const somebody = this.#everybody.get(this.#resolve(userKey(userId)));
    return somebody && { profile: somebody.profile(), stage: somebody.stage };
  }

  /** Everything she did under any of her ids that has a name to be counted under, in the order of its own time. */
  deeds(userId: string): Deed[] {
    return this.#everybody.get(this.#resolve(userKey(userId)))?.deeds() ?? [];
  }

  decided(userId: string): Decided {
    return this.#everybody.get(userKey(userId)) ?? { transitions: [], messages: [], unwilling: [] };
  }

  #take(happening: Happening): void {
    const { message, receivedAt } = happening;
    if (this.#isRepeat(happening) || this.#isUnlawful(happening)) return;
    let own = this.#resolve(
      message.userId === undefined ? deviceKey(message.anonymousId ?? '') : userKey(message.userId),
    );
    const others: Somebody[] = [];
    for (const named of this.#namedIn(happening)) {
      const other = this.#resolve(named);
      // A device stays with the first user it was named for.
      if (other === own || (!isUser(named) && this.#partOf.has(named))) continue;
      // Of two users the one with the smaller id is both from now on.
      const loser = !isUser(other) || own < other ? other : own;
      own = loser === own ? other : own;
      this.#partOf.set(loser, own);
      const part = this.#everybody.get(loser) ?? new Somebody(loser, receivedAt);
      part.retire(receivedAt);
      others.push(part);
    }
    const somebody = this.#everybody.get(own) ?? new Somebody(own, receivedAt);
    this.#everybody.set(own, somebody);
    somebody.receive(happening, others);
  }

  /** A repeat counts once; SDKs repeat for less than a day. */
  #isRepeat({ message, receivedAt }: Happening): boolean {
    const before = this.#seen.get(message.messageId);
    if (before !== undefined && receivedAt - before < DAY) return true;
    this.#seen.set(message.messageId, receivedAt);
    return false;
  }

  /** A client's key is public: it cannot make one person of two known users. */
  #isUnlawful({ message, by }: Happening): boolean {
    const { type, userId, previousId } = message;
    return type === 'alias' && by.kind === 'client' && previousId !== userId && this.#isKnownUser(previousId);
  }

  /** Whom a message says to be the user. What a server calls her is a user if there is one, else a device. */
  #namedIn({ message, by }: Happening): string[] {
    const { type, userId, anonymousId, previousId } = message;
    if (userId === undefined) return [];
    const named = anonymousId === undefined ? [] : [deviceKey(anonymousId)];
    if (type !== 'alias' || previousId === undefined || previousId === userId) return named;
    const isUsers = by.kind === 'server' && this.#isKnownUser(previousId);
    return [...named, isUsers ? userKey(previousId) : deviceKey(previousId)];
  }

  #isKnownUser(id: string | undefined): boolean {
    return id !== undefined && (this.#partOf.has(userKey(id)) || this.#everybody.has(userKey(id)));
  }

  #resolve(key: string): string {
    let heir = key;
    for (let next = this.#partOf.get(heir); next !== undefined; next = this.#partOf.get(heir)) heir = next;
    return heir;
  }
}

const userKey = (id: string) => `user:${id}`;
const deviceKey = (id: string) => `device:${id}`;
const isUser = (key: string) => key.startsWith('user:');
const idOf = (key: string) => key.slice(key.indexOf(':') + 1);

/** When it happened, by the rule of docs/sending-events.md. */
function timeOf({ message, receivedAt }: Sent): number {
  const written = message.timestamp ?? message.originalTimestamp;
  if (written === undefined) return receivedAt;
  const time = Date.parse(written);
  return message.sentAt === undefined ? time : receivedAt - (Date.parse(message.sentAt) - time);
}

/** A user, or a device nobody has logged in on. */
class Somebody {
  readonly #key: string;
  readonly #bornAt: number;
  /** All that is known to have happened to her, in the order in which it came in. */
  readonly #events: Happening[] = [];
  readonly #merged: string[] = [];
  readonly transitions: Transition[] = [];
  readonly messages: ('Welcome!' | 'We miss you')[] = [];
  readonly unwilling: ('Welcome!' | 'We miss you')[] = [];
  stage: Told['stage'];
  #returnedAt: number | undefined;
  #isWelcomed = false;
  #livedUntil: number;
  #isRetired = false;

  constructor(key: string, bornAt: number) {
    this.#key = key;
    this.#bornAt = bornAt;
    this.#livedUntil = bornAt;
  }

  /** Lets time pass: asks at every moment at which time alone can change the answer. */
  liveUntil(now: number): void {
    if (this.#isRetired) return;
    for (const moment of this.#momentsUntil(now)) this.#decide(moment, 'time');
    this.#livedUntil = now;
  }

  /** She is part of somebody else from now on. */
  retire(now: number): void {
    this.liveUntil(now);
    this.#isRetired = true;
  }

  /** Takes what came in for her, and whoever turns out to be her by it. */
  receive(happening: Happening, others: readonly Somebody[]): void {
    const now = happening.receivedAt;
    this.liveUntil(now);
    const wasAway = isAway(this.stage?.name);
    this.#events.push(happening);
    if (wasAway && isActivity(happening)) {
      const before = this.#returnedAt;
      this.#returnedAt = happening.at;
      // It came too late to end anything.
      if (isAway(this.#stageAt(now))) this.#returnedAt = before;
    }
    const cause = holdingEnd(this.#events) === undefined ? 'activity' : 'signal';
    const alone = this.#stageAt(now);
    for (const other of others) this.#merge(other);
    this.#decide(now, this.#stageAt(now) === alone ? cause : 'merge');
  }

  #merge(other: Somebody): void {
    this.#events.push(...other.#events);
    this.#merged.push(...other.#merged, other.#key);
    this.stage ??= other.stage;
    if (other.#returnedAt !== undefined) this.#returnedAt = Math.max(this.#returnedAt ?? 0, other.#returnedAt);
    this.#isWelcomed ||= other.#isWelcomed;
  }

  #decide(now: number, by: Cause): void {
    const name = this.#stageAt(now);
    if (name === undefined) return;
    const from = this.stage?.name ?? null;
    const hasAddress = () => typeof traitsOf(this.#events).email === 'string';
    const decided = () => (consentOf(this.#events).email?.granted === false ? this.unwilling : this.messages);
    // Nobody goes away by being there: it became known late.
    const cause = by === 'activity' && isAway(name) ? 'import' : by;
    if (by === 'merge' && name === from) return;
    if (name !== from) {
      this.stage = { name, since: now, cause, previous: from };
      this.transitions.push({ from, to: name, at: now, cause });
      if (name === 'dormant' && cause === 'time' && hasAddress()) decided().push('We miss you');
    }
    if (name === 'new' && !this.#isWelcomed && hasAddress()) {
      this.#isWelcomed = true;
      if (cause !== 'merge') decided().push('Welcome!');
    }
  }

  /** Midnights, and whole days after whatever anything is counted from. */
  #momentsUntil(now: number): number[] {
    const moments = new Set<number>();
    for (let midnight = Math.ceil(this.#livedUntil / DAY) * DAY; midnight <= now; midnight += DAY)
      moments.add(midnight);
    for (const start of [
      lastSeen(this.#events, this.#bornAt),
      firstKnown(this.#events, this.#bornAt),
      this.#returnedAt,
    ])
      for (let day = 1; start !== undefined && day <= 90; day++) {
        const moment = start + day * DAY;
        if (moment > this.#livedUntil && moment <= now) moments.add(moment);
      }
    return [...moments].sort((a, b) => a - b);
  }

  /** The table of DESIGN's lifecycle, from the top. */
  #stageAt(now: number): StageName | undefined {
    if (!isUser(this.#key)) return undefined;
    const events = this.#events;
    const seen = lastSeen(events, this.#bornAt);
    const known = firstKnown(events, this.#bornAt);
    if (holdingEnd(events) !== undefined) return 'churned';
    if (seen === undefined) return undefined;
    const silence = now - seen;
    if (silence >= 90 * DAY) return 'churned';
    if (silence >= 30 * DAY) return 'dormant';
    if (this.#returnedAt !== undefined && now < this.#returnedAt + 7 * DAY) return 'returning';
    if (known !== undefined && now < known + 7 * DAY) return 'new';
    if (silence >= toleratedDays(events) * DAY) return 'at-risk';
    const today = dayOf(now);
    let orders = 0;
    for (const event of events) {
      if (dayOf(event.at) <= today - 90) continue;
      if (isNamed(event, 'Order Completed')) orders++;
      if (isNamed(event, 'Order Cancelled')) orders--;
    }
    const days = activeDaysOf(events).filter((day) => day > today - 28);
    return orders >= 3 || days.length >= 12 ? 'loyal' : 'active';
  }

  deeds(): Deed[] {
    return byTime(this.#events).flatMap(({ message: { type, event, name, properties = {} }, at }) => {
      if (type === 'track') return event === undefined ? [] : [{ name: event, at, properties }];
      const counted = COUNTED[type];
      // What a page is called can be asked for like a property.
      return counted === undefined ? [] : [{ name: counted, at, properties: { ...(name && { name }), ...properties } }];
    });
  }

  profile(): ToldProfile {
    const events = this.#events;
    const first = Math.min(...events.filter(isActivity).map(({ at }) => at));
    const anonymousIds = new Set(events.flatMap(({ message }) => message.anonymousId ?? []));
    for (const key of this.#merged) if (!isUser(key)) anonymousIds.add(idOf(key));
    return {
      userId: isUser(this.#key) ? idOf(this.#key) : null,
      mergedUserIds: this.#merged.filter(isUser).map(idOf),
      anonymousIds: [...anonymousIds],
      traits: traitsOf(events),
      locale: localeOf(events),
      timeZone: timeZoneOf(events),
      firstSeen: isoOrNull(Number.isFinite(first) ? first : lastSeen(events, this.#bornAt)),
      lastSeen: isoOrNull(lastSeen(events, this.#bornAt)),
      activeDays: activeDaysOf(events).length,
      purchaseDays: new Set(ordersOf(events).map(({ at }) => dayOf(at))).size,
      sessions: sessionsOf(events),
      counts: countsOf(events),
      purchases: purchasesOf(events),
      hours: hoursOf(events),
      devices: devicesOf(events),
      consent: consentOf(events),
      // Nobody has set quiet hours or caps.
      unreachable: {},
      waiting: [],
      groups: groupsOf(events),
    };
  }
}

const isAway = (stage: StageName | undefined) => stage === 'dormant' || stage === 'churned';
const isNamed = ({ message }: Happening, event: string) => message.type === 'track' && message.event === event;
const dayOf = (time: number) => Math.floor(time / DAY);
const iso = (time: number) => new Date(time).toISOString();
const isoOrNull = (time: number | undefined) => (time === undefined ? null : iso(time));

const byTime = (events: readonly Happening[]) => [...events].sort((a, b) => a.at - b.at);
const ordersOf = (events: readonly Happening[]) => events.filter((event) => isNamed(event, 'Order Completed'));

/** What the person did: not what was done to her, nor what a server says of her that anybody could have done. */
function isActivity({ message, by }: Happening): boolean {
  const { type, event = '' } = message;
  if (type === 'group' || type === 'alias') return false;
  if (type === 'track') {
    if (['Order Completed', 'Signed Up', 'Signed In'].includes(event)) return true;
    if (['Push Notification Received', 'Push Notification Bounced', 'Install Attributed'].includes(event)) return false;
    if (['Application Uninstalled', 'Application Crashed', 'Application Backgrounded'].includes(event)) return false;
    if (event.startsWith('Email ')) return false;
  }
  return by.kind === 'client';
}

/** A past `createdAt`, else the first live input, stands for the activity of somebody without any. */
function knownSince(events: readonly Happening[], bornAt: number): number | undefined {
  const { createdAt } = traitsOf(events);
  if (typeof createdAt === 'string' && Date.parse(createdAt) < bornAt) return Date.parse(createdAt);
  let first: number | undefined;
  for (const { message, at, receivedAt } of events) {
    const since = Math.min(at, receivedAt);
    if (message.userId !== undefined && (first === undefined || since < first)) first = since;
  }
  return first;
}

function lastSeen(events: readonly Happening[], bornAt: number): number | undefined {
  let last: number | undefined;
  for (const event of events) if (isActivity(event) && (last === undefined || event.at > last)) last = event.at;
  return last ?? knownSince(events, bornAt);
}

/** First activity under a known id. */
function firstKnown(events: readonly Happening[], bornAt: number): number | undefined {
  let first: number | undefined;
  for (const event of events)
    if (isActivity(event) && event.message.userId !== undefined && (first === undefined || event.at < first))
      first = event.at;
  return first ?? knownSince(events, bornAt);
}

const activeDaysOf = (events: readonly Happening[]) =>
  [...new Set(events.filter(isActivity).map(({ at }) => dayOf(at)))].sort((a, b) => a - b);

/** How many days of silence are not yet unlike her. */
function toleratedDays(events: readonly Happening[]): number {
  const days = activeDaysOf(events);
  const newest = days.at(-1) ?? 0;
  const recent = days.filter((day) => day > newest - 90);
  const gaps = recent.slice(1).map((day, i) => day - (recent[i] as number));
  if (gaps.length < 3) return 21;
  gaps.sort((a, b) => a - b);
  return Math.max(7, 3 * (gaps[Math.floor((gaps.length - 1) / 2)] as number));
}

/** Names of events that end something, and of those that take it back. */
const ENDS = [
  { ends: ['Account Deleted'], resumes: ['Signed Up'] },
  {
    ends: ['Subscription Cancelled'],
    resumes: ['Subscription Started', 'Subscription Created', 'Order Completed'],
  },
];

/** Since when an explicit end holds, if one does. */
function holdingEnd(events: readonly Happening[]): number | undefined {
  const lastOf = (isMeant: (event: Happening) => boolean) =>
    Math.max(Number.NEGATIVE_INFINITY, ...events.filter(isMeant).map(({ at }) => at));
  for (const { ends, resumes } of ENDS) {
    const ended = lastOf((event) => ends.some((name) => isNamed(event, name)));
    const resumed = lastOf((event) => resumes.some((name) => isNamed(event, name)));
    if (Number.isFinite(ended) && resumed <= ended) return ended;
  }
  const uninstalled = lastOf((event) => isNamed(event, 'Application Uninstalled'));
  if (!Number.isFinite(uninstalled) || lastOf(isActivity) > uninstalled) return undefined;
  return devicesOf(events).some(({ installed }) => installed) ? undefined : uninstalled;
}

/** Each trait as it was said last; null takes it away. */
function traitsOf(events: readonly Happening[]): Record<string, Exclude<Value, null>> {
  return lastSaid(events.filter(({ message }) => message.type === 'identify'));
}

function lastSaid(events: readonly Happening[]): Record<string, Exclude<Value, null>> {
  const traits = new Map<string, Value>();
  for (const { message } of byTime(events))
    for (const [name, value] of Object.entries(message.traits ?? {})) traits.set(name, value);
  return Object.fromEntries([...traits].flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function localeOf(events: readonly Happening[]): string | null {
  let said: string | null = null;
  for (const { message, by } of byTime(events)) {
    const locale = message.context?.locale?.replace('_', '-');
    if (by.kind === 'client' && locale !== undefined && /^[a-z]{2}(-[A-Z]{2})?$/.test(locale)) said = locale;
  }
  return said;
}

/** `GMT+0000`, which SDKs send, is no zone. */
function timeZoneOf(events: readonly Happening[]): string | null {
  let said: string | null = null;
  for (const { message, by } of byTime(events)) {
    const zone = message.context?.timezone;
    if (by.kind === 'client' && zone !== undefined && /^[A-Z][a-z]+\/[A-Z]/.test(zone)) said = zone;
  }
  return said;
}

/** A visit ends with half an hour of silence, or where the app says that another one has begun. */
function sessionsOf(events: readonly Happening[]): ToldProfile['sessions'] {
  let count = 0;
  let start = 0;
  let end = Number.NEGATIVE_INFINITY;
  let id: unknown;
  for (const event of byTime(events)) {
    if (event.by.kind !== 'client' || !isActivity(event)) continue;
    const named = event.message.context?.sessionId;
    const goesOn = named !== undefined && id !== undefined ? named === id : event.at <= end + 30 * MINUTE;
    if (count === 0 || !goesOn) {
      count++;
      start = event.at;
      id = undefined;
    }
    id ??= named;
    end = event.at;
  }
  return count === 0 ? null : { count, lastStart: iso(start), lastSeconds: Math.round((end - start) / 1_000) };
}

function countsOf(events: readonly Happening[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { message } of events) {
    const name = { track: message.event, page: 'Page Viewed', screen: 'Screen Viewed' }[message.type as string];
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function purchasesOf(events: readonly Happening[]): ToldProfile['purchases'] {
  const orders = byTime(ordersOf(events));
  const cancellations = events.filter((event) => isNamed(event, 'Order Cancelled'));
  const refunds = events.filter((event) => isNamed(event, 'Order Refunded'));
  const net = new Map<string, bigint>();
  const add = ({ message }: Happening, sign: bigint) => {
    const { revenue, total, value, currency } = message.properties ?? {};
    const amount = revenue ?? total ?? value;
    if (amount === undefined) return;
    const code = typeof currency === 'string' ? currency.toUpperCase() : 'USD';
    net.set(code, (net.get(code) ?? 0n) + sign * millionths(String(amount)));
  };
  for (const order of orders) add(order, 1n);
  for (const taken of [...cancellations, ...refunds]) add(taken, -1n);
  const byCurrency = [...net]
    .map(([code, amount]) => [code, decimal(amount)] as const)
    .sort(([a, spentA], [b, spentB]) => spentB - spentA || (a < b ? -1 : 1));
  return {
    count: Math.max(0, orders.length - cancellations.length),
    cancelled: cancellations.length,
    refunds: refunds.length,
    revenue: byCurrency[0]?.[1] ?? 0,
    currency: byCurrency[0]?.[0] ?? null,
    first: isoOrNull(orders[0]?.at),
    last: isoOrNull(orders.at(-1)?.at),
    byCurrency: Object.fromEntries(byCurrency),
  };
}

/** Exact: "12.3" is 12,300,000. */
function millionths(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

function decimal(amount: bigint): number {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(7, '0');
  return Number(`${amount < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`);
}

function hoursOf(events: readonly Happening[]): number[] {
  const active = events.filter(isActivity);
  if (active.length === 0) return [];
  const hours = new Array<number>(24).fill(0);
  for (const { at } of active) {
    const hour = new Date(at).getUTCHours();
    hours[hour] = (hours[hour] as number) + 1;
  }
  return hours;
}

function devicesOf(events: readonly Happening[]): ToldProfile['devices'] {
  const ids = new Set(events.flatMap(({ message }) => message.context?.device?.id ?? []).map(String));
  return [...ids].map((id) => deviceOf(byTime(events), id));
}

/** What a phone itself said last, and whether the app was found gone after that: from it, or from wherever it was. */
function deviceOf(events: readonly Happening[], id: string): ToldProfile['devices'][number] {
  const said: Record<string, string> = {};
  let seen: number | undefined;
  let gone: number | undefined;
  for (const event of events) {
    const { device, app } = event.message.context ?? {};
    const isGone = isNamed(event, 'Application Uninstalled');
    if (isGone && (device?.id ?? id) === id) gone = event.at;
    if (isGone || device?.id !== id) continue;
    seen = event.at;
    const { type, model, token, permission } = device;
    for (const [name, value] of Object.entries({ type, model, token, permission, app: app?.namespace ?? app?.name }))
      if (value !== undefined) said[name] = String(value);
  }
  return {
    id,
    ...said,
    lastSeen: isoOrNull(seen),
    installed: seen !== undefined && (gone === undefined || seen > gone),
  };
}

function consentOf(events: readonly Happening[]): ToldProfile['consent'] {
  const consent: Record<string, ToldProfile['consent'][string]> = {};
  for (const event of byTime(events)) {
    const granted = isNamed(event, 'Consent Granted');
    if (!granted && !isNamed(event, 'Consent Withdrawn')) continue;
    const { channel, topic, wording, confirmed } = event.message.properties ?? {};
    const about = topic === undefined ? String(channel) : `${channel}/${topic}`;
    consent[about] = {
      granted,
      // A yes that is said again needs no confirming again.
      confirmed: granted && (confirmed === true || consent[about]?.confirmed === true),
      at: iso(event.at),
      source: event.by.id,
      wording: typeof wording === 'string' ? wording : null,
    };
  }
  return consent;
}

/** The three named last. */
function groupsOf(events: readonly Happening[]): ToldProfile['groups'] {
  const grouped = byTime(events.filter(({ message }) => message.type === 'group')).reverse();
  const ids = [...new Set(grouped.map(({ message }) => message.groupId ?? ''))].slice(0, 3);
  return ids.map((id) => ({ id, traits: lastSaid(grouped.filter(({ message }) => message.groupId === id)) }));
}
