import type { Unit } from '../cloud/meter/unit.ts';

/** What is billed by the month for being there. */
export type Standing =
  | 'cloudwatch.alarms'
  | 'cloudwatch.dashboards'
  | 'dynamodb.bytes'
  | 'dynamodb.backup-bytes'
  | 's3.bytes'
  | 'logs.kept-bytes';

export interface Price {
  readonly usd: number;
  /** So many units for it. */
  readonly per: number;
  /** `list`: from AWS's price list or page; `usual`: long-known and not read again for this table. */
  readonly source: 'list' | 'usual';
}

const MILLION = 1_000_000;
const THOUSAND = 1_000;
const GIB = 1_024 ** 3;
const TIB = 1_024 ** 4;

/**
 * What AWS charges on demand in one Region, in US dollars. Other Regions differ by up to some tens of percent. Free tiers,
 * volume tiers, savings plans and taxes are left out on purpose: what is free at first is billed when it matters.
 */
export const PRICES = {
  region: 'us-east-1',
  /** When the table was put together, from AWS price lists and pages of July to November 2026. */
  asOf: '2026-11-22',
  units: {
    'http-api.requests': { usd: 1, per: MILLION, source: 'usual' },
    'lambda.requests': { usd: 0.2, per: MILLION, source: 'list' },
    /** arm64. */
    'lambda.gb-seconds': { usd: 13.3334, per: MILLION, source: 'list' },
    /** Standard queues. */
    'sqs.requests': { usd: 0.4, per: MILLION, source: 'usual' },
    'dynamodb.read-units': { usd: 0.125, per: MILLION, source: 'list' },
    'dynamodb.write-units': { usd: 0.625, per: MILLION, source: 'list' },
    'dynamodb.index-write-units': { usd: 0.625, per: MILLION, source: 'list' },
    'firehose.bytes': { usd: 0.029, per: GIB, source: 'usual' },
    's3.puts': { usd: 0.005, per: THOUSAND, source: 'list' },
    's3.gets': { usd: 0.0004, per: THOUSAND, source: 'list' },
    'eventbridge.events': { usd: 1, per: MILLION, source: 'usual' },
    'logs.bytes': { usd: 0.5, per: GIB, source: 'usual' },
    'athena.bytes': { usd: 5, per: TIB, source: 'usual' },
    /** GetMetricStatistics. */
    'cloudwatch.requests': { usd: 0.01, per: THOUSAND, source: 'usual' },
    /** A la carte: new accounts are put on a plan that costs 0.16. */
    'ses.recipients': { usd: 0.1, per: THOUSAND, source: 'list' },
    /** Readings; a secret itself is 0.40 a month, and is the project's own. */
    'secrets.requests': { usd: 0.005, per: THOUSAND, source: 'usual' },
  } satisfies Record<Unit, Price>,
  /** By the month. */
  standing: {
    /** Of standard resolution; an alarm on an expression costs as many as it has metrics. */
    'cloudwatch.alarms': { usd: 0.1, per: 1, source: 'usual' },
    'cloudwatch.dashboards': { usd: 3, per: 1, source: 'usual' },
    'dynamodb.bytes': { usd: 0.25, per: GIB, source: 'list' },
    'dynamodb.backup-bytes': { usd: 0.2, per: GIB, source: 'list' },
    's3.bytes': { usd: 0.023, per: GIB, source: 'list' },
    'logs.kept-bytes': { usd: 0.03, per: GIB, source: 'usual' },
  } satisfies Record<Standing, Price>,
} as const;

/** Dollars for so many units. */
export const dollars = (unit: Unit, quantity: number): number =>
  (quantity / PRICES.units[unit].per) * PRICES.units[unit].usd;

/** Dollars a month for so much that is there. */
export const dollarsAMonth = (what: Standing, quantity: number): number =>
  (quantity / PRICES.standing[what].per) * PRICES.standing[what].usd;
