import type { CommitUnits } from '../local/bill/commits.ts';
import { LOAD, measureBill } from '../local/bill/run-bill.ts';
import { progressOn } from '../local/progress.ts';

export interface BillFigures {
  /** Of what grows with use, the timeline included and messages to people not. */
  readonly usdPerMillionEvents: number;
  /** Events per request, events per user and batch, and requests per batch, as they were measured. */
  readonly k: number;
  readonly u: number;
  readonly requestsPerBatch: number;
  readonly perCommit: CommitUnits;
  readonly usdIdlePerMonth: number;
  readonly usdPerMillionUsersPerMonth: number | undefined;
}

/** What AWS would bill for people with eight weeks behind them: the load of `npm run bill`. */
export async function billFigures(assembly: string): Promise<BillFigures> {
  const { bill, commits } = await measureBill(LOAD, progressOn(process.stderr), assembly);
  const { k, u, requestsPerBatch } = bill.traffic;
  return {
    usdPerMillionEvents: cents(bill.perMillionEvents?.usd ?? Number.NaN),
    ...{ k, u, requestsPerBatch },
    perCommit: commits,
    usdIdlePerMonth: cents(bill.idlePerMonth.usd),
    usdPerMillionUsersPerMonth: bill.perMillionUsers && cents(bill.perMillionUsers.usd),
  };
}

/** To a hundredth of a cent. */
const cents = (usd: number) => Math.round(usd * 10_000) / 10_000;
