import type { StepOf } from '../../../catalog/journey/step.ts';
import { MESSAGE_OUTCOMES, type MessageOutcome, type StepNote } from '../../../state/run.ts';
import { type Candidate, MIDDLING } from '../../waiting.ts';
import type { CompiledStep } from '../compile.ts';
import { type Draft, noteDown, noteMore, refOf } from '../draft.ts';
import type { Moment, Outcome } from '../moment.ts';

/** What a message step wants to send, or why it has nothing to send. */
export type Wanted =
  | { readonly outcome: 'candidate'; readonly candidate: Candidate }
  | { readonly outcome: 'withheld'; readonly reason: string; readonly message: string; readonly channel: 'email' };

/** The message of the step at which somebody is. It counts as decided when she came there. */
export function wantedAt(at: CompiledStep, step: StepOf<'message'>, draft: Draft, { by, journeys }: Moment): Wanted {
  const { run, version } = draft;
  const place = step.send.findIndex(({ channel }) => channel === 'email');
  const way = step.send[place];
  const [first] = step.send;
  const none = { message: first?.template ?? '', channel: 'email' } as const;
  // Other channels come with later releases; until then they reach nobody.
  if (way === undefined) return { outcome: 'withheld', reason: `${first?.channel} is not set up`, ...none };
  const template = journeys.templates.get(way.template);
  const isTransactional = (step.class ?? template?.class) === 'transactional';
  const ref = { message: way.template, channel: 'email' } as const;
  if (run.group === 'holdout' && !isTransactional) return { outcome: 'withheld', reason: 'holdout', ...ref };
  const { since } = run;
  return {
    outcome: 'candidate',
    candidate: {
      message: {
        ...{ ...ref, ...(template?.topic !== undefined && { topic: template.topic }) },
        priority: step.priority ?? version.body.priority ?? MIDDLING,
        ...{ decidedAt: since, notAfter: since + at.length, until: since, reason: '', by },
        of: refOf(draft, at.id),
      },
      ...(isTransactional && { class: 'transactional' as const }),
    },
  };
}

/** What becomes of her when it was said whether the message goes. */
export function afterMessage(
  { id }: CompiledStep,
  { next, withheld = next }: StepOf<'message'>,
  draft: Draft,
  outcome: 'sent' | 'withheld',
  now: number,
): Outcome {
  noteDown(draft, { step: id, at: now, became: [outcome] });
  // Who is held out goes the way of those who got it: only the message is missing.
  const to = outcome === 'withheld' && draft.run.group !== 'holdout' ? withheld : next;
  return { to, way: outcome };
}

/**
 * Notes what has become of a message she was sent; what did not leave after all was not sent. Of what an earlier visit of the
 * step wrote, nobody asks any more.
 * @param decidedAt when the message was decided (ms); undefined: nobody knows, and it counts as the latest
 */
export function noteBecame(draft: Draft, step: string, became: MessageOutcome, decidedAt: number | undefined): void {
  noteMore(draft, step, (note) => {
    if (note.became === undefined || note.became.includes(became) || !isAbout(note, decidedAt)) return note;
    const known = became === 'withheld' ? note.became.filter((one) => one !== 'sent') : note.became;
    // In the order of what can be, whatever came first: so they stand in what is stored.
    return { ...note, became: MESSAGE_OUTCOMES.filter((one) => one === became || known.includes(one)) };
  });
}

/** Whether a message that was decided then is the one of this visit. */
export const isAbout = ({ at }: StepNote, decidedAt: number | undefined): boolean =>
  decidedAt === undefined || decidedAt === at;

/** A message that had come back leaves after all: what is told of it from now on names this time. */
export function noteSentLater(draft: Draft, step: string, decidedAt: number, now: number): void {
  noteMore(draft, step, (note) =>
    note.became !== undefined && isAbout(note, decidedAt) ? { ...note, at: now } : note,
  );
}
