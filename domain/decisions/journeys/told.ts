import type { Input } from '../../state/input.ts';
import { type Draft, noteMore } from './draft.ts';
import { leave } from './leave.ts';
import type { Moment } from './moment.ts';
import { noteBecame } from './steps/message.ts';

/** Notes on a run what others tell of it: what became of a message, whether a system has answered, that she is taken out. */
export function noteTold(draft: Draft, input: Input, moment: Moment): void {
  const { run, journey } = draft;
  if (input.kind === 'taken-out' && input.journey === journey.key) leave(draft, 'stopped', moment);
  if (input.kind === 'became' && input.run === run.id) noteBecame(draft, input.step, input.outcome);
  if (input.kind === 'answered' && input.run === run.id)
    noteMore(draft, input.step, (note) => ({ ...note, answered: note.answered ?? input.answered }));
}
