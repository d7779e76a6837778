import type { MessageName } from '../decisions/effect.ts';
import type { UserKey } from '../state/user-key.ts';

/** A message on its way to a channel: references only; the words are made from the profile when it is sent. */
export interface SendRequest {
  /** The effect's id: whoever claims it sends it, nobody else does. */
  readonly sendId: string;
  readonly user: UserKey;
  readonly message: MessageName;
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
  /** What she can refuse to hear about. */
  readonly topic?: string;
  readonly decidedAt: number;
  readonly notAfter: number;
}

const VERSION = 1;

export const encodeSendRequest = (request: SendRequest): string => JSON.stringify({ v: VERSION, ...request });

/** Reads a channel queue's message. Throws on a version this code does not know. */
export function decodeSendRequest(text: string): SendRequest {
  const { v, ...request } = JSON.parse(text) as SendRequest & { v: number };
  if (v !== VERSION) throw new Error(`Send request of unknown version ${v}`);
  return request;
}
