import { DAY, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { pick, randomFrom } from '../demo/random.ts';
import { postBatch } from '../events-client.ts';
import type { LocalPerennial } from '../perennial.ts';
import type { Progress } from '../progress.ts';

export interface Load {
  /** Events per request. */
  readonly k: number;
  /** Events of one visit: what a person's app has gathered when it sends. */
  readonly u: number;
  /** Requests that come together, of which the worker is given up to ten at once. */
  readonly together: number;
  readonly people: number;
  /** Days lived before anything is counted: from them people have profiles of some age, and habits. */
  readonly daysBefore: number;
  readonly days: number;
}

type Random = () => number;

interface Visit {
  readonly at: number;
  readonly user: string;
}

/** Since nobody comes more than daily and some are away, it is 13 in the end: at u = 20 about 260 events. */
const VISITS_A_MONTH = 24;
/** Most come more seldom than that and some daily: the logarithm of how often is spread normally. */
const SPREAD = 0.8;
const MOST_VISITS_A_DAY = 1;
/** Every few months somebody loses interest, for weeks up to months: what makes stages change. */
const LOSES_INTEREST = 1 / 150;
const DAYS_AWAY = [20, 120] as const;
/** Before anything is counted a visit has fewer events, and they come as a server sends them: that is quicker to live. */
const EVENTS_BEFORE = 4;
const EVENTS_PER_REQUEST_BEFORE = 200;
/** But for the last days: by the first day that counts profiles are full, and threads as warm as those of a deployment. */
const DAYS_AT_FULL_LENGTH = 7;
/**
 * Everybody comes in the same hour of the evening, and what she did is sent when it is over: spread over the day, so few
 * people would find every worker with leave to write down what it has seen, which in a deployment with a million users is
 * shared by hundreds of requests a minute.
 */
const EVENING = 20 * HOUR;

const NAMES = [
  'Product List Viewed',
  'Product Viewed',
  'Product Viewed',
  'Product Viewed',
  'Products Searched',
  'Product Added',
  'Cart Viewed',
  'Checkout Started',
  'Coupon Applied',
  'Product Shared',
];
const CATEGORIES = ['tea', 'coffee', 'cups', 'pots', 'honey', 'gifts'];
/** One visit in so many ends with an order. */
const ORDERS = 1 / 8;

/**
 * Lets a shop's people live: first some weeks to become who they are, then the days that are counted. The same people do
 * the same in every run.
 *
 * @param begin is called when the days that count begin
 */
export async function liveUnderLoad(perennial: LocalPerennial, load: Load, begin: () => void, progress: Progress) {
  const random = randomFrom(20_261_122);
  const opening = perennial.now();
  const total = load.daysBefore + load.days;
  const days = daysOf(visitsOf(load, total, opening, random), opening, total);
  await introduce(perennial, load.people);
  for (const [day, visits] of days.entries()) {
    if (day === load.daysBefore) begin();
    if (day < load.daysBefore - DAYS_AT_FULL_LENGTH) await liveQuickly(perennial, visits, random);
    else await live(perennial, visits, load, random);
    progress.show((day + 1) / total, () => `day ${day + 1} of ${total}`);
  }
  await perennial.advanceTo(opening + total * DAY);
  progress.done();
}

/** Visits by person and day, in the order of time. */
function visitsOf({ people }: Load, days: number, opening: number, random: Random): Visit[] {
  return Array.from({ length: people }, (_, person) => {
    const mean = Math.exp(SPREAD * normal(random) - SPREAD ** 2 / 2) * (VISITS_A_MONTH / 30);
    const chance = Math.min(MOST_VISITS_A_DAY, mean);
    const visits: Visit[] = [];
    for (let day = 0; day < days; day++) {
      if (random() < LOSES_INTEREST) day += Math.floor(DAYS_AWAY[0] + random() * (DAYS_AWAY[1] - DAYS_AWAY[0]));
      if (random() < chance) visits.push({ at: opening + day * DAY + hourOf(random), user: `person-${person}` });
    }
    return visits;
  })
    .flat()
    .sort((a, b) => a.at - b.at);
}

function daysOf(visits: readonly Visit[], opening: number, days: number): Visit[][] {
  const byDay: Visit[][] = Array.from({ length: days }, () => []);
  for (const visit of visits) byDay[Math.floor((visit.at - opening) / DAY)]?.push(visit);
  return byDay;
}

/** What an app says of its people once: without an address nobody is written to. */
async function introduce(perennial: LocalPerennial, people: number): Promise<void> {
  const all = Array.from({ length: people }, (_, person) => ({
    type: 'identify',
    userId: `person-${person}`,
    messageId: `introduced-${person}`,
    traits: { email: `person.${person}@example.com`, firstName: 'Ada', plan: person % 5 === 0 ? 'plus' : 'free' },
  }));
  for (const some of chunksOf(all, EVENTS_PER_REQUEST_BEFORE)) await postBatch(perennial.url, perennial.writeKey, some);
  await perennial.settle();
}

/** A day's visits, cut short and sent in large requests. */
async function liveQuickly(perennial: LocalPerennial, visits: readonly Visit[], random: Random): Promise<void> {
  for (const some of chunksOf(visits, EVENTS_PER_REQUEST_BEFORE / EVENTS_BEFORE)) {
    await perennial.advanceTo(Math.max(perennial.now(), (some.at(-1) as Visit).at + MINUTE));
    const events = some.flatMap((visit) => eventsOf(visit, EVENTS_BEFORE, random));
    await postBatch(perennial.url, perennial.writeKey, events);
  }
  await perennial.advanceTo(perennial.now());
}

/** A day's visits as apps send them: so many events a request, so many requests together. */
async function live(perennial: LocalPerennial, visits: readonly Visit[], load: Load, random: Random): Promise<void> {
  const { k, u, together } = load;
  const last = visits.at(-1);
  if (last === undefined) return;
  await perennial.advanceTo(Math.max(perennial.now(), last.at + MINUTE));
  const events = visits.flatMap((visit) => eventsOf(visit, u, random));
  for (const requests of chunksOf(chunksOf(events, k), together)) await sendTogether(perennial, requests);
}

/** Requests whose messages the worker is given together, whatever the machine is doing meanwhile. */
async function sendTogether(perennial: LocalPerennial, requests: readonly (readonly object[])[]): Promise<void> {
  const { cloud } = perennial;
  const live = cloud.resources.find(
    ({ type, logicalId }) => type === 'AWS::SQS::Queue' && logicalId.startsWith('InputsLiveQueue'),
  );
  const arn = live?.attributes.Arn ?? '';
  cloud.enableMapping(arn, false);
  for (const request of requests) await postBatch(perennial.url, perennial.writeKey, request);
  cloud.enableMapping(arn, true);
  // Waits until everything that followed has happened, without closing what gathers by time.
  await perennial.advanceTo(perennial.now());
}

function eventsOf({ at, user }: Visit, count: number, random: Random): object[] {
  const orders = random() < ORDERS;
  return Array.from({ length: count }, (_, i) => {
    const product = { product_id: `p-${Math.floor(random() * 400)}`, category: pick(CATEGORIES, random) };
    const price = Math.floor(random() * 60) + 4.99;
    const isOrder = orders && i === count - 1;
    return {
      type: 'track',
      event: isOrder ? 'Order Completed' : pick(NAMES, random),
      userId: user,
      messageId: `${user}-${at}-${i}`,
      timestamp: new Date(at - (count - i) * 5 * SECOND).toISOString(),
      properties: isOrder
        ? { order_id: `o-${user}-${at}`, revenue: price, currency: 'EUR' }
        : { ...product, price, currency: 'EUR' },
      context: { locale: 'de-DE', timezone: 'Europe/Berlin', library: { name: 'analytics.js', version: '2.1.0' } },
    };
  });
}

/** Normally distributed with mean 0 and deviation 1 (Box and Muller 1958). */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const hourOf = (random: Random) => Math.floor(EVENING + HOUR * random());

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let i = 0; i < all.length; i += size) chunks.push(all.slice(i, i + size));
  return chunks;
}
