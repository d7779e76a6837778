import { withoutContact } from '../state/contacts.ts';
import type { DeferredInput } from '../state/input.ts';
import type { Profile } from '../state/profile.ts';
import type { MessageRule } from './messages.ts';
import { MIDDLING } from './waiting.ts';

/**
 * Takes back a message that did not leave: it counts for her caps no more, and waits among those that are asked about next,
 * with the time after which it is not worth sending and with what had brought it.
 */
export function takeBack(
  profile: Profile,
  { id, message, channel, topic, decidedAt, notAfter, by = id, at, of, priority }: DeferredInput,
  rules: readonly MessageRule[],
): void {
  const ofRule = rules.find(({ name }) => name === message)?.priority;
  profile.contacts = withoutContact(profile.contacts, { at: decidedAt, channel });
  profile.waiting = [
    ...profile.waiting,
    {
      ...{ message, channel, ...(topic !== undefined && { topic }), priority: priority ?? ofRule ?? MIDDLING },
      ...{ decidedAt, notAfter, until: at, reason: '', by, ...(of && { of }) },
    },
  ];
}
