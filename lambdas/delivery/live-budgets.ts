import { SECOND } from '../../domain/calendar.ts';
import type { Budget } from '../../domain/delivery/budget.ts';
import type { Budgets } from '../adapters/budgets.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** What may go of the messages of one batch. */
export interface Permits {
  /** Whether one more may. Rejects when nobody can tell. */
  take(): Promise<boolean>;
  /** One that was taken was not used. */
  giveBack(): void;
  /** Nothing more is taken: what was not used goes back. If it cannot, it is wasted. */
  end(): Promise<void>;
}

export interface LiveBudgetsDependencies {
  readonly budgets: Pick<Budgets, 'list' | 'take' | 'giveBack'>;
  readonly now: () => number;
  readonly log: Log;
}

const READ_EVERY = 10 * SECOND;

/**
 * Counts marketing against the budgets of this stage, before it is sent: with one write for each budget and batch, so that
 * no more than what is allowed ever goes, however many workers there are. @param channel whose budgets
 */
export function liveBudgets({ budgets, now, log }: LiveBudgetsDependencies, channel: string) {
  let known: readonly Budget[] = [];
  let readAgainAt = Number.NEGATIVE_INFINITY;

  async function current(): Promise<readonly Budget[]> {
    if (now() < readAgainAt) return known;
    known = await budgets.list(channel);
    readAgainAt = now() + READ_EVERY;
    return known;
  }

  /** Of all that bound the channel, the one with the least room says how many. */
  async function takeAll(of: number, at: number) {
    const takings: { readonly budget: Budget; readonly taken: number }[] = [];
    for (const budget of await current()) {
      const taken = await budgets.take(budget, Math.min(of, ...takings.map((one) => one.taken)), at);
      takings.push({ budget, taken });
      if (taken < of) log('budget-reached', { budget: budget.name });
    }
    return { takings, granted: Math.min(of, ...takings.map(({ taken }) => taken)) };
  }

  return (of: number): Permits => {
    const at = now();
    let taking: ReturnType<typeof takeAll> | undefined;
    let used = 0;
    return {
      async take() {
        taking ??= takeAll(of, at);
        const { granted } = await taking;
        if (used >= granted) return false;
        used++;
        return true;
      },
      giveBack() {
        used--;
      },
      async end() {
        try {
          const { takings = [] } = (await taking) ?? {};
          for (const { budget, taken } of takings) await budgets.giveBack(budget, taken - used, at);
        } catch (error) {
          log('budgets-unreadable', { error: errorName(error) });
        }
      },
    };
  };
}
