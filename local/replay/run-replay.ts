import { DAY, HOUR, startOfDay } from '../../domain/calendar.ts';
import { postAll } from '../events-client.ts';
import type { LocalPerennial } from '../perennial.ts';
import type { Progress } from '../progress.ts';
import type { Purchase } from './purchase-log.ts';

export interface ReplaySummary {
  readonly people: number;
  readonly events: number;
  readonly stages: Readonly<Record<string, number>>;
  /** How often people moved from one stage to another, as "from→to". */
  readonly transitions: Readonly<Record<string, number>>;
  /** Due inputs processed. */
  readonly due: number;
  readonly seconds: number;
}

/** Purchases happen at noon, and the replay ends this long after midnight: what midnight brings is spread over an hour. */
const NOON = 12 * HOUR;
const END = 2 * HOUR;

export const firstMomentOf = (purchases: readonly Purchase[]): number => startOfDay((purchases[0] as Purchase).day);

/**
 * Lives a purchase log through the HTTP endpoint: each row is an `Order Completed` at noon of its day, and the days
 * between pass by. Rows on or after the day it ends on are not lived.
 *
 * @param perennial one whose clock starts with the log's first day
 * @param until the day (days since 1970) at whose 02:00Z to end
 */
export async function runReplay(
  perennial: LocalPerennial,
  purchases: readonly Purchase[],
  until: number,
  progress: Progress,
): Promise<ReplaySummary> {
  const startedAt = performance.now();
  const transitions = new Map<string, number>();
  const seen = new Set<string>();
  perennial.onStageChanged(({ id, from, to }) => {
    // The bus delivers at least once. Entering the first stage is a beginning, not a change.
    if (from === null || seen.has(id)) return;
    seen.add(id);
    transitions.set(`${from}→${to}`, (transitions.get(`${from}→${to}`) ?? 0) + 1);
  });

  const lived = purchases.filter(({ day }) => day < until);
  const first = firstMomentOf(purchases);
  const end = startOfDay(until) + END;
  for (const rows of byDay(lived)) {
    const noon = startOfDay((rows[0] as Purchase).day) + NOON;
    await perennial.advanceTo(noon);
    await postAll(
      perennial.url,
      perennial.serverKey,
      rows.map((row) => orderOf(row, noon)),
    );
    await perennial.settle();
    progress.show(
      (noon - first) / (end - first),
      () => `${new Date(noon).toISOString().slice(0, 10)} · ${perennial.overview().people} people`,
    );
  }
  for (let day = perennial.now() + 7 * DAY; day < end; day += 7 * DAY) {
    await perennial.advanceTo(day);
    progress.show((day - first) / (end - first), () => new Date(day).toISOString().slice(0, 10));
  }
  await perennial.advanceTo(end);
  await perennial.settle();
  progress.done();

  const { people, stages } = perennial.overview();
  return {
    people,
    events: lived.length,
    stages: Object.fromEntries(stages.map(({ name, count }) => [name, count])),
    transitions: Object.fromEntries([...transitions].sort(([, a], [, b]) => b - a)),
    due: perennial.dueInputsProcessed,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
}

/** One message id per line: real logs have identical rows that are different orders. */
const orderOf = ({ line, customer, spend }: Purchase, at: number) => ({
  type: 'track',
  event: 'Order Completed',
  userId: customer,
  messageId: `row-${line}`,
  timestamp: new Date(at).toISOString(),
  properties: { order_id: `row-${line}`, ...(spend !== undefined && { revenue: spend, currency: 'USD' }) },
});

function byDay(purchases: readonly Purchase[]): Purchase[][] {
  const days = new Map<number, Purchase[]>();
  for (const purchase of purchases) {
    const rows = days.get(purchase.day) ?? [];
    rows.push(purchase);
    days.set(purchase.day, rows);
  }
  return [...days.values()];
}
