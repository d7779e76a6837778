import type { CustomerEvent } from './event.ts';

/** What an event says about whether she wants to be written to. */
export interface ConsentAnswer {
  /** A channel (`email`), or a channel and a topic on it (`email/news`), in lower case. */
  readonly about: string;
  readonly granted: boolean;
  /** She has proved that it was she who said yes, as by a link that was mailed to her (double opt-in). */
  readonly confirmed?: true;
  /** The version of the words she agreed to, where the app says. */
  readonly wording?: string;
}

export const CONSENT_ANSWERS: ReadonlyMap<string, boolean> = new Map([
  ['Consent Granted', true],
  ['Consent Withdrawn', false],
]);
/** A channel, or a topic. */
const NAME = /^[a-z][a-z\d-]{0,31}$/i;
const LONGEST_WORDING = 64;

const answerOf = ({ type, name = '' }: CustomerEvent) => (type === 'track' ? CONSENT_ANSWERS.get(name) : undefined);

export const isConsentEvent = (event: CustomerEvent): boolean => answerOf(event) !== undefined;

/**
 * Reads `Consent Granted` and `Consent Withdrawn` with the properties `channel` and, if it is about one, `topic`; undefined
 * for any other event, and for one that does not say about what. A yes with `confirmed: true` is one; only servers can
 * send it, as they alone can send any yes.
 */
export function consentIn(event: CustomerEvent): ConsentAnswer | undefined {
  const granted = answerOf(event);
  if (granted === undefined) return undefined;
  const { channel, topic, wording, confirmed } = event.properties ?? {};
  if (!isName(channel) || (topic !== undefined && topic !== null && !isName(topic))) return undefined;
  const about = topic ? `${channel}/${topic}`.toLowerCase() : channel.toLowerCase();
  return {
    ...{ about, granted },
    ...(granted && confirmed === true && { confirmed }),
    ...(isWording(wording) && { wording }),
  };
}

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);
const isWording = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_WORDING;
