import type { CustomerEvent } from '../events/event.ts';
import { currencyOf, orderAmount } from '../events/order-amount.ts';
import { earliest, latest } from './latest.ts';

export interface Purchases {
  /** Orders completed, cancelled ones among them. */
  readonly count: number;
  readonly cancelled: number;
  readonly refunds: number;
  readonly first?: number;
  readonly last?: number;
  /**
   * What was spent less what was given back, in millionths of the currency's unit, by ISO 4217 code: integers, since
   * sums of fractions depend on their order. Below zero while a refund has arrived before its order.
   */
  readonly spentMicros: ReadonlyMap<string, number>;
}

/** What an event of the Spec's ordering does to purchases; undefined for any other. */
export const PURCHASE_EVENTS: ReadonlyMap<string, 'order' | 'cancellation' | 'refund'> = new Map([
  ['Order Completed', 'order'],
  ['Order Cancelled', 'cancellation'],
  ['Order Refunded', 'refund'],
]);

/** Orders add, cancellations and refunds subtract; without an amount in a known currency only the count changes. */
export function notePurchase(purchases: Purchases, { name, time, properties }: CustomerEvent): Purchases {
  const what = PURCHASE_EVENTS.get(name ?? '');
  if (what === undefined) return purchases;
  const amount = orderAmount(properties);
  const currency = currencyOf(properties);
  const spent =
    amount === undefined || amount === 0 || currency === undefined
      ? undefined
      : // A refund is written as what was given back, with either sign.
        new Map([[currency, what === 'order' ? amount : -Math.abs(amount)]]);
  return mergePurchases(purchases, {
    count: what === 'order' ? 1 : 0,
    cancelled: what === 'cancellation' ? 1 : 0,
    refunds: what === 'refund' ? 1 : 0,
    ...(what === 'order' && { first: time, last: time }),
    spentMicros: spent ?? new Map(),
  });
}

export function mergePurchases(a: Purchases, b: Purchases): Purchases {
  const first = earliest(a.first, b.first);
  const last = latest(a.last, b.last);
  return {
    count: a.count + b.count,
    cancelled: a.cancelled + b.cancelled,
    refunds: a.refunds + b.refunds,
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    spentMicros: sumOf(a.spentMicros, b.spentMicros),
  };
}

/** ISO 4217 has fewer than 200 codes; whoever makes up more has what is beyond left out. */
const MOST_CURRENCIES = 50;

function sumOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  if (b.size === 0) return a;
  const sum = new Map(a);
  for (const [currency, micros] of b)
    if (sum.has(currency) || sum.size < MOST_CURRENCIES) sum.set(currency, (sum.get(currency) ?? 0) + micros);
  return sum;
}
