import { DAY, HOUR, MINUTE, SECOND } from '../domain/calendar.ts';
import type { CustomerEvent } from '../domain/events/event.ts';
import type { JsonObject } from '../domain/json.ts';
import { pick, randomFrom } from '../local/demo/random.ts';

type Random = () => number;

const DAYS = 365;
/** Visits a month: half of the people come less often than this, and the logarithm is spread normally, as in most shops. */
const MEDIAN_VISITS = 3;
const SPREAD = 1.1;
/** Even who comes daily seldom comes more often than this in a month. */
const MOST_VISITS = 60;
/** Once a year on average somebody loses interest, for a month up to five. */
const LOSES_INTEREST = 1 / DAYS;
const DAYS_AWAY = [30, 150] as const;
/** The share of visits on the telephone; its app is a second device. */
const ON_THE_PHONE = 0.4;

const CATEGORIES = ['tea', 'coffee', 'cups', 'pots', 'honey', 'gifts'];
const PRODUCTS = 400;

/**
 * The first year of people who sign up at `start` (ms), each with her events in the order of time: most come a few
 * times a month and some daily, at home in a browser and on the way in an app; they look, search, save and buy as
 * Segment's spec for shops names it. The same for the same number of people.
 */
export function yearsOfLife(people: number, start: number): CustomerEvent[][] {
  const random = randomFrom(20_270_301);
  return Array.from({ length: people }, (_, number) => yearOf(personOf(number, random), start, random));
}

interface Person {
  readonly userId: string;
  readonly visitsPerDay: number;
  /** Chance that a visit ends in an order. */
  readonly buys: number;
  readonly traits: JsonObject;
  readonly browser: Device;
  readonly phone: Device;
}

interface Device {
  readonly anonymousId: string;
  readonly context: JsonObject;
  /** What a new place in the shop is called here. */
  readonly shows: 'page' | 'screen';
}

function personOf(number: number, random: Random): Person {
  const visitsPerMonth = Math.min(MOST_VISITS, MEDIAN_VISITS * Math.exp(SPREAD * normal(random)));
  const locale = pick(['de-DE', 'en-GB', 'fr-FR', 'es-ES'], random);
  const timezone = pick(['Europe/Berlin', 'Europe/London', 'Europe/Paris', 'Europe/Madrid'], random);
  return {
    userId: uuid(random),
    visitsPerDay: visitsPerMonth / 30,
    buys: 0.02 + 0.15 * random(),
    traits: {
      email: `person.${number}@example.com`,
      firstName: pick(['Ada', 'Benedikt', 'Chloé', 'Dev', 'Elif', 'Guðrún'], random),
      lastName: pick(['Adler', 'Brandström', 'Costa', 'Kowalski', 'Nguyễn'], random),
      phone: `+49 30 ${String(5_550_000 + number)}`,
      plan: random() < 0.2 ? 'plus' : 'free',
      newsletter: random() < 0.6,
    },
    browser: {
      anonymousId: uuid(random),
      shows: 'page',
      context: { locale, timezone, library: { name: 'analytics.js', version: 'next-1.84.3' } },
    },
    phone: {
      anonymousId: uuid(random),
      shows: 'screen',
      context: {
        locale,
        timezone,
        library: { name: 'analytics-ios', version: '4.1.6' },
        app: { name: 'Shop', namespace: 'example.shop', version: '3.2.0' },
        os: { name: 'iOS', version: '19.1' },
        device: {
          id: uuid(random),
          type: 'ios',
          manufacturer: 'Apple',
          model: 'iPhone16,1',
          // Half of the people let an app send pushes.
          ...(random() < 0.5 && { token: hex(64, random) }),
        },
      },
    },
  };
}

function yearOf(person: Person, start: number, random: Random): CustomerEvent[] {
  const tell = narratorOf(person, random);
  tell.at(start + hourOf(random), person.browser);
  tell.open('Home');
  tell.identify();
  tell.track('Signed Up', { method: 'email' });

  let hasApp = false;
  for (const day of daysOfVisits(person, random)) {
    const device = random() < ON_THE_PHONE ? person.phone : person.browser;
    tell.at(start + day * DAY + hourOf(random), device);
    if (device === person.phone) {
      tell.track(hasApp ? 'Application Opened' : 'Application Installed', { version: '3.2.0' });
      if (!hasApp) tell.identify();
      hasApp = true;
    }
    visit(tell, person, random);
  }
  return tell.events.sort((a, b) => a.receivedAt - b.receivedAt);
}

