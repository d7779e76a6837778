import type { JourneyCount } from './journey-counts.ts';

/** What was counted of one version of a journey, of those who get its messages or of those held out. */
export interface JourneyTotals {
  readonly entered: number;
  /** Those who are in it now. */
  readonly inside: number;
  /** From an older version into this one, and from this one into a newer. */
  readonly takenOver: number;
  readonly handedOver: number;
  readonly left: Counts;
  readonly converted: number;
  readonly revenue: Counts;
  readonly steps: Readonly<Record<string, StepTotals>>;
}

type Counts = Readonly<Record<string, number>>;

export interface StepTotals {
  readonly came: number;
  /** Those who are there now. */
  readonly waiting: number;
  /** How often each way out of it was taken; of a split and an experiment, the shares. */
  readonly ways: Counts;
  /** What is told of its messages: `sent`, `delivered`, `opened` … */
  readonly messages: Counts;
  /** By reason. */
  readonly withheld: Counts;
  /** Goals that were this step's message's doing. */
  readonly converted: number;
  /** By currency, in its units. */
  readonly revenue: Counts;
  /** Of a split and an experiment, by share: who went by it and reached the goal. */
  readonly shares: Readonly<Record<string, { readonly converted: number; readonly revenue: Counts }>>;
}

const MILLION = 1_000_000;

/** Reads what was stored under the names that `JourneyCount` says. What it does not know is left out. */
export function totalsOf(stored: JourneyCount['adds']): JourneyTotals {
  const all = Object.entries(stored);
  const steps = new Set(all.flatMap(([name]) => /^(?:at|share)\/([^/]+)\//.exec(name)?.[1] ?? []));
  const { taken, left, revenue } = journeyPart(all);
  const [entered, takenOver, handedOver] = [taken('entered'), taken('taken-over'), taken('handed-over')];
  return {
    ...{ entered, takenOver, handedOver, left, revenue, converted: taken('converted') },
    inside: entered + takenOver - handedOver - sum(left),
    steps: Object.fromEntries([...steps].map((step) => [step, stepTotals(below(all, `at/${step}/`), step, all)])),
  };
}

type Entries = readonly (readonly [string, number])[];

const journeyPart = (all: Entries) => ({
  taken: (name: string) => all.find(([one]) => one === name)?.[1] ?? 0,
  left: Object.fromEntries(below(all, 'left/')),
  revenue: moneyIn(all),
});

const below = (all: Entries, prefix: string): Entries =>
  all.flatMap(([name, count]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), count] as const] : []));

const moneyIn = (all: Entries): Counts =>
  Object.fromEntries(below(all, 'revenue/').map(([currency, micros]) => [currency, micros / MILLION]));

const sum = (counts: Counts): number => Object.values(counts).reduce((total, count) => total + count, 0);

function stepTotals(own: Entries, step: string, all: Entries): StepTotals {
  const of = Object.fromEntries(own);
  const { came = 0, gone = 0, converted = 0 } = of;
  const shares = below(all, `share/${step}/`);
  const names = new Set(shares.map(([name]) => name.split('/')[0] ?? ''));
  return {
    ...{ came, waiting: came - gone, ways: Object.fromEntries(below(own, 'way/')) },
    messages: Object.fromEntries(own.filter(([name]) => !OF_STEPS.has(name) && !name.includes('/'))),
    ...{ withheld: Object.fromEntries(below(own, 'withheld/')), converted, revenue: moneyIn(own) },
    shares: Object.fromEntries(
      [...names].map((name) => {
        const share = below(shares, `${name}/`);
        return [name, { converted: Object.fromEntries(share).converted ?? 0, revenue: moneyIn(share) }];
      }),
    ),
  };
}

const OF_STEPS: ReadonlySet<string> = new Set(['came', 'gone', 'converted']);
