import type { CustomerEvent } from './event.ts';

/** What an order was worth (or a refund gave back), as integer micros; undefined when it does not say. */
export const orderAmount = (properties: CustomerEvent['properties']): number | undefined =>
  amountMicros(properties?.revenue ?? properties?.total ?? properties?.value);

/** ISO 4217 code of an order's amount; USD is the Spec's default. */
export function currencyOf(properties: CustomerEvent['properties']): string {
  const value = properties?.currency;
  return typeof value === 'string' && /^[a-z]{3}$/i.test(value) ? value.toUpperCase() : 'USD';
}

/** An amount as integer micros. Apps send numbers and numeric texts; beyond a billion it is a mistake, not an order. */
export function amountMicros(value: unknown): number | undefined {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || Math.abs(amount) > 1e9) return undefined;
  // Never -0, which is stored as 0 and then is another value.
  return Math.round(amount * 1e6) + 0;
}
