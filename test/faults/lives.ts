/**
 * What a seed's people send, in rounds: everything of one round is sent at one moment, in several requests at once. In
 * between there is time for all of it to come to rest, whatever goes wrong; so the order in which anything is decided
 * about a person is known, and what the product decides can be compared to the millisecond.
 *
 * Three things keep chance out of what has to be decided. Whatever of a person could be decided in another order if it
 * came in another order travels in one request; only plain activity is split over two at once, which is where workers
 * meet over a profile. No two things of one person happen in the same millisecond. And everything happens in the hour
 * before a round, so that whatever is due a number of days after it is due in such an hour, when nothing is under way.
 */
import { pick } from '../../local/demo/random.ts';
import type { Message, Source } from '../support/people-oracle.ts';
import { APP, SERVER } from '../support/random-lives.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is posted at once with one key. */
export interface Request {
  readonly by: Source;
  readonly batch: readonly Message[];
}

export interface Round {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly requests: readonly Request[];
}

export interface Lives {
  readonly userIds: readonly string[];
  readonly rounds: readonly Round[];
  /** When everybody who would fall silent has, and was missed (ms). */
  readonly end: number;
}

const USERS = 20;
const FEWEST_INPUTS = 200;

/** Days after the start: a lively beginning, one day with two rounds, and a return after some have become dormant. */
const EARLY = [0, 1, 1.25, 4];
const JOINS = 2;
const LATE = [35];
const END = 42.5;

/** The last people have, two by two, one address. */
const SHARED = 10;

export function addressOf(userId: string): string {
  const [, seed, n] = /(\d+)-(\d+)$/.exec(userId) ?? [];
  return Number(n) < USERS - SHARED ? `${userId}@example.com` : `home-${seed}-${Math.floor(Number(n) / 2)}@example.com`;
}

/** The first people are, two by two, the same person. */
const PAIRS = 2;

/**
 * Within a round a person does one thing in so many minutes, the last one when it is sent; she logs in before all that.
 * So much that is due for one person is due for others at the same moment, which is faster to live.
 */
const STEP = 10 * MINUTE;
const MOST_STEPS = 5;
const LOGIN = 50 * MINUTE;

/** What comes after them may be decided otherwise than what came before. */
const DECIDING: ReadonlySet<string> = new Set(['Order Cancelled', 'Consent Withdrawn']);

export function randomLives(seed: number, start: number, random: () => number): Lives {
  return new LivesMaker(seed, start, random).live();
}

interface Somebody {
  readonly userId: string;
  /** Undefined for those only their user ids are known of. */
  readonly device: string | undefined;
  /** The round in which she logs in on her device: what she did on it before is anonymous. */
  readonly logsInAt: number;
  /** Of two ids of one person one is always a second early. */
  readonly early: number;
  /** Whether she comes back after a month. */
  readonly returns: boolean;
  /** Another id of hers, which turns out to be so in the middle of the story. */
  readonly otherId?: string;
}

/** What one person sends in one round, in as many requests as it travels in. */
type Portion = readonly Message[];

class LivesMaker {
  readonly #seed: number;
  readonly #start: number;
  readonly #random: () => number;
  readonly #people: readonly Somebody[];
  readonly #known = new Set<string>();
  #made = 0;
  #orders = new Map<string, Message>();

