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
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
}

/** What was said of a message for good. */
export interface Settled {
  readonly message: WaitingMessage;
  readonly outcome: 'sent' | 'withheld';
}

/** Of a message for which nobody says how urgent it is. */
export const MIDDLING = 5;

/** For one person. What is less urgent than these is not worth waiting for. */
const MOST_WAITING = 20;

/**
 * Asks for each message whether it may go now, the most urgent first: what goes is a contact that those behind it count.
 * Nothing gets lost: each candidate is sent, waits, or is withheld with a reason.
 *
 * @param others wait already and are not asked about again
 */
export function sendOrWait(
  profile: Profile,
  candidates: readonly Candidate[],
  now: number,
  rules: ContactRules,
  others: readonly WaitingMessage[] = [],
): { readonly effects: readonly (MessageEffect | WithheldEffect)[]; readonly settled: readonly Settled[] } {
  const effects: (MessageEffect | WithheldEffect)[] = [];
  const settled: Settled[] = [];
  const ahead = new Set(others.map(nameOf));
  const waiting: WaitingMessage[] = [...others];
  for (const candidate of [...candidates].sort(mostUrgentFirst)) {
    const { message, hasWaited = false } = candidate;
    const answer = ahead.has(nameOf(message))
      ? ({ outcome: 'never', reason: 'the same message is ahead of it' } as const)
      : answerFor(profile, candidate, waiting.length, now, rules);
    if (answer.outcome !== 'never') ahead.add(nameOf(message));
    switch (answer.outcome) {
      case 'now':
        if (counts(candidate))
          profile.contacts = withContacts(
            profile.contacts,
            [{ at: now, channel: message.channel }],
            mostRemembered(rules),
          );
        effects.push(sent(candidate, now));
        settled.push({ message, outcome: 'sent' });
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
        settled.push({ message, outcome: 'withheld' });
    }
  }
  profile.waiting = waiting;
  return { effects, settled };
}

/** Runs by key write the same about something else each; who tries a journey on her is in nobody's way. */
const nameOf = ({ channel, message, of }: WaitingMessage): string =>
  of?.keyed || of?.group === 'test' ? `${channel}/${message}/${of.run}` : `${channel}/${message}`;

/** What she asked for, and what somebody tries out, is no contact that caps count. */
const counts = ({ class: kind, message: { of } }: Candidate): boolean => kind === undefined && of?.group !== 'test';

function answerFor(
  profile: Profile,
  { message: { channel, topic, notAfter, of }, hasWaited = false, class: kind }: Candidate,
  alreadyWaiting: number,
  now: number,
  rules: ContactRules,
): Verdict | { readonly outcome: 'never'; readonly reason: 'too many messages wait' } {
  // Whoever tries a journey sees it at once; what she has said about being written to holds all the same.
  const inForce = of?.group === 'test' ? { ...rules, caps: [], quietHours: [] } : rules;
  const verdict = mayContact(
    profile,
    { channel, class: kind ?? 'marketing', topic, notAfter, hasWaited },
    now,
    inForce,
  );
  if (verdict.outcome !== 'later' || alreadyWaiting < MOST_WAITING) return verdict;
  return { outcome: 'never', reason: 'too many messages wait' };
}

/** Of two as urgent, the one that was decided first; of two that were decided at once, by their names. */
const mostUrgentFirst = ({ message: a }: Candidate, { message: b }: Candidate): number =>
  b.priority - a.priority || a.decidedAt - b.decidedAt || (a.message < b.message ? -1 : a.message > b.message ? 1 : 0);

const sent = (
  { message: { message, channel, topic, notAfter, by, of }, class: kind }: Candidate,
  at: number,
): MessageEffect => ({
  ...{ kind: 'message', message, channel, ...(kind && { class: kind }), ...(topic !== undefined && { topic }) },
  ...{ at, notAfter, by, ...(of && { of }) },
});

const withheld = (
  { message, channel, topic, by, of }: WaitingMessage,
  reason: string,
  at: number,
  until?: number,
): WithheldEffect => ({
  ...{ kind: 'withheld', message, channel, ...(topic !== undefined && { topic }), reason, at },
  ...{ ...(until !== undefined && { until }), by, ...(of && { of }) },
});
