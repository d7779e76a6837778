/**
 * The lifecycle once more, straight from a list of purchases and in the words of its definition: days and loops, nothing
 * of the product's own code. What the product says of people must be what this says.
 */
import type { Purchase } from '../../local/replay/purchase-log.ts';

const DAY = 86_400_000;

/** The stage of a customer whose purchases, each at noon of its day, are given; at `now` (ms). Undefined before the first. */
function stageOfBuyer(purchaseDays: readonly number[], now: number): string | undefined {
  const times = purchaseDays.map((day) => day * DAY + DAY / 2).filter((time) => time <= now);
  times.sort((a, b) => a - b);
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const today = Math.floor(now / DAY);
  const activeDays = [...new Set(times.map((time) => Math.floor(time / DAY)))];

  if (now - last >= 90 * DAY) return 'churned';
  if (now - last >= 30 * DAY) return 'dormant';

  const returns = times.filter((time, i) => i > 0 && time - (times[i - 1] as number) >= 30 * DAY);
  const returned = returns.at(-1);
  if (returned !== undefined && now < returned + 7 * DAY) return 'returning';
  if (now < first + 7 * DAY) return 'new';

  const lastDay = activeDays.at(-1) as number;
  const recent = activeDays.filter((day) => day > lastDay - 90);
  const gaps = recent.slice(1).map((day, i) => day - (recent[i] as number));
  gaps.sort((a, b) => a - b);
  const usual = gaps[Math.floor((gaps.length - 1) / 2)] as number;
  const tolerated = gaps.length < 3 ? 21 : Math.max(7, 3 * usual);
  if (now - last > tolerated * DAY) return 'at-risk';

  const orders = times.filter((time) => Math.floor(time / DAY) > today - 90).length;
  const days = activeDays.filter((day) => day > today - 28).length;
  return orders >= 3 || days >= 12 ? 'loyal' : 'active';
}

/** People per stage at `now`, over a whole purchase log. */
export function stagesOfBuyers(purchases: readonly Purchase[], now: number): Record<string, number> {
  const daysOf = new Map<string, number[]>();
  for (const { customer, day } of purchases) daysOf.set(customer, [...(daysOf.get(customer) ?? []), day]);
  const stages: Record<string, number> = {};
  for (const days of daysOf.values()) {
    const stage = stageOfBuyer(days, now);
    if (stage !== undefined) stages[stage] = (stages[stage] ?? 0) + 1;
  }
  return stages;
}
