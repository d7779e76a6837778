import { type Consent, type Consents, confirmationOf } from '../../state/consent.ts';
import type { ConsentPlace } from '../../state/input.ts';
import type { ContactRules } from './contact-rules.ts';

/** Why somebody must not be sent marketing. */
export type ConsentProblem = 'no consent' | 'consent withdrawn' | 'consent not confirmed';

/** What holds for who has said nothing, unless the topic says otherwise. On any other channel her yes is required. */
const ASSUMED: ReadonlySet<string> = new Set(['email']);

/**
 * Whether what she said, or did not say, keeps marketing from her; undefined when it may come. What she said about a topic
 * goes before what she said about its channel, with one exception: who leaves a channel leaves all its topics, and is
 * written to again on those to which she says yes afterwards.
 */
export function consentProblem(
  consents: Consents,
  channel: string,
  topic: string | undefined,
  { topics }: Pick<ContactRules, 'topics'>,
): ConsentProblem | undefined {
  const onChannel = consents.get(channel);
  const onTopic = topic === undefined ? undefined : consents.get(`${channel}/${topic}`);
  if (onTopic?.granted === false) return 'consent withdrawn';
  if (onChannel?.granted === false && !(onTopic !== undefined && onTopic.time > onChannel.time))
    return 'consent withdrawn';

  const hasSaidYes = onTopic !== undefined || (onChannel !== undefined && !isReturn(onChannel));
  const rules = topic === undefined ? undefined : topics.get(topic);
  if (rules?.doubleOptIn) {
    if (!hasSaidYes) return 'no consent';
    return isConfirmed(consents, channel, topic) ? undefined : 'consent not confirmed';
  }
  if (hasSaidYes) return undefined;
  const asked = rules?.consent?.[channel as keyof NonNullable<typeof rules.consent>];
  return (asked ?? (ASSUMED.has(channel) ? 'assumed' : 'required')) === 'assumed' ? undefined : 'no consent';
}

/** She can say so of a channel there in one way only: by "Subscribe again". */
const PAGE: ConsentPlace = 'preference-page';

/**
 * A yes to a channel by "Subscribe again" takes back her no, and is a yes to none of its topics: it may be of before there
 * were some of them, and others she has never seen.
 */
const isReturn = ({ granted, source }: Consent): boolean => granted && source === PAGE;

/** By the last of what counts here: a yes that was confirmed, or a no. */
function isConfirmed(consents: Consents, channel: string, topic: string | undefined): boolean {
  const onTopic = confirmationOf(consents, `${channel}/${topic}`);
  const onChannel = confirmationOf(consents, channel);
  const said = [onTopic, onChannel && isReturn(onChannel) ? takenBack(onChannel) : onChannel].filter(
    (one) => one !== undefined,
  );
  const last = Math.max(...said.map(({ time }) => time));
  return said.length > 0 && said.every(({ time, granted }) => time < last || granted);
}

/** The no before a return: what has to be confirmed and was before it, has to be again. */
const takenBack = ({ time, ...rest }: Consent): Consent => ({ ...rest, granted: false, time: time - 1 });
