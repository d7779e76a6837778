import { HOUR } from '../domain/calendar.ts';
import { type Plan, planOf } from '../domain/decisions/plan.ts';
import { amountMicros } from '../domain/events/order-amount.ts';
import type { Counter } from '../domain/state/counters.ts';
import { zoneNamed } from '../domain/zone.ts';

/** What twenty segments look at: most of them days, some hours, some only part of the events, some sums. */
const SHAPES: readonly Omit<Counter, 'id' | 'event' | 'countsFrom'>[] = [
  { days: 7 },
  { days: 30 },
  { days: 90, amount: ({ properties }) => amountMicros(properties?.revenue ?? properties?.price) },
  { days: 14, matches: ({ properties }) => properties?.category === 'tea' },
  { stamps: 48 * HOUR },
];

const SHOP_EVENTS = ['Product Viewed', 'Product Added', 'Order Completed', 'Checkout Started'];
const LOAD_EVENTS = ['Event 3', 'Event 17', 'Event 31', 'Event 45'];

/** Four events looked at in five ways. */
const countersOf = (events: readonly string[], firstId: number): Counter[] =>
  events.flatMap((event, i) =>
    SHAPES.map((shape, n) => ({ ...shape, id: firstId + i * SHAPES.length + n, event, countsFrom: 0 })),
  );

/**
 * What a project of some size has decided: 20 counters on the events of the throughput bench's load and 20 on those of a
 * shop (each load meets one of the two), days of a zone with daylight saving.
 */
export const benchPlan = (): Plan => {
  const zone = zoneNamed('Europe/Berlin');
  if (zone === undefined) throw new Error('This runtime knows no Berlin');
  return planOf({ zone, counters: [...countersOf(LOAD_EVENTS, 1), ...countersOf(SHOP_EVENTS, 101)] });
};
