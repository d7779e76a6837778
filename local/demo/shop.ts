import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { pick, randomFrom } from './random.ts';

/** An event of the demo shop as its app would send it, with the moment (ms since the shop opened) it happened at. */
export interface ShopEvent {
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ShopOptions {
  readonly people: number;
  readonly days: number;
  readonly seed: number;
}

/** How people of a kind behave: chance to visit on a day, chance that a visit ends in an order, days until they lose interest. */
interface Habit {
  readonly share: number;
  readonly visits: number;
  readonly buys: number;
  readonly interestedFor: readonly [number, number];
  readonly comesBack: number;
}

const HABITS: readonly Habit[] = [
  { share: 0.35, visits: 0.25, buys: 0.1, interestedFor: [1, 10], comesBack: 0.15 },
  { share: 0.3, visits: 0.15, buys: 0.25, interestedFor: [30, 90], comesBack: 0.3 },
  { share: 0.2, visits: 0.5, buys: 0.12, interestedFor: [60, 200], comesBack: 0.5 },
  { share: 0.15, visits: 0.2, buys: 0.3, interestedFor: [10, 40], comesBack: 0.4 },
];

const FIRST_NAMES = [
  'Ada',
  'Ben',
  'Chloe',
  'Dev',
  'Elif',
  'Finn',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Kemi',
  'Lena',
  'Mateo',
  'Nora',
  'Omar',
  'Priya',
];
const LAST_NAMES = [
  'Adler',
  'Brandt',
  'Costa',
  'Dietz',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ito',
  'Jensen',
  'Kowalski',
  'Lopez',
];
const PRODUCTS = [
  { product_id: 'tea-01', name: 'Green tea', price: 7.5 },
  { product_id: 'tea-02', name: 'Earl Grey', price: 6.9 },
  { product_id: 'cup-01', name: 'Stoneware cup', price: 14 },
  { product_id: 'pot-01', name: 'Cast-iron pot', price: 49 },
  { product_id: 'honey-01', name: 'Heather honey', price: 9.8 },
];

/** Everything the people of a shop do in its first days, in the order of time; the same for the same options. */
export function shopEvents({ people, days, seed }: ShopOptions): ShopEvent[] {
  const random = randomFrom(seed);
  const events: ShopEvent[] = [];
  for (let number = 1; number <= people; number++) events.push(...lifeOf(number, days, random));
  return events.filter(({ at }) => at < days * DAY).sort((a, b) => a.at - b.at);
}

function lifeOf(number: number, days: number, random: () => number): ShopEvent[] {
  const habit = habitOf(random());
  const person = personOf(number, random);
  const joins = Math.floor(random() * days * 0.85);
  const events = signUp(person, joins * DAY + hourOf(random), random);
  let interestedUntil = joins + between(habit.interestedFor, random);
  for (let day = joins + 1; day < days; day++) {
    if (day > interestedUntil) {
      if (random() > habit.comesBack / 30) continue;
      interestedUntil = day + between(habit.interestedFor, random) / 2;
    }
    if (random() < habit.visits) events.push(...visit(person, day * DAY + hourOf(random), habit, random));
  }
  return events;
}

interface ShopPerson {
  readonly userId: string;
  readonly anonymousId: string;
  readonly traits: Readonly<Record<string, string>>;
}

function personOf(number: number, random: () => number): ShopPerson {
  const firstName = pick(FIRST_NAMES, random);
  const lastName = pick(LAST_NAMES, random);
  const userId = `shopper-${String(number).padStart(3, '0')}`;
  return {
    userId,
    anonymousId: `device-${number}`,
    traits: {
      firstName,
      lastName,
      email: `${firstName}.${lastName}.${number}@example.com`.toLowerCase(),
      plan: random() < 0.3 ? 'plus' : 'free',
    },
  };
}

function signUp(person: ShopPerson, at: number, random: () => number): ShopEvent[] {
  const { userId, anonymousId, traits } = person;
  return [
    { at, body: { type: 'page', userId, anonymousId, name: 'Home' } },
    { at: at + MINUTE, body: { type: 'identify', userId, anonymousId, traits } },
    {
      at: at + 2 * MINUTE,
      body: {
        type: 'track',
        userId,
        anonymousId,
        event: 'Signed Up',
        properties: { type: pick(['web', 'app'], random) },
      },
    },
  ];
}

function visit({ userId, anonymousId }: ShopPerson, start: number, habit: Habit, random: () => number): ShopEvent[] {
  let at = start;
  const events: ShopEvent[] = [];
  const happen = (body: Record<string, unknown>) => {
    events.push({ at, body: { ...body, userId, anonymousId } });
    at += Math.ceil(random() * 4) * MINUTE;
  };
  happen({ type: 'page', name: 'Home' });
  const product = pick(PRODUCTS, random);
  happen({ type: 'track', event: 'Product Viewed', properties: product });
  if (random() < 0.5) happen({ type: 'track', event: 'Product Viewed', properties: pick(PRODUCTS, random) });
  if (random() < habit.buys * 2) {
    happen({ type: 'track', event: 'Product Added', properties: { ...product, quantity: 1 } });
    if (random() < 0.5) {
      const quantity = 1 + Math.floor(random() * 3);
      const properties = {
        order_id: `${userId}-${start}`,
        revenue: product.price * quantity,
        currency: 'EUR',
        products: [{ ...product, quantity }],
      };
      happen({ type: 'track', event: 'Order Completed', properties });
    }
  }
  return events;
}

function habitOf(draw: number): Habit {
  let sum = 0;
  for (const habit of HABITS) {
    sum += habit.share;
    if (draw < sum) return habit;
  }
  return HABITS[HABITS.length - 1] as Habit;
}

const between = ([least, most]: readonly [number, number], random: () => number) => least + random() * (most - least);

/** Between 7 and 22 o'clock, mostly in the evening. */
const hourOf = (random: () => number) => Math.floor((7 + 15 * Math.sqrt(random())) * HOUR);
