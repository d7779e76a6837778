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
  const { about, confirmed = false, ...answer } = said;
  return mergeConsents(consents, entriesOf(about, { ...answer, time: event.time, source: event.sourceId }, confirmed));
}

/** What an answer adds to what she has said. @param confirmed she has proved that it was she who said yes */
export const entriesOf = (
  about: string,
  consent: Consent,
  confirmed: boolean,
): readonly (readonly [string, Consent])[] => [
  [about, consent],
  ...(confirmed || !consent.granted ? ([[about + CONFIRMED, consent]] as const) : []),
];

/**
 * Behind what a consent is about: the last answer that counts where a yes has to be confirmed, which is a confirmed yes or a
 * no. Kept beside the last answer of all: an app may tell of the same yes again and again, unconfirmed, after she has
 * confirmed it; and after a no, what was confirmed before counts no longer. No channel and no topic has such a name.
 */
const CONFIRMED = '!';

/** Her last confirmed yes about a channel (`email`) or a topic (`email/news`), or her no if that came later. */
export const confirmationOf = (consents: Consents, about: string): Consent | undefined =>
  consents.get(about + CONFIRMED);

/** What she said last, by what it is about. */
export const answersIn = (consents: Consents): readonly (readonly [string, Consent])[] =>
  [...consents].filter(([about]) => !about.endsWith(CONFIRMED));

export const mergeConsents = (consents: Consents, others: Iterable<readonly [string, Consent]>): Consents =>
  mergeSaid(consents, others, overrules, MOST);

/** Who said it last is right; of two answers at one moment the refusal is, and what is left is decided by the words. */
const overrules = (a: Consent, b: Consent): boolean => {
  if (a.time !== b.time) return a.time > b.time;
  if (a.granted !== b.granted) return !a.granted;
  return proofOf(a) > proofOf(b);
};

const proofOf = ({ source, wording = '' }: Consent) => `${source}\n${wording}`;
