import type { Input } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import { chunksOf } from '../runtime/concurrency.ts';

/** A worker's batch of ten messages should hold no more people than it can commit in a few seconds. */
const USERS_PER_MESSAGE = 100;

/** Bodies of queue messages with these due inputs, at most a hundred in each. */
export const messagesOfDues = (dues: readonly Input[], hops = 0): string[] =>
  chunksOf(dues, USERS_PER_MESSAGE).flatMap((chunk) => encodeInputs(chunk, hops));
