import { type Consents, confirmationOf } from '../../state/consent.ts';
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

  const hasSaidYes = onTopic !== undefined || onChannel !== undefined;
  const rules = topic === undefined ? undefined : topics.get(topic);
  if (rules?.doubleOptIn) {
    if (!hasSaidYes) return 'no consent';
    return isConfirmed(consents, channel, `${channel}/${topic}`) ? undefined : 'consent not confirmed';
  }
  if (hasSaidYes) return undefined;
  const asked = rules?.consent?.[channel as keyof NonNullable<typeof rules.consent>];
  return (asked ?? (ASSUMED.has(channel) ? 'assumed' : 'required')) === 'assumed' ? undefined : 'no consent';
}

/** By the last of what counts here: a yes that was confirmed, or a no. */
function isConfirmed(consents: Consents, ...abouts: readonly string[]): boolean {
  const said = abouts.flatMap((about) => confirmationOf(consents, about) ?? []);
  const last = Math.max(...said.map(({ time }) => time));
  return said.length > 0 && said.every(({ time, granted }) => time < last || granted);
}
