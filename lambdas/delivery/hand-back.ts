import { priorityOfRun } from '../../domain/delivery/journey-scope.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import { hashText } from '../../domain/hash.ts';
import { becameInput, deferredInput, type Input } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Queue } from '../adapters/queue.ts';
import type { SendOutcome } from '../adapters/send-ledger.ts';
import { isOfJourney, liveJourneyOf } from './journey-message.ts';
import type { LiveJourneys } from './live-journeys.ts';

export interface HandBackDependencies {
  readonly timers: Queue;
  readonly journeys: LiveJourneys;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whether the reducer has to hear that a message has ended so: that it is to be decided anew, or that a step wrote nothing. */
export const isHandedBack = (request: SendRequest, status: SendOutcome['status'] | 'claimed'): boolean =>
  status === 'deferred' || (isOfJourney(request) && UNSENT.includes(status));

const UNSENT: readonly string[] = ['withheld', 'refused', 'expired'];

/**
 * Hands a message that did not leave back to the reducer. Done twice it counts once. Rejects when the queue does not take
 * it: then the message has to come back to be handed over again, for nothing else knows of it.
 */
export async function handBack(
  dependencies: HandBackDependencies,
  request: SendRequest,
  status: SendOutcome['status'] | 'claimed',
): Promise<void> {
  const input = await inputOf(dependencies, request, status);
  const group = hashText(request.user);
  const refused = await dependencies.timers.send(encodeInputs([input]).map((body) => ({ body, group })));
  if (refused.length > 0) throw new Error('The timers queue did not take a message that was deferred or did not leave');
}

async function inputOf(
  { journeys, now }: HandBackDependencies,
  request: SendRequest,
  status: SendOutcome['status'] | 'claimed',
): Promise<Input> {
  const { user, decidedAt } = request;
  if (!isOfJourney(request)) return deferredInput(user, request, now());
  const { of } = request;
  if (status !== 'deferred')
    return becameInput(user, { at: now(), run: of.run, step: of.step, decidedAt, outcome: 'withheld' });
  const journey = await liveJourneyOf(journeys, request);
  const priority = journey && priorityOfRun(journey, of);
  return deferredInput(user, { ...request, ...(priority !== undefined && { priority }) }, now());
}
