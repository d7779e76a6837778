import type { QuestionOf } from '../catalog/expression.ts';
import type { LifecycleBody } from '../catalog/lifecycle.ts';
import type { Profile } from '../state/profile.ts';
import { lastSeen } from '../state/seen.ts';
import { holdingEnd } from '../state/signals.ts';
import type { Stage } from '../state/stage.ts';
import { isKnown } from '../state/user-key.ts';
import type { Zone } from '../zone.ts';
import { compileExpression } from './expressions/compile.ts';
import type { CompileContext } from './expressions/context.ts';
import { type Explain, explainer, habitOf, lastSeenOf } from './expressions/explain.ts';
import { questionsOf } from './expressions/references.ts';
import { type Answer, type Case, firstMatch } from './horizon.ts';

/** A lifecycle in the form in which it is asked: the stages in their order, the first that holds is the person's. */
export interface CompiledLifecycle {
  readonly cases: readonly Case<Stage, Profile>[];
  readonly otherwise: Stage;
  /** Those that the next activity ends with a return. */
  readonly away: ReadonlySet<Stage>;
  readonly reasons: ReadonlyMap<Stage, Explain>;
  /** What is told of somebody who is in none of the stages that have a criterion. */
  readonly habits: Explain;
}

export function compileLifecycle({ stages, otherwise }: LifecycleBody, context: CompileContext): CompiledLifecycle {
  return {
    cases: stages.map(({ name, when }) => ({ value: name, when: compileExpression(when, context) })),
    otherwise,
    away: new Set(stages.flatMap(({ name, away }) => (away === true ? [name] : []))),
    reasons: new Map(stages.map(({ name, when }) => [name, explainer(when, context)])),
    habits: habitsIn(stages, context.zone),
  };
}

/** Whoever was loyal yesterday is asked about today: what she lacks for the other stages stands in the numbers. */
function habitsIn(stages: LifecycleBody['stages'], zone: Zone): Explain {
  const questions = stages.flatMap(({ when }) => questionsOf(when));
  const asked: (QuestionOf<'activeDays'> | QuestionOf<'purchases'>)[] = [];
  const comes = questions.find((question) => 'activeDays' in question);
  const buys = questions.find((question) => 'purchases' in question);
  if (comes !== undefined && 'activeDays' in comes) asked.push(comes);
  if (buys !== undefined && 'purchases' in buys) asked.push(buys);
  return (profile, now) => asked.map((question) => habitOf(question, profile, now, zone)).join(', ');
}

/**
 * The stage of a profile at `now` (ms) and until when it stays if nothing comes in. Undefined for an anonymous profile,
 * since stages are of people, and for somebody of whom nothing says when she was there (imported, without a past).
 *
 * @param enough a moment (ms) beyond which nobody asks how long it stays: until then at least, is answered then
 */
export function stageOf(
  profile: Profile,
  { cases, otherwise }: CompiledLifecycle,
  now: number,
  enough = Number.POSITIVE_INFINITY,
): Answer<Stage> | undefined {
  if (!isKnown(profile.key)) return undefined;
  if (lastSeen(profile) === undefined && holdingEnd(profile) === undefined) return undefined;
  return firstMatch(cases, otherwise, profile, now, enough);
}

/** Whether a stage is one that the next activity ends with a return. */
export const isAway = ({ away }: CompiledLifecycle, stage: Stage | undefined): boolean =>
  stage !== undefined && away.has(stage);

/** One sentence for the person who asks why somebody is in the stage she is in. */
export function reasonFor(
  stage: Stage,
  profile: Profile,
  { otherwise, reasons, habits }: CompiledLifecycle,
  zone: Zone,
  now: number,
): string {
  if (stage !== otherwise) return reasons.get(stage)?.(profile, now) ?? `as ${stage} is defined`;
  return [lastSeenOf(profile, zone), habits(profile, now)].filter((words) => words).join('; ');
}
