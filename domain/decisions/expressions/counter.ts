import { HOUR } from '../../calendar.ts';
import type { RegisteredCounter } from '../../catalog/live-catalog.ts';
import type { CustomerEvent } from '../../events/event.ts';
import { amountMicros } from '../../events/order-amount.ts';
import type { JsonObject } from '../../json.ts';
import type { Counter } from '../../state/counters.ts';
import type { Zone } from '../../zone.ts';
import { compileFilter, dayOfIso, propertyReader } from './comparisons.ts';

/** A registered counter in the form in which the fold counts. */
export function counterOf({ id, spec, countsFrom }: RegisteredCounter, zone: Zone): Counter {
  const { event, where, sum, keep } = spec;
  const holds = where === undefined ? undefined : compileFilter(where, zone);
  const amountIn = sum === undefined ? undefined : propertyReader(sum);
  return {
    id,
    event,
    countsFrom,
    ...(holds !== undefined && { matches: (one: CustomerEvent) => holds(propertiesOf(one)) }),
    ...(amountIn !== undefined && { amount: (one: CustomerEvent) => amountMicros(amountIn(propertiesOf(one))) }),
    ...('days' in keep && { days: keep.days }),
    ...('hours' in keep && { stamps: keep.hours * HOUR }),
    ...('span' in keep && {
      span: keep.span === 'ever' ? EVER : { from: dayOfIso(keep.span[0]), to: dayOfIso(keep.span[1]) },
    }),
  };
}

const EVER = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

const NONE: JsonObject = {};

/** What filters read of an event. Pages and screens are counted under one name each; what they are called can be asked for like a property. */
export function propertiesOf({ type, name, category, properties = NONE }: CustomerEvent): JsonObject {
  if (type === 'track' || (name === undefined && category === undefined)) return properties;
  return { ...(name !== undefined && { name }), ...(category !== undefined && { category }), ...properties };
}
