import type { MessageOutcome } from '../../../state/run.ts';
import { type Draft, noteOf } from '../draft.ts';

/** What each outcome of a message says of what was before it: who has clicked has opened. */
const IMPLIED: Partial<Record<MessageOutcome, readonly MessageOutcome[]>> = {
  sent: ['delivered', 'opened', 'clicked', 'bounced', 'complained'],
  delivered: ['opened', 'clicked', 'complained'],
  opened: ['clicked'],
};

/** Whether it has become of the message of a step when she was there last. */
export function hasBecome(
  { run }: Draft,
  { step, was }: { readonly step: string; readonly was: MessageOutcome },
): boolean {
  const became = noteOf(run, step)?.became ?? [];
  return became.some((outcome) => outcome === was || IMPLIED[was]?.includes(outcome));
}
