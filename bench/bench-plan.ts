import type { Expression } from '../domain/catalog/expression.ts';
import { neededCounters } from '../domain/decisions/expressions/references.ts';
import { type Plan, type PlanParts, planOf } from '../domain/decisions/plan.ts';
import { zoneNamed } from '../domain/zone.ts';

/** What one event is asked for: days, a share of the events, sums, hours, and how it goes. */
const windowed = (event: string): readonly Expression[] => [
  { event, times: { gte: 3 }, within: 'P7D' },
  { event, times: { lt: 2 }, within: 'P30D' },
  { event, sum: { property: 'price', gte: 100 }, within: 'P90D' },
  { event, where: { property: 'category', is: 'tea' }, within: 'P14D' },
  { event, times: { gte: 2 }, within: 'PT48H' },
];

/** Forty questions that only she herself, and no window, changes the answer to. */
const timeless: readonly Expression[] = Array.from({ length: 8 }, (_, i): readonly Expression[] => [
  { all: [{ trait: 'plan', is: `plan-${i}` }, { not: { country: 'CH' } }] },
  { any: [{ stage: i % 2 === 0 ? 'loyal' : ['new', 'active'] }, { trait: 'age', gte: 20 + i * 5 }] },
  { all: [{ consent: 'email' }, { channel: 'push', reachable: i % 2 === 0 }] },
  { all: [{ device: { platform: i % 2 === 0 ? 'ios' : 'android' } }, { language: 'de' }] },
  { group: { plan: `business-${i}` } },
]).flat();

const LOAD_EVENTS = ['Event 3', 'Event 31'];
const SHOP_EVENTS = ['Product Viewed', 'Order Completed'];

/**
 * What a project of some size has published: fifty segments to each of two loads, ten of them with windows, on events of the
 * throughput bench's load and on those of a shop; days of a zone with daylight saving.
 *
 * @param parts the journeys it has published besides; none if left out
 */
export function benchPlan(parts: Pick<PlanParts, 'journeys'> = {}): Plan {
  const zone = zoneNamed('Europe/Berlin');
  if (zone === undefined) throw new Error('This runtime knows no Berlin');
  const asked = [...timeless, ...[...LOAD_EVENTS, ...SHOP_EVENTS].flatMap(windowed)];
  const segments = asked.map((where, i) => ({ id: i + 1, key: `segment-${i + 1}`, where }));
  const counters = neededCounters({ all: asked }, () => undefined);
  const registered = counters.map((spec, i) => ({ id: i + 1, spec, countsFrom: 0 }));
  return planOf({ number: 1, zone, segments, registered, ...parts });
}
