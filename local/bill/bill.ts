import type { LocalCloud } from '../cloud/cloud.ts';
import { ASSUMPTIONS } from '../cloud/meter/assumptions.ts';
import { type BillLine, type BillLines, billLines } from './lines.ts';
import { PRICES } from './prices.ts';
import { MONTH, type StandingCost, standingCosts } from './standing.ts';
import { type Kept, keptIn } from './storage.ts';
import type { Traffic } from './traffic.ts';

export interface Bill {
  readonly since: string;
  readonly until: string;
  /** All lines, and what is there without an event for as long as that; storage, which grew meanwhile, is not in it. */
  readonly usd: number;
  readonly prices: { readonly region: string; readonly asOf: string };
  readonly traffic: {
    readonly requests: number;
    readonly events: number;
    readonly dues: number;
    /** Events per request. */
    readonly k: number;
    /** Events per user and batch: per profile read and written because of events. */
    readonly u: number;
    /** Requests that the worker is given at once. */
    readonly requestsPerBatch: number;
  };
  readonly lines: BillLines;
  /** Of what grows with use, and of nothing else; undefined before the first event. */
  readonly perMillionEvents:
    | {
        readonly usd: number;
        readonly byFunction: Readonly<Record<string, number>>;
        readonly byService: Readonly<Record<string, number>>;
      }
    | undefined;
  /** Of a month without an event. */
  readonly idlePerMonth: { readonly usd: number; readonly costs: readonly StandingCost[] };
  readonly kept: { readonly tables: readonly Kept[]; readonly lake: Kept };
  /** A month of a million people, extrapolated; undefined before the first event. */
  readonly perMillionUsers:
    | {
        readonly eventsPerUser: number;
        readonly usd: number;
        readonly events: number;
        readonly byClock: number;
        readonly idle: number;
        readonly tables: number;
        /** What each month of events adds to the lake's bill of every later month. */
        readonly lakeGrowth: number;
        /** Beside all this, at what came of this run's events. */
        readonly channels: number;
      }
    | undefined;
  readonly notes: readonly string[];
}

const MILLION = 1_000_000;
const EVENTS_PER_USER = 300;

const NOTES = [
  'Units are counted call by call. Time on a processor is measured, and differs a little from run to run.',
  `Lambda's duration is modelled: measured processor time at the share of a core that the memory buys, and for each call that is waited for ${Object.entries(
    ASSUMPTIONS.roundTripMs,
  )
    .map(([service, ms]) => `${service} ${ms}`)
    .join(', ')} ms.`,
  'Left out: starts of environments, data transfer, support, taxes; and what AWS gives for free at first.',
  'By the clock: sweeps that find nothing, objects that the lake closes each minute, and what workers read and write in ledger and definitions.',
];

export interface BillOptions {
  /** Milliseconds of the cloud's clock. */
  readonly since: number;
  /** Events that a person sends in a month; 300 unless given. */
  readonly eventsPerUser?: number;
}

/** What AWS would have billed since the meter began, and what that means for larger numbers. */
export function billOf(
  cloud: LocalCloud,
  traffic: Traffic,
  { since, eventsPerUser = EVENTS_PER_USER }: BillOptions,
): Bill {
  const { requests, events, visits, batches, dues } = traffic;
  const until = cloud.clock.now();
  const lines = billLines(cloud);
  const costs = standingCosts(cloud);
  const idle = sum(costs.map(({ usdPerMonth }) => usdPerMonth));
  const kept = keptIn(cloud);
  const perMillion = (some: readonly BillLine[]) => (sum(some.map(({ usd }) => usd)) / events) * MILLION;
  const people = Math.max(1, profilesIn(cloud));
  const month = () => {
    const scale = eventsPerUser;
    const parts = {
      events: perMillion(lines.byUse) * scale,
      byClock: until > since ? (sum(lines.byClock.map(({ usd }) => usd)) * MONTH) / (until - since) : 0,
      idle,
      tables: (sum(kept.tables.map(({ usdPerMonth }) => usdPerMonth)) / people) * MILLION,
    };
    return {
      eventsPerUser,
      usd: sum(Object.values(parts)),
      ...parts,
      lakeGrowth: (kept.lake.usdPerMonth / events) * MILLION * scale,
      channels: perMillion(lines.byChannel) * scale,
    };
  };
  return {
    since: iso(since),
    until: iso(until),
    usd:
      sum([...lines.byUse, ...lines.byClock, ...lines.byChannel].map(({ usd }) => usd)) +
      (idle * (until - since)) / MONTH,
    prices: { region: PRICES.region, asOf: PRICES.asOf },
    traffic: {
      ...{ requests, events, dues },
      k: ratio(events, requests),
      u: ratio(events, visits),
      requestsPerBatch: ratio(requests, batches),
    },
    lines,
    perMillionEvents:
      events === 0
        ? undefined
        : {
            usd: perMillion(lines.byUse),
            byFunction: parts(lines.byUse, (line) => line.function, perMillion),
            byService: parts(lines.byUse, ({ unit }) => unit.split('.')[0] ?? unit, perMillion),
          },
    idlePerMonth: { usd: idle, costs },
    kept,
    perMillionUsers: events === 0 ? undefined : month(),
    notes: [...NOTES, ...cloud.meter.unknownServices.map((service) => `NOT PRICED: calls to ${service}.`)],
  };
}

/** Sums by a name, the dearest first. */
function parts(
  lines: readonly BillLine[],
  nameOf: (line: BillLine) => string,
  priceOf: (lines: readonly BillLine[]) => number,
): Record<string, number> {
  const grouped = new Map<string, BillLine[]>();
  for (const line of lines) grouped.set(nameOf(line), [...(grouped.get(nameOf(line)) ?? []), line]);
  return Object.fromEntries(
    [...grouped].map(([name, group]) => [name, priceOf(group)] as const).sort(([, a], [, b]) => b - a),
  );
}

function profilesIn(cloud: LocalCloud): number {
  const table = cloud.resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::GlobalTable' && logicalId.startsWith('Profiles'),
  );
  return cloud.services.dynamodb.table(table?.ref ?? '')?.items.size ?? 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const ratio = (a: number, b: number): number => (b === 0 ? 0 : Math.round((a / b) * 100) / 100);
const iso = (at: number): string => new Date(at).toISOString();
