import { DEFAULT_PLAN, type Plan } from '../domain/decisions/plan.ts';

/** What a project of some size has decided: the plan under which the size of profiles is measured. */
export const benchPlan = (): Plan => DEFAULT_PLAN;
