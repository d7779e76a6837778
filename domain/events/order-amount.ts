import type { CustomerEvent } from './event.ts';

/** What an order was worth (or a refund gave back), as integer micros; undefined when it does not say. */
export function orderAmount(properties: CustomerEvent['properties']): number | undefined {
  const { revenue, total, value } = properties ?? {};
  return amountMicros(revenue) ?? amountMicros(total) ?? amountMicros(value);
}

/**
 * ISO 4217 code of an order's amount; USD, the Spec's default, when none is written. Undefined for one that is no code:
 * whatever was meant by "€", it was not dollars.
 */
export function currencyOf(properties: CustomerEvent['properties']): string | undefined {
  const written = properties?.currency ?? '';
  if (written === '') return 'USD';
  return typeof written === 'string' && /^[a-z]{3}$/i.test(written) ? written.toUpperCase() : undefined;
}

/** An amount as integer micros. Apps send numbers and numeric texts; beyond a billion it is a mistake, not an order. */
export function amountMicros(value: unknown): number | undefined {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || Math.abs(amount) > 1e9) return undefined;
  // Never -0, which is stored as 0 and then is another value.
  return Math.round(amount * 1e6) + 0;
}
