import { type ContactRules, mostRemembered } from '../delivery/rules/contact-rules.ts';
import { mayContact, type Verdict } from '../delivery/rules/may-contact.ts';
import { withContacts } from '../state/contacts.ts';
import type { Profile } from '../state/profile.ts';
import type { WaitingMessage } from '../state/waiting.ts';
import type { MessageEffect, WithheldEffect } from './effect.ts';

/** A message that is to be sent, or to wait on. */
export interface Candidate {
  readonly message: WaitingMessage;
  readonly hasWaited?: boolean;
}

/** For one person. What is less urgent than these is not worth waiting for. */
const MOST_WAITING = 20;

/**
 * Asks for each message whether it may go now, the most urgent first: what goes is a contact that those behind it count.
 * Nothing gets lost: each candidate is sent, waits, or is withheld with a reason.
 */
export function sendOrWait(
  profile: Profile,
  candidates: readonly Candidate[],
  now: number,
  rules: ContactRules,
): readonly (MessageEffect | WithheldEffect)[] {
  const effects: (MessageEffect | WithheldEffect)[] = [];
  const ahead = new Set<string>();
  const waiting: WaitingMessage[] = [];
  for (const { message, hasWaited = false } of [...candidates].sort(mostUrgentFirst)) {
    const name = `${message.channel}/${message.message}`;
    const answer = ahead.has(name)
      ? ({ outcome: 'never', reason: 'the same message is ahead of it' } as const)
      : answerFor(profile, message, hasWaited, waiting.length, now, rules);
    if (answer.outcome !== 'never') ahead.add(name);
    switch (answer.outcome) {
      case 'now':
        profile.contacts = withContacts(
          profile.contacts,
          [{ at: now, channel: message.channel }],
          mostRemembered(rules),
        );
        effects.push(sent(message, now));
        break;
      case 'later': {
        const { at: until, reason } = answer;
        waiting.push({ ...message, until, reason });
        if (!hasWaited || until !== message.until || reason !== message.reason)
          effects.push(withheld(message, reason, now, until));
        break;
      }
      case 'never':
        effects.push(withheld(message, answer.reason, now));
    }
  }
  profile.waiting = waiting;
  return effects;
}

function answerFor(
  profile: Profile,
  { channel, topic, notAfter }: WaitingMessage,
  hasWaited: boolean,
  alreadyWaiting: number,
  now: number,
  rules: ContactRules,
): Verdict | { readonly outcome: 'never'; readonly reason: 'too many messages wait' } {
  const verdict = mayContact(profile, { channel, class: 'marketing', topic, notAfter, hasWaited }, now, rules);
  if (verdict.outcome !== 'later' || alreadyWaiting < MOST_WAITING) return verdict;
  return { outcome: 'never', reason: 'too many messages wait' };
}

/** Of two as urgent, the one that was decided first; of two that were decided at once, by their names. */
const mostUrgentFirst = ({ message: a }: Candidate, { message: b }: Candidate): number =>
  b.priority - a.priority || a.decidedAt - b.decidedAt || (a.message < b.message ? -1 : a.message > b.message ? 1 : 0);

const sent = ({ message, channel, topic, notAfter, by }: WaitingMessage, at: number): MessageEffect => ({
  ...{ kind: 'message', message, channel, ...(topic !== undefined && { topic }), at, notAfter, by },
});

const withheld = (
  { message, channel, topic, by }: WaitingMessage,
  reason: string,
  at: number,
  until?: number,
): WithheldEffect => ({
  ...{ kind: 'withheld', message, channel, ...(topic !== undefined && { topic }), reason, at },
  ...{ ...(until !== undefined && { until }), by },
});
