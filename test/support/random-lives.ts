/**
 * People made up from a seed: how often they come, what they do, on which devices, and in which odd ways what they did
 * reaches the product: late, twice, out of order, by a clock that is wrong. All of it as messages that SDKs send.
 *
 * Requests are received in rounds, so that a test can live many people at once: every 16 hours, which meets each third
 * of the day. Nothing happens or is received in the hour after midnight, in which answers may be late.
 */
import { pick, randomFrom } from '../../local/demo/random.ts';
import type { Context, Message, Sent, Source, Values } from './people-oracle.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ROUND = 16 * HOUR;
/** Rounds in which servers send too, a minute after the apps. */
const SERVERS_EVERY = 6;
/** Rounds in which somebody's ids turn out to be one person's, two minutes after the apps. */
const ALIASES_EVERY = 30;

/**
 * Between two things that somebody does in a visit; two steps are silence enough to end it. So much that is due for one
 * person is due for others at the same moment, which is faster to live.
 */
const STEP = 20 * MINUTE;

export const APP: Source = { kind: 'client', id: 'local-app' };
export const SERVER: Source = { kind: 'server', id: 'local-server' };

const HABITS = [
  ...['occasional', 'occasional', 'occasional', 'occasional', 'weekly', 'weekly', 'weekly', 'daily'],
  ...['one-time', 'one-time', 'buyer', 'buyer', 'buyer', 'leaver', 'leaver', 'leaver', 'returner', 'returner'],
  'known to a server',
] as const;
type Habit = (typeof HABITS)[number];

export interface Life {
  /** Makes the same life again. */
  readonly seed: number;
  readonly habit: Habit;
  /** Usually one. Two are two people with one device between them, or one person with two ids. */
  readonly userIds: readonly string[];
  /** In the order in which it is received. */
  readonly sent: readonly Sent[];
  /** Whether everything came in in the order in which it happened, and under one id. */
  readonly isOrderly: boolean;
}

export interface LifeOptions {
  /** When the first round is received (ms): 07:00, 15:00 or 23:00 in UTC. */
  readonly start: number;
  readonly days: number;
}

export function randomLife(seed: number, options: LifeOptions): Life {
  return new LifeMaker(seed, options).live();
}

/** Somebody who does one thing in every round, and so on every day. */
export function steadyLife({ start, days }: LifeOptions): Life {
  const sent = Array.from({ length: Math.floor((days * DAY) / ROUND) }, (_, round) => ({
    message: { type: 'track', event: 'Product Viewed', messageId: `steady/${round}`, userId: 'user-steady' } as const,
    by: APP,
    receivedAt: start + round * ROUND,
  }));
  return { seed: -1, habit: 'daily', userIds: ['user-steady'], sent, isOrderly: true };
}

/** Who uses whose devices under which ids. */
const FAMILIES = [
  ...['one id', 'one id', 'one id', 'one id', 'one id', 'one id', 'one id'],
  ...['a device between two', 'two ids', 'three ids'],
] as const;

/** A phone or a browser: its own id, perhaps a clock that is wrong, perhaps without network. */
interface Appliance {
  readonly anonymousId: string;
  /** Under which id she logs in on it, and from which round on she does: what she did on it before is anonymous. */
  readonly userId: string;
  readonly logsInFrom: number;
  isLoggedIn: boolean;
  readonly clockError: number;
  readonly context: Context;
  /** Until which round it has no network. */
  offlineUntil: number;
}

class LifeMaker {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #start: number;
  readonly #rounds: number;
  readonly #habit: Habit;
  readonly #family: (typeof FAMILIES)[number];
  readonly #userIds: readonly string[];
  readonly #appliances: Appliance[];
  readonly #isOrderly: boolean;
  readonly #namesVisits: boolean;
  readonly #sent: Sent[] = [];
  readonly #times = new Set<number>();
  #made = 0;
  #aliases = 0;
  #orders: { readonly at: number; readonly properties: Values }[] = [];

