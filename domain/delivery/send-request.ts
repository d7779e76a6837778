import type { JsonObject } from '../json.ts';
import type { RunRef } from '../state/run.ts';
import type { UserKey } from '../state/user-key.ts';

/** A message on its way to a channel: references only; the words are made from the profile when it is sent. */
export interface SendRequest {
  /** The effect's id, or made of the key a program gave: whoever claims it sends it, nobody else does. */
  readonly sendId: string;
  readonly user: UserKey;
  /** The template's key, or a built-in message's name. */
  readonly message: string;
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
  /** What she can refuse to hear about. */
  readonly topic?: string;
  /** How often the provider has not taken it; left out before the first time. */
  readonly tries?: number;
  readonly decidedAt: number;
  readonly notAfter: number;
  /** Id of the input that brought it. */
  readonly by?: string;
  /** The step or campaign it is for, which writes to an address once in a while; the message's key if left out. */
  readonly occasion?: string;
  /** One of several on the same occasion, each about something of its own, such as an order: all of them go. */
  readonly keyed?: true;
  /** The step of a journey that writes it. */
  readonly of?: RunRef;
  /** Of a message that a program asked for; without it the reducer has decided it. */
  readonly asked?: Asked;
}

/** What a program says of the message it asks for: the one place where a queue holds more than references. */
export interface Asked {
  /** The source whose key it used. */
  readonly source: string;
  /** Where it goes, whatever address her profile has. */
  readonly to?: string;
  /** What its template reads as `data`. */
  readonly data?: JsonObject;
  /** In which language, whatever her apps say. */
  readonly locale?: string;
}

/** Whether somebody tries a journey by it. */
export const isTest = ({ of }: SendRequest): boolean => of?.group === 'test';

export const occasionOf = ({ occasion, message }: SendRequest): string => occasion ?? message;

const DECIDED = 1;
/** A worker that read `asked` without knowing it would write to another address: older releases leave these alone. */
const ASKED = 2;

/** One that did not know `of` would send it without what it is about, and would not tell the journey what became of it. */
const OF_JOURNEY = 3;

const versionOf = ({ asked, of }: SendRequest): number =>
  of !== undefined ? OF_JOURNEY : asked !== undefined ? ASKED : DECIDED;

export const encodeSendRequest = (request: SendRequest): string =>
  JSON.stringify({ v: versionOf(request), ...request });

/** Reads a channel queue's message. Throws on a version this code does not know. */
export function decodeSendRequest(text: string): SendRequest {
  const { v, ...request } = JSON.parse(text) as SendRequest & { v: number };
  if (![DECIDED, ASKED, OF_JOURNEY].includes(v)) throw new Error(`Send request of unknown version ${v}`);
  return request;
}
