import { DAY } from '../calendar.ts';
import { emailOf } from '../state/contact.ts';
import type { Profile } from '../state/profile.ts';
import type { MessageEffect, MessageName, TransitionEffect } from './effect.ts';

/** When a built-in message is due. Asked after each input, with the transition it caused, if it caused one. */
export interface MessageRule {
  readonly name: MessageName;
  readonly isDue: (profile: Profile, transition: TransitionEffect | undefined) => boolean;
  /** How long after the decision the message is still worth sending (ms). */
  readonly lifetime: number;
}

export const BUILT_IN_MESSAGES: readonly MessageRule[] = [
  {
    // Not on entering `new`: many people are known before their address is.
    name: 'welcome',
    isDue: (profile) => profile.stage?.name === 'new' && !profile.messages.has('welcome'),
    lifetime: 3 * DAY,
  },
  {
    name: 'we-miss-you',
    isDue: (_profile, transition) => transition?.to === 'dormant' && transition.cause === 'time',
    lifetime: 3 * DAY,
  },
];

const NONE: readonly MessageEffect[] = [];

/** The messages that are due now (ms); notes on the profile that they were. For somebody without an address none is. */
export function decideMessages(
  profile: Profile,
  rules: readonly MessageRule[],
  transition: TransitionEffect | undefined,
  now: number,
): readonly MessageEffect[] {
  const due = rules.filter((rule) => rule.isDue(profile, transition));
  if (due.length === 0 || emailOf(profile) === undefined) return NONE;
  profile.messages = new Map([...profile.messages, ...due.map(({ name }) => [name, now] as const)]);
  return due.map(({ name, lifetime }) => ({
    kind: 'message',
    message: name,
    channel: 'email',
    at: now,
    notAfter: now + lifetime,
  }));
}
