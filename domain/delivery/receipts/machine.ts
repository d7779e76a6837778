import { SECOND } from '../../calendar.ts';
import type { LookReceipt } from './receipt.ts';

/** What fetched a message's picture or followed its link in somebody's stead. */
export type Machine = 'apple-mail-privacy' | 'google-proxy' | 'yahoo-proxy' | 'scanner' | 'too-soon';

interface Rule {
  readonly machine: Machine;
  readonly holds: (look: LookReceipt, sinceSent: number) => boolean;
}

/**
 * The first that holds names the machine; docs/receipts.md says how far each is to be trusted. Times come last: who names
 * itself is told by its name.
 */
const RULES: readonly Rule[] = [
  // Apple's proxies load every picture of every message, read or not, and say no more than this.
  { machine: 'apple-mail-privacy', holds: ({ userAgent }) => userAgent.trim() === 'Mozilla/5.0' },
  { machine: 'google-proxy', holds: ({ userAgent }) => userAgent.includes('GoogleImageProxy') },
  { machine: 'yahoo-proxy', holds: ({ userAgent }) => userAgent.includes('YahooMailProxy') },
  {
    machine: 'scanner',
    holds: ({ userAgent }) =>
      userAgent.trim() === '' ||
      /bot\b|crawler|spider|scanner|barracuda|proofpoint|mimecast|headlesschrome|^curl\/|python|go-http-client|java\//i.test(
        userAgent,
      ),
  },
  { machine: 'too-soon', holds: (_look, sinceSent) => sinceSent < A_PERSON_TAKES },
];

/** From our handing it over: it has to travel, a telephone has to ring, and somebody has to take it up (ms). */
const A_PERSON_TAKES = 10 * SECOND;

/** Which machine looked, or undefined where it may well have been a person. @param sinceSent ms */
export const machineOf = (look: LookReceipt, sinceSent: number): Machine | undefined =>
  RULES.find(({ holds }) => holds(look, sinceSent))?.machine;
