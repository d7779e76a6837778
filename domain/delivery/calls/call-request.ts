import type { RunRef } from '../../state/run.ts';
import type { UserKey } from '../../state/user-key.ts';

/** Another system is to be told something: references only; what it is told is made from the profile when it is. */
export interface CallRequest {
  /** The effect's id. Receivers know by it what they have had already: it stays the same however often it is tried. */
  readonly callId: string;
  readonly user: UserKey;
  readonly of: RunRef;
  readonly decidedAt: number;
  /** How often it was not taken; left out before the first time. */
  readonly tries?: number;
}

const VERSION = 1;

export const encodeCallRequest = (request: CallRequest): string => JSON.stringify({ v: VERSION, ...request });

/** Reads a message of the queue *calls*. Throws on a version this code does not know. */
export function decodeCallRequest(text: string): CallRequest {
  const { v, ...request } = JSON.parse(text) as CallRequest & { v: number };
  if (v !== VERSION) throw new Error(`Call of unknown version ${v}`);
  return request;
}
