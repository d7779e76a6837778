import { DAY } from '../../../calendar.ts';
import type { StepOf } from '../../../catalog/journey/step.ts';
import type { CompiledStep } from '../compile.ts';
import { type Draft, noteDown, noteOf, refOf } from '../draft.ts';
import type { Moment, Outcome } from '../moment.ts';
import { sooner } from './waits.ts';

/** By then whoever tells other systems has given up (ms). */
const ANSWERED_WITHIN = DAY;

/** Has another system told. She waits for its answer only where it makes a difference. */
export function call(
  at: CompiledStep,
  { next, failed }: StepOf<'webhook'> | StepOf<'handoff'>,
  draft: Draft,
  { now, by, effects }: Moment,
): Outcome {
  noteDown(draft, { step: at.id, at: now });
  effects.push({ kind: 'call', of: refOf(draft, at.id), at: now, by });
  return failed === undefined ? { to: next } : { stays: sooner(draft, now, now + ANSWERED_WITHIN) };
}

export function lookAtCall(
  { id }: CompiledStep,
  { next, failed = next }: StepOf<'webhook'> | StepOf<'handoff'>,
  { run }: Draft,
  { now }: Moment,
): Outcome {
  const { answered } = noteOf(run, id) ?? {};
  if (answered === 'taken') return { to: next, way: 'taken' };
  return answered === 'failed' || now >= run.until ? { to: failed, way: 'failed' } : { stays: run.until };
}
