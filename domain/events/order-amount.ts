import type { CustomerEvent } from './event.ts';

/** What an order was worth, as integer micros; undefined when it does not say. */
export const orderAmount = (properties: CustomerEvent['properties']): number | undefined =>
  amountMicros(properties?.revenue ?? properties?.total ?? properties?.value);

/** An amount as integer micros. Apps send numbers and numeric texts; beyond a billion it is a mistake, not an order. */
function amountMicros(value: unknown): number | undefined {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || Math.abs(amount) > 1e9) return undefined;
  return Math.round(amount * 1e6);
}
