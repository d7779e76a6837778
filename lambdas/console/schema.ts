import { personalNames } from '../../domain/events/masking.ts';
import { changeSettings, seenTrackNames } from '../../domain/events/tracking-plan/change-settings.ts';
import { viewPlan } from '../../domain/events/tracking-plan/view.ts';
import type { PlanSettingsStore } from '../adapters/plan-settings.ts';
import type { TrackingPlanReader } from '../adapters/tracking-plan.ts';
import { type HttpAnswer, type HttpEvent, json } from '../runtime/http.ts';
import { problem } from './answers.ts';

export interface SchemaDependencies {
  readonly plan: TrackingPlanReader;
  readonly settings: PlanSettingsStore;
}

/** `GET /api/schema`: the tracking plan as it has grown so far. */
export async function schema({ plan, settings }: SchemaDependencies): Promise<HttpAnswer> {
  const [{ seen, more }, current] = await Promise.all([plan.read(), settings.read()]);
  return json(200, viewPlan(seen, more, current, personalNames(current)));
}

/** `PUT /api/schema/settings`: replaces the fields it names, and answers all of them as they are then. */
export async function changePlanSettings(
  { plan, settings }: SchemaDependencies,
  event: HttpEvent,
): Promise<HttpAnswer> {
  const body = bodyOf(event);
  if (body === undefined) return problem(400, 'invalid_json', 'The body is not JSON.');
  const [{ seen }, current] = await Promise.all([plan.read(), settings.read()]);
  const changed = changeSettings(current, body, seenTrackNames(seen));
  if (changed.outcome === 'invalid') return problem(400, 'invalid_settings', changed.message);
  await settings.write(changed.settings);
  return json(200, changed.settings);
}

function bodyOf({ body = '', isBase64Encoded }: HttpEvent): unknown {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  } catch {
    return undefined;
  }
}
