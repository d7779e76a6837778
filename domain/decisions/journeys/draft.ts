import type { ExitReason, Run, RunRef, StepNote } from '../../state/run.ts';
import type { RunEffect } from '../effect.ts';
import type { CompiledJourney, CompiledVersion } from './compile.ts';

/** A run in the making: what becomes of it in one moment. */
export interface Draft {
  run: Run;
  readonly journey: CompiledJourney;
  /** The version she goes by. */
  version: CompiledVersion;
  /** Where she was before, by the version she goes by now. */
  readonly before: string | undefined;
  /** What took her in, in words, if it was in this moment. */
  readonly entered?: string | undefined;
  readonly passed: (readonly [step: string, way?: string])[];
  /** She has left in this moment. */
  left?: ExitReason | undefined;
  /** She goes by another version than she did, in which she was at this step: where she is has to be looked at anew. */
  movedFrom?: string | undefined;
  /** That other version. */
  movedOutOf?: number | undefined;
}

/** Made for each run with everything somebody does: property by property, since a spread costs more than all that follows. */
export const draftOf = (run: Run, journey: CompiledJourney, version: CompiledVersion, entered?: string): Draft => ({
  run,
  journey,
  version,
  before: run.step,
  entered,
  passed: [],
  left: undefined,
  movedFrom: undefined,
  movedOutOf: undefined,
});

/** She is in the journey, and not only looked at because she was. */
export const isIn = ({ run }: Draft): boolean => run.step !== undefined;

export const refOf = ({ run, journey, version }: Draft, step: string): RunRef => ({
  ...{ journey: journey.key, version: version.version, run: run.id, step },
  ...{ ...(run.key !== undefined && { keyed: true as const }), ...(run.group !== undefined && { group: run.group }) },
});

/** The note of the latest visit of a step. */
export const noteOf = ({ notes }: Run, step: string): StepNote | undefined => notes.find((note) => note.step === step);

/** Of loops, only the last visits are known; nobody branches on what was long before. */
const MOST_NOTES = 12;

/** Notes the latest visit of a step, in place of the one before. */
export function noteDown(draft: Draft, note: StepNote): void {
  const { run } = draft;
  const notes = [...run.notes.filter(({ step }) => step !== note.step), note].slice(-MOST_NOTES);
  draft.run = { ...run, notes };
}

/** Adds to what is known of a step's visit; of a step that is not known any more, nothing is noted. */
export function noteMore(draft: Draft, step: string, more: (note: StepNote) => StepNote): void {
  const { run } = draft;
  draft.run = { ...run, notes: run.notes.map((note) => (note.step === step ? more(note) : note)) };
}

/** What is told of it; undefined when nothing happened. */
export function runEffect(draft: Draft, at: number, by: string): RunEffect | undefined {
  const { run, journey, version, entered, passed, left } = draft;
  const from = placeBefore(draft);
  if (entered === undefined && passed.length === 0 && left === undefined && from === undefined) return undefined;
  return {
    ...{ kind: 'run', journey: journey.key, version: version.version, run: run.id, at, by },
    ...{ ...(run.group !== undefined && { group: run.group }), ...(entered !== undefined && { entered }) },
    ...{ ...(from && { from }), passed },
    ...{ ...(run.step !== undefined && { to: run.step }), ...(left !== undefined && { left }) },
  };
}

/** Where she was, as far as the steps she has passed do not say it. */
function placeBefore({ before, movedFrom, movedOutOf, passed, left }: Draft): RunEffect['from'] {
  if (movedFrom !== undefined) return { step: movedFrom, version: movedOutOf };
  return left !== undefined && passed.length === 0 && before !== undefined ? { step: before } : undefined;
}
