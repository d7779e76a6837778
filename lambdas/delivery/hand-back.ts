import type { SendRequest } from '../../domain/delivery/send-request.ts';
import { hashText } from '../../domain/hash.ts';
import { deferredInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Queue } from '../adapters/queue.ts';

export interface HandBackDependencies {
  readonly timers: Queue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Hands a message that was deferred back to the reducer. Done twice it counts once. Rejects when the queue does not take
 * it: then the message has to come back to be handed over again, for nothing else knows of it.
 */
export async function handBack({ timers, now }: HandBackDependencies, request: SendRequest): Promise<void> {
  const { user } = request;
  const bodies = encodeInputs([deferredInput(user, request, now())]);
  const refused = await timers.send(bodies.map((body) => ({ body, group: hashText(user) })));
  if (refused.length > 0) throw new Error('The timers queue did not take a deferred message');
}
