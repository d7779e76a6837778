import { personalNames } from '../../domain/events/personal-names.ts';
import { changeSettings, seenTrackNames } from '../../domain/events/tracking-plan/change-settings.ts';
import { toForget } from '../../domain/events/tracking-plan/forget.ts';
import { viewPlan } from '../../domain/events/tracking-plan/view.ts';
import type { PlanSettingsStore } from '../adapters/plan-settings.ts';
import type { TrackingPlanStore } from '../adapters/tracking-plan.ts';
import { type HttpAnswer, type HttpEvent, json } from '../runtime/http.ts';
import { problem } from './answers.ts';
import { invalidJson, jsonBodyOf } from './json-body.ts';

export interface SchemaDependencies {
  readonly plan: TrackingPlanStore;
  readonly settings: PlanSettingsStore;
  readonly now: () => number;
}

/** `GET /api/schema`: the tracking plan as it has grown so far. */
export async function schema({ plan, settings, now }: SchemaDependencies): Promise<HttpAnswer> {
  const [{ seen, more }, current] = await Promise.all([plan.read(now()), settings.read()]);
  return json(200, viewPlan(seen, more, current, personalNames(current)));
}

/** `PUT /api/schema/settings`: replaces the fields it names, and answers all of them as they are then. */
export async function changePlanSettings(
  { plan, settings, now }: SchemaDependencies,
  event: HttpEvent,
): Promise<HttpAnswer> {
  const body = jsonBodyOf(event);
  if (body === undefined) return invalidJson;
  const [{ seen }, current] = await Promise.all([plan.read(now()), settings.read()]);
  const changed = changeSettings(current, body, seenTrackNames(seen));
  if (changed.outcome === 'invalid') return problem(400, 'invalid_settings', changed.message);
  await settings.write(changed.settings);
  return json(200, changed.settings);
}

/** `POST /api/schema/forget`: names that somebody made up go, and whatever is sent again comes back. */
export async function forget({ plan, now }: SchemaDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const body = jsonBodyOf(event);
  if (body === undefined) return invalidJson;
  const { seen } = await plan.read(now());
  const forgetting = toForget(seen, body);
  if (forgetting.outcome === 'invalid') return problem(400, 'invalid_names', forgetting.message);
  await plan.forget(forgetting.entries);
  return json(200, { forgotten: forgetting.entries.length });
}