  constructor(seed: number, { start, days }: LifeOptions) {
    this.#seed = seed;
    // Seeds that follow each other begin alike.
    this.#random = randomFrom(Math.imul(seed + 1, 0x9e3779b1));
    for (let i = 0; i < 8; i++) this.#random();
    this.#start = start;
    this.#rounds = Math.floor((days * DAY) / ROUND);
    this.#habit = pick(HABITS, this.#random);
    this.#family = pick(FAMILIES, this.#random);
    this.#userIds = this.#ids();
    // Who logs in first on a device is not left to chance where it decides whose it is.
    this.#isOrderly = this.#family === 'a device between two' || this.#chance(0.4);
    this.#namesVisits = this.#chance(0.3);
    const appliances = this.#family === 'one id' && this.#chance(0.4) ? 2 : this.#userIds.length;
    this.#appliances = Array.from({ length: appliances }, (_, i) => this.#appliance(i));
  }

  live(): Life {
    const visits = this.#visits();
    if (this.#habit === 'known to a server') this.#knownToServer();
    for (const round of visits) this.#visit(round);
    this.#serverSide(visits);
    if (this.#habit === 'leaver') this.#leave(visits.at(-1) ?? 0);
    if (this.#family === 'two ids' || this.#family === 'three ids') this.#isOnePerson();
    if (!this.#isOrderly) this.#repeatSome();
    return {
      seed: this.#seed,
      habit: this.#habit,
      userIds: this.#userIds,
      sent: this.#sent
        .filter(({ receivedAt }) => receivedAt < this.#roundAt(this.#rounds) + HOUR)
        .sort((a, b) => a.receivedAt - b.receivedAt),
      isOrderly: this.#isOrderly && this.#userIds.length === 1,
    };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #whole(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #roundAt(round: number): number {
    return this.#start + round * ROUND;
  }

  /** In any order: of two ids of one person the smaller one stays. */
  #ids(): readonly string[] {
    const id = String(this.#seed).padStart(4, '0');
    const count = { 'one id': 1, 'a device between two': 2, 'two ids': 2, 'three ids': 3 }[this.#family];
    const names = [
      `user-${id}`,
      ...(this.#chance(0.5) ? [`customer-${id}`, `web-${id}`] : [`web-${id}`, `customer-${id}`]),
    ];
    return names.slice(0, count);
  }

  #appliance(i: number): Appliance {
    const isPhone = this.#chance(0.6);
    const name = `${this.#seed}-${i}`;
    const device = { id: `phone-${name}`, type: pick(['ios', 'android'], this.#random), model: 'Model 1' };
    return {
      anonymousId: `device-${name}`,
      userId: this.#userIds[i % this.#userIds.length] as string,
      logsInFrom: this.#chance(0.4) ? this.#whole(this.#rounds * 0.5) : 0,
      isLoggedIn: false,
      clockError: !this.#isOrderly && this.#chance(0.3) ? (this.#whole(4_000) - 2_000) * MINUTE : 0,
      context: {
        locale: pick(['de-CH', 'fr_CH', 'en', 'C'], this.#random),
        timezone: pick(['Europe/Zurich', 'Asia/Tokyo', 'GMT+0000'], this.#random),
        ...(isPhone && { device, app: { name: 'Shop', ...(this.#chance(0.5) && { namespace: 'example.shop' }) } }),
      },
      offlineUntil: 0,
    };
  }

  /** The rounds in which she is there, ascending. */
  #visits(): number[] {
    const every = (days: number) => {
      const first = this.#whole(this.#rounds * 0.5);
      const visits: number[] = [];
      for (let at = first; at < this.#rounds; at += Math.max(1, (days * DAY * (0.4 + 1.2 * this.#random())) / ROUND))
        visits.push(Math.floor(at));
      return visits;
    };
    switch (this.#habit) {
      case 'daily':
        return every(1.2).filter((_, i, all) => i < all.length * 0.7 || this.#chance(0.3));
      case 'weekly':
        return every(pick([4, 7, 9], this.#random));
      case 'occasional':
        return every(pick([15, 25, 40], this.#random));
      case 'buyer':
        return every(pick([6, 12, 20], this.#random));
      case 'one-time':
        return every(1).slice(0, 1 + this.#whole(2));
      case 'leaver':
        return every(5).slice(0, 3 + this.#whole(8));
      case 'returner': {
        const before = every(4).filter((round) => round < this.#rounds * 0.4);
        const back = (before.at(-1) ?? 0) + Math.floor(((30 + this.#whole(65)) * DAY) / ROUND);
        return [...before, back, back + 1, back + 12].filter((round) => round < this.#rounds);
      }
      case 'known to a server':
        return this.#chance(0.3) ? every(30) : [];
    }
  }

  /** One visit, which ends at latest when its round is received. */
  #visit(round: number): void {
    const appliance = pick(this.#appliances, this.#random);
    const visitId = `visit-${this.#seed}-${round}`;
    // Often the last thing she does is the moment it is sent, as it is in life.
    let at = this.#roundAt(round) - (this.#chance(0.7) ? 0 : HOUR);
    const delivery = this.#delivery(round, appliance);
    for (const { who, what } of this.#deeds(appliance, round, at).reverse()) {
      this.#sendFromApp(appliance, who, what, this.#unused(at), delivery, visitId);
      at -= pick([1, 1, 2], this.#random) * STEP;
    }
  }

  /** What she does in a visit, and as whom: as nobody until she logs in. */
  #deeds(appliance: Appliance, round: number, at: number): { readonly who: Ids; readonly what: Deed }[] {
    const { anonymousId, isLoggedIn } = appliance;
    const nobody: Ids = { anonymousId };
    const deeds = Array.from({ length: 1 + this.#whole(5) }, () => this.#deed(at));
    if (round < appliance.logsInFrom) return deeds.map((what) => ({ who: nobody, what }));

    const isAnother = isLoggedIn && this.#family === 'a device between two' && this.#chance(0.4);
    const userId = isAnother ? (this.#userIds.find((id) => id !== appliance.userId) as string) : appliance.userId;
    const logsIn = !isLoggedIn || isAnother;
    appliance.isLoggedIn = true;
    const known = deeds.map((what) =>
      !logsIn && this.#chance(0.05)
        ? { who: nobody, what }
        : { who: { userId, ...(this.#chance(0.5) && { anonymousId }) }, what },
    );
    if (!logsIn) return known;
    // She may look around first.
    const before = this.#chance(0.5) ? deeds.slice(0, 2).map((what) => ({ who: nobody, what })) : [];
    const logIn = { who: { userId, anonymousId }, what: this.#identify(true, userId) };
    return [...before, logIn, ...known.slice(before.length)];
  }

  /** In which round it is received: at once, or when the device is online again. */
  #delivery(round: number, appliance: Appliance): number {
    if (this.#isOrderly) return round;
    if (appliance.offlineUntil > round) return appliance.offlineUntil;
    if (this.#chance(0.2)) {
      const rounds = this.#chance(0.4) ? 1 : 1 + this.#whole(Math.floor((40 * DAY) / ROUND));
      appliance.offlineUntil = Math.min(round + rounds, this.#rounds);
      return appliance.offlineUntil;
    }
    return round;
  }

  /** No two things of one person happen in the same millisecond: which of them counts then, only hashes know. */
  #unused(at: number): number {
    let free = at;
    while (this.#times.has(free)) free -= SECOND;
    this.#times.add(free);
    return free;
  }

  #messageId(): string {
    return `${this.#seed}/${this.#made++}`;
  }

  #sendFromApp(appliance: Appliance, who: Ids, what: Deed, at: number, round: number, visitId: string): void {
    const { clockError, context } = appliance;
    const receivedAt = this.#roundAt(round);
    const device = context.device;
    const message: Message = {
      ...what,
      messageId: this.#messageId(),
      ...who,
      ...this.#clock(at, receivedAt, clockError),
      ...(this.#chance(0.8) && {
        context: {
          ...context,
          ...(device &&
            this.#chance(0.3) && { device: { ...device, token: `token-${this.#whole(1e9)}`, permission: 'granted' } }),
          ...(this.#namesVisits && { sessionId: visitId }),
          ...what.context,
        },
      }),
    };
    this.#sent.push({ message, by: APP, receivedAt });
  }

  /** What its clock showed when it happened and when it was sent, in the ways in which SDKs write it. */
  #clock(at: number, receivedAt: number, error: number): Pick<Message, 'timestamp' | 'originalTimestamp' | 'sentAt'> {
    const written = new Date(at + error).toISOString();
    const sentAt = new Date(receivedAt + error).toISOString();
    if (error === 0 && this.#chance(0.3)) return at === receivedAt ? {} : { timestamp: written };
    return this.#chance(0.5) ? { timestamp: written, sentAt } : { originalTimestamp: written, sentAt };
  }

  #identify(isFirst: boolean, userId = this.#anyId()): Deed {
    const hasAddress = this.#chance(isFirst ? 0.7 : 0.4);
    return {
      type: 'identify',
      traits: {
        ...(hasAddress && { email: `${userId}@example.com` }),
        ...(this.#chance(0.5) && { plan: pick<string | null>(['free', 'pro', null], this.#random) }),
        ...(this.#chance(0.3) && { age: 20 + this.#whole(60) }),
        ...(this.#chance(0.2) && { interests: pick([['shoes'], ['hats', 'bags'], []], this.#random) }),
        ...(this.#chance(0.2) && { address: { city: pick(['Bern', 'Basel'], this.#random), floor: this.#whole(9) } }),
      },
    };
  }

  #deed(at: number): Deed {
    const dice = this.#random();
    if (dice < (this.#habit === 'buyer' ? 0.3 : 0.04)) return this.#order(at);
    if (dice < 0.4) return { type: 'page', name: pick(['Home', 'Search'], this.#random) };
    if (dice < 0.5) return { type: 'screen', name: 'Start' };
    if (dice < 0.56) return this.#identify(false);
    if (dice < 0.6) return this.#group();
    if (dice < 0.66) return this.#consent('Consent Withdrawn');
    if (dice < 0.72)
      return { type: 'track', event: pick(['Application Crashed', 'Application Backgrounded'], this.#random) };
    if (dice < 0.76) return { type: 'track', event: 'Push Notification Received' };
    return { type: 'track', event: pick(['Product Viewed', 'Product Added', 'Signed In'], this.#random) };
  }

  #order(at: number): Deed {
    const amount = (1 + this.#whole(20_000)) / 100;
    const properties = {
      order_id: `order-${this.#seed}-${this.#made}`,
      ...pick<Values>([{ revenue: amount }, { total: amount.toFixed(2) }, { value: amount }, {}], this.#random),
      ...(this.#chance(0.7) && { currency: pick(['CHF', 'eur'], this.#random) }),
    };
    this.#orders.push({ at, properties });
    return { type: 'track', event: 'Order Completed', properties };
  }

  #group(): Deed {
    const n = this.#whole(5);
    return { type: 'group', groupId: `team-${n}`, traits: { name: `Team ${n}`, seats: this.#whole(50) } };
  }

  /** Granted to a server only: an app's key is public. */
  #consent(event: 'Consent Granted' | 'Consent Withdrawn'): Deed {
    return {
      type: 'track',
      event,
      properties: {
        channel: pick(['email', 'sms'], this.#random),
        ...(this.#chance(0.5) && { topic: pick(['news', 'offers'], this.#random) }),
        ...(this.#chance(0.3) && { wording: 'v2' }),
      },
    };
  }

  /** What the shop's server reports: deliveries, invoices, orders by telephone, what is cancelled or paid back. */
  #serverSide(visits: readonly number[]): void {
    for (const round of visits)
      if (this.#chance(0.08)) this.#sendFromServer(this.#serverDeed(), this.#anHourBefore(round), round);
    for (const { at, properties } of this.#orders) {
      if (!this.#chance(0.3)) continue;
      const event = pick(['Order Cancelled', 'Order Refunded'], this.#random);
      const round = Math.ceil((at - this.#start) / ROUND) + 1 + this.#whole(20);
      this.#sendFromServer({ type: 'track', event, properties }, this.#anHourBefore(round), round);
    }
  }

  #serverDeed(): Deed {
    const dice = this.#random();
    if (dice < 0.2) return { type: 'track', event: 'Order Completed', properties: { revenue: 49.9, currency: 'CHF' } };
    if (dice < 0.4) return this.#identify(false);
    if (dice < 0.5) return this.#group();
    if (dice < 0.7) return this.#consent('Consent Granted');
    return { type: 'track', event: pick(['Invoice Sent', 'Email Delivered', 'Email Opened'], this.#random) };
  }

  #anHourBefore(round: number): number {
    return this.#unused(this.#roundAt(round) - HOUR + this.#whole(3) * STEP);
  }

  #sendFromServer(what: Deed, at: number, round: number, userId = this.#anyId()): void {
    const servers = Math.ceil(round / SERVERS_EVERY) * SERVERS_EVERY;
    if (servers > this.#rounds) return;
    const message = {
      ...what,
      messageId: this.#messageId(),
      userId,
      timestamp: new Date(at).toISOString(),
    };
    this.#sent.push({ message, by: SERVER, receivedAt: this.#roundAt(servers) + MINUTE });
  }

  #knownToServer(): void {
    const round = this.#whole(this.#rounds * 0.6);
    const identify = this.#identify(true);
    const createdAt = new Date(this.#roundAt(round) - this.#whole(60) * DAY - HOUR).toISOString();
    const traits = { ...identify.traits, ...(this.#chance(0.5) && { createdAt }) };
    this.#sendFromServer({ type: 'identify', traits }, this.#anHourBefore(round), round);
    for (let n = this.#whole(4); n > 0; n--) {
      const later = round + this.#whole(60);
      this.#sendFromServer({ type: 'track', event: 'Invoice Sent' }, this.#anHourBefore(later), later);
    }
  }

  /** An explicit end, and in some lives its opposite. */
  #leave(lastVisit: number): void {
    const ended = lastVisit + this.#whole(12);
    const back = ended + 4 + this.#whole(60);
    const [end, resume] = pick(ENDS, this.#random);
    const phone = this.#appliances.find(({ context }) => context.device)?.context.device;
    const isNamed = end === 'Application Uninstalled' && phone !== undefined && this.#chance(0.7);
    const context = isNamed ? { context: { device: { id: String(phone.id) } } } : {};
    this.#sendFromServer({ type: 'track', event: end, ...context }, this.#anHourBefore(ended), ended);
    if (!this.#chance(0.5) || back >= this.#rounds) return;
    if (resume === undefined) this.#visit(back);
    else this.#sendFromServer({ type: 'track', event: resume }, this.#anHourBefore(back), back);
    if (this.#chance(0.5)) this.#visit(Math.min(back + 8, this.#rounds));
  }

  /**
   * A server says that her ids are one person, in either direction and perhaps in both; perhaps an app says so too, which
   * changes nothing. Received by itself: what else comes in at that moment could be taken before or after.
   */
  #isOnePerson(): void {
    for (const [i, id] of this.#userIds.slice(1).entries()) {
      const pair = [id, this.#userIds[i] as string];
      if (this.#chance(0.5)) pair.reverse();
      this.#alias(pair, SERVER);
      if (this.#chance(0.4)) this.#alias(pair.reverse(), SERVER);
      if (this.#chance(0.3)) this.#alias(pair, APP);
    }
  }

  #alias([userId, previousId]: readonly string[], by: Source): void {
    const round = this.#whole(this.#rounds / ALIASES_EVERY) * ALIASES_EVERY;
    const receivedAt = this.#roundAt(round) + 2 * MINUTE + this.#aliases++ * SECOND;
    const ids = { ...(userId && { userId }), ...(previousId && { previousId }) };
    this.#sent.push({ message: { type: 'alias', messageId: this.#messageId(), ...ids }, by, receivedAt });
  }

  #anyId(): string {
    return pick(this.#userIds, this.#random);
  }

  /** SDKs send again what was not answered: at once or in the next round, which is within a day. */
  #repeatSome(): void {
    for (const { message, by, receivedAt } of [...this.#sent]) {
      if (!this.#chance(0.06)) continue;
      const again = by === APP && this.#chance(0.5) ? ROUND : 0;
      if (receivedAt + again > this.#roundAt(this.#rounds)) continue;
      this.#sent.push(later({ message, by, receivedAt }, again));
    }
  }
}

/** The same, received later: then it was sent later too. */
function later({ message, by, receivedAt }: Sent, wait: number): Sent {
  const { sentAt } = message;
  const again = sentAt === undefined ? {} : { sentAt: new Date(Date.parse(sentAt) + wait).toISOString() };
  return { message: { ...message, ...again }, by, receivedAt: receivedAt + wait };
}

type Deed = Omit<Message, 'messageId'>;
type Ids = Pick<Message, 'userId' | 'anonymousId'>;

/** What ends it, and what takes that back; any activity where nothing is named. */
const ENDS = [
  ['Account Deleted', 'Signed Up'],
  ['Subscription Cancelled', 'Subscription Started'],
  ['Subscription Cancelled', 'Order Completed'],
  ['Application Uninstalled', undefined],
] as const;
