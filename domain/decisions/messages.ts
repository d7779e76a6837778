import { DAY } from '../calendar.ts';
import type { Cause } from '../state/cause.ts';
import { setsGoing } from '../state/cause.ts';
import { emailOf } from '../state/contact.ts';
import type { Profile } from '../state/profile.ts';
import type { WaitingMessage } from '../state/waiting.ts';
import type { BuiltInMessage, TransitionEffect } from './effect.ts';
import type { Plan } from './plan.ts';
import { type Candidate, MIDDLING } from './waiting.ts';

/** When a built-in message is due. Asked after each input, with the transition it caused, if it caused one. */
export interface MessageRule {
  readonly name: BuiltInMessage;
  readonly isDue: (profile: Profile, transition: TransitionEffect | undefined) => boolean;
  /** How long after the decision the message is still worth sending (ms). */
  readonly lifetime: number;
  /** From 1 to 10: of two of which one may go, the higher goes. */
  readonly priority: number;
  /** What somebody can refuse to hear about, besides the channel as a whole. */
  readonly topic?: string;
}

export const BUILT_IN_MESSAGES: readonly MessageRule[] = [
  {
    // Not on entering `new`: many people are known before their address is.
    name: 'welcome',
    isDue: (profile) => profile.stage?.name === 'new' && !profile.messages.has('welcome'),
    lifetime: 3 * DAY,
    priority: MIDDLING,
  },
  {
    name: 'we-miss-you',
    isDue: (_profile, transition) => transition?.to === 'dormant' && transition.cause === 'time',
    lifetime: 3 * DAY,
    priority: MIDDLING,
  },
];

/** Why messages are asked for: the transition it caused, if any, when (ms), why, and the id of what came in. */
export interface MessageOccasion {
  readonly transition: TransitionEffect | undefined;
  readonly at: number;
  readonly cause: Cause;
  readonly by: string;
}

/**
 * The built-in messages that are due now and not asked about yet. Notes on the profile that they were decided. For somebody
 * without an address none becomes due.
 */
export function builtInMessages(
  profile: Profile,
  occasion: MessageOccasion,
  { messages }: Pick<Plan, 'messages'>,
): readonly Candidate[] {
  const due = dueMessages(profile, messages, occasion);
  return due.length === 0 ? NOTHING : due.map((message) => ({ message }));
}

const NOTHING: readonly never[] = [];

function dueMessages(
  profile: Profile,
  rules: readonly MessageRule[],
  { transition, at, cause, by }: MessageOccasion,
): readonly WaitingMessage[] {
  // What a merge brings along changes nothing by itself: the next thing she does is looked at as ever.
  if (profile.stage === undefined || (cause === 'merge' && transition === undefined)) return NOTHING;
  const due = rules.filter((rule) => rule.isDue(profile, transition));
  if (due.length === 0 || emailOf(profile) === undefined) return NOTHING;
  profile.messages = new Map([...profile.messages, ...due.map(({ name }) => [name, at] as const)]);
  // What the project does to its own data is noted and sends nothing.
  if (!setsGoing(cause)) return NOTHING;
  return due.map(({ name, lifetime, priority, topic }) => ({
    ...{ message: name, channel: 'email', ...(topic !== undefined && { topic }), priority },
    ...{ decidedAt: at, notAfter: at + lifetime, until: at, reason: '', by },
  }));
}
