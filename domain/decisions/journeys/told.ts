import type { BecameInput, Input } from '../../state/input.ts';
import { type Draft, noteMore, noteOf, refOf } from './draft.ts';
import { leave } from './leave.ts';
import type { Moment } from './moment.ts';
import { isAbout, noteBecame } from './steps/message.ts';

/** Notes on a run what others tell of it: what became of a message, whether a system has answered, that she is taken out. */
export function noteTold(draft: Draft, input: Input, moment: Moment): void {
  const { run, journey } = draft;
  if (input.kind === 'taken-out' && input.journey === journey.key) leave(draft, 'stopped', moment);
  if (input.kind === 'became' && input.run === run.id) {
    if (input.outcome === 'withheld') tellUnsent(draft, input, moment);
    noteBecame(draft, input.step, input.outcome, input.decidedAt);
  }
  if (input.kind === 'answered' && input.run === run.id)
    noteMore(draft, input.step, (note) => ({ ...note, answered: note.answered ?? input.answered }));
}

/** Why it did not leave, its claim says. */
export const DID_NOT_LEAVE = 'it did not leave';

/** A message that was decided, and counted as such, was withheld after all. */
function tellUnsent(draft: Draft, { step, decidedAt }: BecameInput, { now, by, effects }: Moment): void {
  const written = draft.version.steps.get(step)?.step;
  const note = noteOf(draft.run, step);
  if (written?.type !== 'message' || note?.became === undefined) return;
  // Of an earlier visit this is the first and only word: what has come twice is no input any more.
  const isLatest = isAbout(note, decidedAt);
  if (isLatest && (!note.became.includes('sent') || note.became.includes('withheld'))) return;
  const message = written.send.find(({ channel }) => channel === 'email')?.template ?? '';
  const of = refOf(draft, step);
  effects.push({ kind: 'withheld', message, channel: 'email', reason: DID_NOT_LEAVE, at: now, by, of });
}
