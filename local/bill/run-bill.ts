import { DAY, startOfDay } from '../../domain/calendar.ts';
import { LocalPerennial } from '../perennial.ts';
import type { Progress } from '../progress.ts';
import type { Bill } from './bill.ts';
import { Commits, type CommitUnits } from './commits.ts';
import { type Load, liveUnderLoad } from './load.ts';

/** A shop of which some hundred people live eight weeks and then three more that count. */
export const LOAD: Load = { k: 20, u: 20, together: 10, people: 100, daysBefore: 56, days: 21 };

export interface MeasuredBill {
  readonly bill: Bill;
  readonly commits: CommitUnits;
}

/** Lives a load on a fresh local cloud and tells what AWS would bill for the days that count. */
export async function measureBill(load: Load, progress: Progress, assembly?: string): Promise<MeasuredBill> {
  const perennial = await LocalPerennial.start({
    startAt: startOfDay(OPENING),
    ticking: false,
    port: 0,
    ...(assembly !== undefined && { assembly }),
  });
  try {
    const commits = new Commits(perennial);
    const begin = () => {
      perennial.beginBill();
      commits.reset();
    };
    await liveUnderLoad(perennial, load, begin, progress);
    return { bill: perennial.bill(), commits: commits.units() };
  } finally {
    await perennial.stop();
  }
}

/** Days since 1970; any will do, but the same each time. */
const OPENING = Date.parse('2026-03-02T00:00:00Z') / DAY;