/** The days of a year, from the second on, on which she comes; a day can be there more than once. */
function* daysOfVisits({ visitsPerDay }: Person, random: Random): Iterable<number> {
  for (let day = 1; day < DAYS; day++) {
    if (random() < LOSES_INTEREST) day += Math.floor(between(DAYS_AWAY, random));
    for (let visits = visitsPerDay; visits > 0 && day < DAYS; visits--) if (random() < visits) yield day;
  }
}

/** One visit: what she looks at, and perhaps an order. */
function visit(tell: Narrator, { buys }: Person, random: Random): void {
  tell.open('Home');
  if (random() < 0.1) tell.track('Signed In', { method: 'email' });
  for (let looks = 1 + Math.floor(random() * 4); looks > 0; looks--) {
    const category = pick(CATEGORIES, random);
    if (random() < 0.3) tell.track('Products Searched', { query: category });
    else tell.track('Product List Viewed', { category });
    tell.open('Product');
    tell.track('Product Viewed', productOf(category, random));
    if (random() < 0.05) tell.track('Product Added to Wishlist', productOf(category, random));
    if (random() < 0.02) tell.track('Product Shared', { share_via: 'email' });
  }
  if (random() >= buys * 3) return;
  const product = productOf(pick(CATEGORIES, random), random);
  tell.track('Product Added', product);
  tell.open('Cart');
  tell.track('Cart Viewed', { products: [product] });
  if (random() < 0.2) tell.track('Product Removed', product);
  if (random() < 0.2) tell.track('Coupon Applied', { coupon_id: 'spring' });
  if (random() < 0.5) return;
  tell.track('Checkout Started', { value: product.price, currency: 'EUR' });
  tell.track('Payment Info Entered', { payment_method: 'card' });
  if (random() < 1 / 3) return;
  tell.track('Order Completed', {
    order_id: hex(12, random),
    revenue: product.price,
    currency: 'EUR',
    products: [{ ...product, quantity: 1 }],
  });
  if (random() < 0.1) tell.track('Product Reviewed', { product_id: product.product_id, rating: 5 });
}

/** Writes down what one person does, a few seconds apart, on the device she has in hand. */
interface Narrator {
  readonly events: CustomerEvent[];
  at(time: number, device: Device): void;
  open(place: string): void;
  identify(): void;
  track(name: string, properties: JsonObject): void;
}

function narratorOf({ userId, traits, browser }: Person, random: Random): Narrator {
  const events: CustomerEvent[] = [];
  let now = 0;
  let device = browser;
  const happen = (said: Pick<CustomerEvent, 'type' | 'name' | 'properties' | 'traits'>) => {
    now += Math.ceil(between([3 * SECOND, MINUTE], random));
    const { anonymousId, context, shows } = device;
    events.push({
      ...said,
      messageId: `${userId}-${events.length}`,
      source: 'client',
      sourceId: shows === 'page' ? 'web' : 'ios',
      userId,
      anonymousId,
      time: now,
      receivedAt: now + Math.ceil(between([30, 1_500], random)),
      context,
    });
  };
  return {
    events,
    at(time, inHand) {
      now = time;
      device = inHand;
    },
    open: (place) => happen({ type: device.shows, name: place, properties: {} }),
    identify: () => happen({ type: 'identify', traits }),
    track: (name, properties) => happen({ type: 'track', name, properties }),
  };
}

const productOf = (category: string, random: Random) => {
  const number = Math.floor(random() * PRODUCTS);
  return { product_id: `p-${number}`, category, price: (number % 60) + 4.99, currency: 'EUR' };
};

const between = ([least, most]: readonly [number, number], random: Random) => least + random() * (most - least);

/** Between 7 and 22 o'clock (ms since midnight), mostly in the evening. */
const hourOf = (random: Random) => Math.floor((7 + 15 * Math.sqrt(random())) * HOUR);

/** Normally distributed with mean 0 and deviation 1 (Box and Muller 1958). */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const hex = (digits: number, random: Random) =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

const uuid = (random: Random) => [8, 4, 4, 4, 12].map((digits) => hex(digits, random)).join('-');
