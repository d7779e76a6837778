import { personalNames } from '../../../domain/events/personal-names.ts';
import type { PlanSettings } from '../../../domain/events/plan-settings.ts';
import { changeSettings, seenTrackNames } from '../../../domain/events/tracking-plan/change-settings.ts';
import { toForget } from '../../../domain/events/tracking-plan/forget.ts';
import { type PlanView, viewPlan } from '../../../domain/events/tracking-plan/view.ts';
import type { PlanSettingsStore } from '../../adapters/plan-settings.ts';
import type { TrackingPlanStore } from '../../adapters/tracking-plan.ts';
import { type Answer, type Done, ok, problem } from '../api/answer.ts';

export interface SchemaDependencies {
  readonly plan: TrackingPlanStore;
  readonly settings: PlanSettingsStore;
  readonly now: () => number;
}

/** The tracking plan as it has grown so far. */
export async function schema({ plan, settings, now }: SchemaDependencies): Promise<Done<200, PlanView>> {
  const [{ seen, more }, current] = await Promise.all([plan.read(now()), settings.read()]);
  return ok(viewPlan(seen, more, current, personalNames(current)));
}

/** Replaces the fields that `wished` names, and answers all of them as they are then. */
export async function changePlanSettings(
  { plan, settings, now }: SchemaDependencies,
  wished: object,
): Promise<Answer<200, PlanSettings>> {
  const [{ seen }, current] = await Promise.all([plan.read(now()), settings.read()]);
  const changed = changeSettings(current, wished, seenTrackNames(seen));
  if (changed.outcome === 'invalid') return problem(400, 'invalid_settings', changed.message);
  await settings.write(changed.settings);
  return ok(changed.settings, { before: { ...current }, after: { ...changed.settings } });
}

/** Names that somebody made up go, and whatever is sent again comes back. */
export async function forget(
  { plan, now }: SchemaDependencies,
  wished: object,
): Promise<Answer<200, { readonly forgotten: number }>> {
  const { seen } = await plan.read(now());
  const forgetting = toForget(seen, wished);
  if (forgetting.outcome === 'invalid') return problem(400, 'invalid_names', forgetting.message);
  await plan.forget(forgetting.entries);
  const forgotten = forgetting.entries.length;
  return ok({ forgotten }, { after: { forgotten } });
}
