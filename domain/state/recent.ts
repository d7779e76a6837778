import { DAY } from '../calendar.ts';
import { hash48 } from '../hash.ts';
import type { Profile } from './profile.ts';

/** SDKs repeat an unanswered message for up to 12 h; at more than 256 inputs a day the window is the last 256. */
const WINDOW = DAY;
const LIMIT = 256;

/** Whether the input was reduced before, within the window. */
export const isKnownInput = (profile: Profile, id: string): boolean => profile.recent.has(hash48(id));

/** Remembers an input by the time it was received, and forgets those that have left the window. */
export function rememberInput(profile: Profile, id: string, at: number): void {
  profile.recent.set(hash48(id), at);
  // Maps keep the order of insertion, which is the order of reduction: the oldest come first.
  for (const [hash, receivedAt] of profile.recent) {
    if (profile.recent.size <= LIMIT && receivedAt > at - WINDOW) break;
    profile.recent.delete(hash);
  }
}
