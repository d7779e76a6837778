import type { About } from '../../domain/delivery/email/person-scope.ts';
import { aboutRun, runOf, stepOfRun } from '../../domain/delivery/journey-scope.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { LiveJourneys } from './live-journeys.ts';
import type { MessageKind } from './live-rules.ts';

/** A message that a step of a journey writes. */
export interface OfJourney extends Pick<SendRequest, 'decidedAt'> {
  readonly of: NonNullable<SendRequest['of']>;
}

export const isOfJourney = <Request extends SendRequest>(request: Request): request is Request & OfJourney =>
  request.of !== undefined;

/** What a message of a journey is about, or why it does not go any more: in the reducer's words, so that one question has one answer. */
export type JourneyMessage =
  | { readonly outcome: 'goes'; readonly about: About }
  | { readonly outcome: 'withheld'; readonly reason: string };

const withheld = (reason: string): JourneyMessage => ({ outcome: 'withheld', reason });

/**
 * Looks at where she is now: who has bought since gets no reminder, also when it was on its way by then. What people wait for
 * goes all the same, unless somebody has stopped the journey. Rejects when nobody can tell what is published.
 */
export async function journeyMessage(
  journeys: LiveJourneys,
  { of, decidedAt }: OfJourney,
  profile: Profile,
  kind: MessageKind,
): Promise<JourneyMessage> {
  const journey = await liveJourneyOf(journeys, { of, decidedAt });
  if (journey === undefined) return withheld('the journey is not published any more');
  if (journey.halted?.how === 'stopped') return withheld('the journey was stopped');
  // Runs are kept for as long as a message of theirs may be sent: it is gone by a merge, or was never hers.
  const run = runOf(profile, of);
  if (run === undefined) return withheld('she is not in the journey any more');
  const { left } = run;
  const isOver = left === 'stopped' || (left !== undefined && left !== 'finished' && kind.class === 'marketing');
  if (isOver) return withheld('she has left the journey');
  const step = stepOfRun(journey, of);
  if (step?.type !== 'message') return withheld('the journey has no such message any more');
  return { outcome: 'goes', about: { ...aboutRun(run, of), data: step.data } };
}

/** Whether the journey stands still: its messages wait where they are until it goes on, or until they come too late. */
export const isPaused = async (journeys: LiveJourneys, request: OfJourney): Promise<boolean> =>
  (await liveJourneyOf(journeys, request))?.halted?.how === 'paused';

export const liveJourneyOf = (journeys: LiveJourneys, { of: { journey, version }, decidedAt }: OfJourney) =>
  journeys.find(journey, { version, at: decidedAt });
