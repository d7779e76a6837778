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
