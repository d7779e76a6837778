import type { Contact } from './profile.ts';

/** No cap allows more (`domain/catalog/settings.ts`): it would be one that nobody could count up to. */
const MOST_CONTACTS = 200;

/** Messages besides those she was meant to get before, oldest first; the last `most` are kept. */
export const withContacts = (
  contacts: readonly Contact[],
  more: readonly Contact[],
  most = MOST_CONTACTS,
): readonly Contact[] =>
  more.length === 0 ? contacts : [...contacts, ...more].sort((a, b) => a.at - b.at).slice(-most);

/** Without one that did not reach her. Of two at one moment on one channel, which is all that is known of them, one stays. */
export function withoutContact(contacts: readonly Contact[], { at, channel }: Contact): readonly Contact[] {
  const place = contacts.findIndex((contact) => contact.at === at && contact.channel === channel);
  return place === -1 ? contacts : contacts.filter((_contact, n) => n !== place);
}