  constructor(seed: number, start: number, random: () => number) {
    this.#seed = seed;
    this.#start = start;
    this.#random = random;
    this.#people = Array.from({ length: USERS }, (_, n) => ({
      userId: `${pick(['user', 'customer'], random)}-${seed}-${n}`,
      device: this.#chance(0.6) ? `device-${seed}-${n}` : undefined,
      logsInAt: this.#chance(0.6) ? 0 : Math.floor(random() * 3),
      early: n < 2 * PAIRS && n % 2 === 1 ? 1_000 : 0,
      returns: this.#chance(0.4),
    }));
  }

  live(): Lives {
    const joined = joinedPeople(this.#people);
    const early = EARLY.map((day, round) => this.#round(day, round, day < JOINS ? this.#people : joined, 0.75));
    const returning = joined.filter(({ returns }) => returns);
    const late = LATE.map((day, n) => this.#round(day, EARLY.length + n, returning, 0.7));
    const rounds = [...early, this.#joins(), ...late];
    const inputs = rounds.flatMap(({ requests }) => requests.flatMap(({ batch }) => batch)).length;
    const rest = Array.from({ length: Math.max(0, FEWEST_INPUTS - inputs) }, () => this.#filler());
    if (rest.length > 0)
      rounds.push({ at: this.#at(3), requests: chunks(rest, 25).map((batch) => ({ by: APP, batch })) });
    this.#repeatSome(rounds);
    return {
      userIds: this.#people.map(({ userId }) => userId),
      rounds: rounds.sort((a, b) => a.at - b.at),
      end: this.#at(END),
    };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #at(day: number): number {
    return this.#start + day * DAY;
  }

  #round(day: number, round: number, people: readonly Somebody[], share: number): Round {
    const at = this.#at(day);
    const fromApps: Portion[] = [];
    const fromServers: Portion[] = [];
    for (const somebody of people) {
      if (this.#chance(share)) fromApps.push(...this.#visit(somebody, at, round));
      // At one moment either she does something or a server tells of her.
      else if (this.#chance(0.15)) fromServers.push([this.#told(somebody, at)]);
    }
    return { at, requests: [...this.#requests(fromApps, APP), ...this.#requests(fromServers, SERVER)] };
  }

  /** Puts portions together to requests of a few people; two of one person travel apart. */
  #requests(portions: readonly Portion[], by: Source): Request[] {
    const count = Math.ceil(portions.length / 10);
    const requests = Array.from({ length: count }, (): Message[] => []);
    // Next to each other in the list are the portions of one person.
    for (const [i, portion] of portions.entries()) requests[i % count]?.push(...portion);
    return requests.map((batch) => ({ by, batch }));
  }

  #visit(somebody: Somebody, moment: number, round: number): Portion[] {
    const { device, logsInAt, otherId, early } = somebody;
    const at = moment - early;
    const userId = otherId !== undefined && this.#chance(0.5) ? otherId : somebody.userId;
    const isAnonymous = device !== undefined && round < logsInAt;
    const logsIn = device !== undefined && round === logsInAt;
    const who = isAnonymous
      ? { anonymousId: device }
      : { userId, ...(device && this.#chance(0.5) && { anonymousId: device }) };
    const steps = 1 + Math.floor(this.#random() * MOST_STEPS);
    const deeds = Array.from(
      { length: steps },
      (_, n): Message => ({
        ...this.#deed(userId),
        messageId: this.#messageId(),
        ...who,
        timestamp: new Date(at - (steps - 1 - n) * STEP).toISOString(),
      }),
    );
    // Who is new and who has been away for long logs in.
    const isFirst = !this.#known.has(somebody.userId) || logsIn || round >= EARLY.length;
    if (!isAnonymous) this.#known.add(somebody.userId);
    if (isFirst || this.#chance(0.1))
      deeds.unshift({
        type: 'identify',
        messageId: this.#messageId(),
        ...(isAnonymous ? { anonymousId: device } : { userId, ...(device && { anonymousId: device }) }),
        traits: this.#traits(userId, isFirst && !isAnonymous),
        timestamp: new Date(at - LOGIN).toISOString(),
      });
    return this.#split(deeds, round);
  }

  /** What cannot be decided differently in another order may travel in two requests at once. */
  #split(deeds: readonly Message[], round: number): Portion[] {
    const isPlain = deeds.every(
      ({ type, event, anonymousId }) => type !== 'identify' && !DECIDING.has(event ?? '') && anonymousId === undefined,
    );
    if (deeds.length < 2 || !isPlain || round >= EARLY.length || this.#chance(0.4)) return [deeds];
    return [deeds.slice(0, 1), deeds.slice(1)];
  }

  #traits(userId: string, isFirst: boolean): NonNullable<Message['traits']> {
    return {
      ...(this.#chance(isFirst ? 0.8 : 0.3) && { email: addressOf(userId) }),
      ...(this.#chance(0.5) && { plan: pick<string | null>(['free', 'pro', null], this.#random) }),
    };
  }

  #deed(userId: string): Omit<Message, 'messageId'> {
    const dice = this.#random();
    const order = this.#orders.get(userId);
    if (dice < 0.2) {
      const properties = {
        order_id: `order-${this.#made}`,
        revenue: (1 + Math.floor(this.#random() * 9_999)) / 100,
        currency: 'CHF',
      };
      const placed = { type: 'track', event: 'Order Completed', properties } as const;
      this.#orders.set(userId, { ...placed, messageId: '' });
      return placed;
    }
    if (dice < 0.25 && order?.properties)
      return { type: 'track', event: 'Order Cancelled', properties: order.properties };
    if (dice < 0.28) return { type: 'track', event: 'Consent Withdrawn', properties: { channel: 'email' } };
    if (dice < 0.4) return { type: 'page', name: pick(['Home', 'Search'], this.#random) };
    return { type: 'track', event: pick(['Product Viewed', 'Product Added', 'Signed In'], this.#random) };
  }

  #told({ userId, early }: Somebody, at: number): Message {
    return {
      type: 'track',
      event: pick(['Invoice Sent', 'Order Completed'], this.#random),
      messageId: this.#messageId(),
      userId,
      timestamp: new Date(at - STEP - early).toISOString(),
    };
  }

  /** A server says that two ids are one person. */
  #joins(): Round {
    const ids = this.#people.map(({ userId }) => userId);
    const batch = Array.from({ length: PAIRS }, (_, n): Message => {
      const pair = [ids[2 * n], ids[2 * n + 1]] as [string, string];
      if (this.#chance(0.5)) pair.reverse();
      const [userId, previousId] = pair;
      return { type: 'alias', messageId: this.#messageId(), userId, previousId };
    });
    return { at: this.#at(JOINS), requests: batch.map((message) => ({ by: SERVER, batch: [message] })) };
  }

  /** So that no seed has fewer inputs than asked for. */
  #filler(): Message {
    const at = this.#at(3) - Math.floor(this.#random() * 0.9 * HOUR);
    const { userId } = pick(this.#people, this.#random);
    return {
      type: 'track',
      event: 'Product Viewed',
      messageId: this.#messageId(),
      userId,
      timestamp: new Date(at - this.#made).toISOString(),
    };
  }

  /** A device that heard no answer sends the whole request again, here six hours later. */
  #repeatSome(rounds: Round[]): void {
    const [first, second] = [
      rounds.find(({ at }) => at === this.#at(1)),
      rounds.find(({ at }) => at === this.#at(1.25)),
    ];
    if (first === undefined || second === undefined) return;
    const again = first.requests.filter(() => this.#chance(0.4));
    rounds[rounds.indexOf(second)] = { ...second, requests: [...second.requests, ...again] };
  }

  #messageId(): string {
    return `${this.#seed}/${this.#made++}`;
  }
}

/** As long as two ids may be one person's, only one of them does something at a time. */
const joinedPeople = (people: readonly Somebody[]): Somebody[] =>
  people.flatMap((somebody, n) => {
    if (n >= 2 * PAIRS) return [somebody];
    return n % 2 === 0 ? [{ ...somebody, otherId: (people[n + 1] as Somebody).userId }] : [];
  });

function chunks<T>(items: readonly T[], size: number): T[][] {
  const all: T[][] = [];
  for (let i = 0; i < items.length; i += size) all.push(items.slice(i, i + size));
  return all;
}
