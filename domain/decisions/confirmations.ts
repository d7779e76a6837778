import { DAY } from '../calendar.ts';
import { consentProblem } from '../delivery/rules/consent.ts';
import { mayContact } from '../delivery/rules/may-contact.ts';
import { setsGoing } from '../state/cause.ts';
import { emailOf } from '../state/contact.ts';
import type { Profile } from '../state/profile.ts';
import type { MessageEffect, WithheldEffect } from './effect.ts';
import type { MessageOccasion } from './messages.ts';
import type { Plan } from './plan.ts';

export const CONFIRMATION = 'confirm-subscription';

/** Whoever says yes again and again in somebody's name sends her one email a day and topic, and no more. */
const ONCE_WITHIN = DAY;
/** Who has not got it by then subscribes once more (ms). */
const LIFETIME = DAY;

/**
 * Asks, by an email, whether it was she who said yes to a topic that wants it confirmed. She asked for that email: it goes by
 * night too, and counts for no cap. Who has no address yet is asked when she has one.
 */
export function askToConfirm(
  profile: Profile,
  { at, cause, by }: MessageOccasion,
  { contactRules }: Pick<Plan, 'contactRules'>,
): readonly (MessageEffect | WithheldEffect)[] {
  const effects: (MessageEffect | WithheldEffect)[] = [];
  for (const [topic, { doubleOptIn }] of contactRules.topics) {
    if (!doubleOptIn || !isUnconfirmed(profile, topic, contactRules) || emailOf(profile) === undefined) continue;
    const name = `${CONFIRMATION}/${topic}`;
    // A yes may stand in the future, by a wrong clock or on purpose.
    const said = Math.min(at, profile.consent.get(`email/${topic}`)?.time ?? at);
    const asked = profile.messages.get(name);
    if (asked !== undefined && said < asked + ONCE_WITHIN) continue;
    profile.messages = new Map([...profile.messages, [name, at]]);
    // What the project does to its own data is noted and sends nothing.
    if (!setsGoing(cause)) continue;
    const notAfter = at + LIFETIME;
    const message = { message: CONFIRMATION, channel: 'email', topic, at, by } as const;
    const verdict = mayContact(
      profile,
      { channel: 'email', class: 'transactional', topic, notAfter },
      at,
      contactRules,
    );
    effects.push(
      verdict.outcome === 'now'
        ? { kind: 'message', class: 'transactional', ...message, notAfter }
        : { kind: 'withheld', ...message, reason: verdict.reason },
    );
  }
  return effects;
}

const isUnconfirmed = ({ consent }: Profile, topic: string, rules: Plan['contactRules']): boolean =>
  consent.get(`email/${topic}`)?.granted === true &&
  consentProblem(consent, 'email', topic, rules) === 'consent not confirmed';
