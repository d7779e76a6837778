import { z } from '@hono/zod-openapi';
import { type Budget, leftOf, type Spent, spentAt } from '../../../domain/delivery/budget.ts';
import { type Hold, type Holdable, holdOver, MESSAGE_CLASSES } from '../../../domain/delivery/hold.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { BudgetReader } from '../../adapters/budgets.ts';
import type { Holds } from '../../adapters/holds.ts';
import type { ReceiptCountsReader } from '../../adapters/receipt-counts.ts';
import { type Answer, type Done, ok, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';
import { holdSchema, viewHold } from './hold-view.ts';

export interface DeliveryDependencies {
  readonly holds: Holds;
  readonly budgets: BudgetReader;
  readonly receiptCounts: ReceiptCountsReader;
  /** Whose days and months budgets count. */
  readonly zone: Zone;
  readonly now: () => number;
}

export const deliverySchema = z.object({
  channels: z.array(
    z.object({
      channel: z.literal('email'),
      classes: z.array(
        z.object({
          class: z.enum(MESSAGE_CLASSES),
          sending: z.boolean(),
          held: holdSchema.nullable(),
        }),
      ),
    }),
  ),
  budgets: z
    .array(
      z.object({
        name: z.string(),
        perDay: z.int().nullable(),
        today: z.int().meta({ description: 'Marketing messages that have gone today, in the project’s zone' }),
        perMonth: z.int().nullable(),
        thisMonth: z.int(),
        reached: z.boolean().meta({ description: 'Whether marketing waits until its day or month ends' }),
      }),
    )
    .meta({ description: 'Budgets of this stage that bound email' }),
});
type Delivery = Shown<typeof deliverySchema>;

export const heldSchema = z.object({ held: holdSchema });

/** What is sent now, and what is held, since when and by whom. */
export async function showDelivery({ holds, budgets, zone, now }: DeliveryDependencies): Promise<Done<200, Delivery>> {
  const [held, bounds, spent] = await Promise.all([holds.list(), budgets.list('email'), budgets.spent()]);
  const classes = MESSAGE_CLASSES.map((of) => {
    const hold = holdOver(held, of);
    return { class: of, sending: hold === undefined, held: hold ? viewHold(hold) : null };
  });
  return ok({
    channels: [{ channel: 'email' as const, classes }],
    budgets: bounds.map((budget) => shownBudget(budget, spentAt(spent.get(budget.name), now(), zone))),
  });
}

/** Holds a channel or one class of it: within ten seconds nothing of it is sent any more, and nothing is lost. */
export async function holdDelivery(
  { holds, now }: DeliveryDependencies,
  what: Holdable,
  by: string,
  reason: string,
): Promise<Answer<200, Shown<typeof heldSchema>>> {
  const hold: Hold = { what, since: now(), by, reason };
  if (!(await holds.hold(hold))) return problem(409, 'held_already', `${what} is held already; resume it first.`);
  return ok({ held: viewHold(hold) }, { after: { by, reason } });
}

/** Lets it go on; what waits leaves within 15 minutes, as far as it is not too late. */
export async function resumeDelivery(
  { holds }: Pick<DeliveryDependencies, 'holds'>,
  what: Holdable,
): Promise<Answer<200, { readonly resumed: true }>> {
  const held = await holds.list();
  const before = held.find((hold) => hold.what === what);
  if (!(await holds.resume(what))) {
    const others = held.map((hold) => hold.what).filter((one) => one !== what);
    const hint = others.length === 0 ? 'Nothing is.' : `Held is ${others.join(' and ')}.`;
    return problem(409, 'not_held', `${what} is not held. ${hint}`);
  }
  return ok({ resumed: true }, before && { before: { by: before.by, reason: before.reason } });
}

const shownBudget = (budget: Budget, spent: Spent) => ({
  name: budget.name,
  perDay: budget.perDay ?? null,
  today: spent.today,
  perMonth: budget.perMonth ?? null,
  thisMonth: spent.thisMonth,
  reached: leftOf(budget, spent, 1) === 0,
});
