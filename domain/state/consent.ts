import { consentIn } from '../events/consent-answer.ts';
import type { CustomerEvent } from '../events/event.ts';
import { mergeSaid } from './latest.ts';

/** Whether she wants to be written to on a channel, or about one topic on it, and the proof of it. */
export interface Consent {
  readonly granted: boolean;
  /** When she said so (ms). */
  readonly time: number;
  /** Through which source she said it. */
  readonly source: string;
  /** The version of the words she agreed to, where the app says. */
  readonly wording?: string;
}

export type Consents = ReadonlyMap<string, Consent>;

/** Channels times topics; a project has far fewer. */
const MOST = 100;

/** Takes what an event says of her consent. */
export function noteConsent(consents: Consents, event: CustomerEvent): Consents {
  const said = consentIn(event);
  if (said === undefined) return consents;
  const { about, ...answer } = said;
  return mergeConsents(consents, [[about, { ...answer, time: event.time, source: event.sourceId }]]);
}

export const mergeConsents = (consents: Consents, others: Iterable<readonly [string, Consent]>): Consents =>
  mergeSaid(consents, others, overrules, MOST);

/** Who said it last is right; of two answers at one moment the refusal is, and what is left is decided by the words. */
const overrules = (a: Consent, b: Consent): boolean => {
  if (a.time !== b.time) return a.time > b.time;
  if (a.granted !== b.granted) return !a.granted;
  return proofOf(a) > proofOf(b);
};

const proofOf = ({ source, wording = '' }: Consent) => `${source}\n${wording}`;
