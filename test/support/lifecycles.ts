import { DEFAULT_LIFECYCLE } from '../../domain/catalog/default-lifecycle.ts';
import type { LifecycleBody } from '../../domain/catalog/lifecycle.ts';

interface Thresholds {
  readonly churnedAfter?: string;
  readonly dormantAfter?: string;
  readonly returningFor?: string;
  readonly newFor?: string;
  readonly loyal?: { orders: number; ordersWithin: string; activeDays: number; activeWithin: string };
}

/** The default stages with other thresholds. */
export function defaultStagesWith({
  churnedAfter = 'P90D',
  dormantAfter = 'P30D',
  returningFor = 'P7D',
  newFor = 'P7D',
  loyal = { orders: 3, ordersWithin: 'P90D', activeDays: 12, activeWithin: 'P28D' },
}: Thresholds): LifecycleBody {
  const criteria: Record<string, LifecycleBody['stages'][number]['when']> = {
    churned: { any: [{ ended: true }, { activity: 'last', ago: { gte: churnedAfter } }] },
    dormant: { activity: 'last', ago: { gte: dormantAfter } },
    returning: { activity: 'return', ago: { lt: returningFor } },
    new: { activity: 'first', ago: { lt: newFor } },
    loyal: {
      any: [
        { purchases: { gte: loyal.orders }, within: loyal.ordersWithin },
        { activeDays: { gte: loyal.activeDays }, within: loyal.activeWithin },
      ],
    },
  };
  return {
    ...DEFAULT_LIFECYCLE,
    stages: DEFAULT_LIFECYCLE.stages.map((stage) => ({ ...stage, when: criteria[stage.name] ?? stage.when })),
  };
}
