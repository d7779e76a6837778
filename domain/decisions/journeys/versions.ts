import type { Run } from '../../state/run.ts';
import type { CompiledJourney, CompiledVersion } from './compile.ts';
import { type Draft, draftOf } from './draft.ts';

/**
 * A run with the version it goes by. Who was in an older one when people were moved goes by the newer from then on, from the
 * step that was named for hers; a wait counts anew by what the newer one says, from when she came. Of a version that is not
 * kept any more, the newest has to do.
 */
export function intoItsVersion(run: Run, journey: CompiledJourney): Draft {
  const { versions, movedTo, newest, halted } = journey;
  const known = versions.get(run.version);
  if (run.step === undefined) return draftOf(run, journey, known ?? newest);
  // Where a journey stands still nobody is moved either: it is done when it goes on.
  if (halted?.how === 'paused') return draftOf(run, journey, known ?? newest);
  if (movedTo !== undefined && run.version < movedTo.version) return moved(run, journey, movedTo);
  return known === undefined ? moved(run, journey, newest) : draftOf(run, journey, known);
}

function moved(run: Run, journey: CompiledJourney, to: CompiledVersion): Draft {
  const step = to.moves?.[run.step as string] ?? (run.step as string);
  const draft = draftOf({ ...run, version: to.version, step }, journey, to);
  draft.movedFrom = run.step;
  draft.movedOutOf = run.version;
  return draft;
}
