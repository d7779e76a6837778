import { DAY } from '../calendar.ts';
import { hash48 } from '../hash.ts';
import type { Profile, RecentInput } from './profile.ts';

/** SDKs repeat an unanswered message for up to 12 h; at more than 256 inputs a day the window is the last 256. */
const WINDOW = DAY;
const LIMIT = 256;

/** Whether the input was reduced before, within the window. */
export function isKnownInput({ recent }: Profile, id: string): boolean {
  if (recent.length === 0) return false;
  const hash = hash48(id);
  return recent.some((input) => input.hash === hash);
}

/** Remembers an input by the time it was received, and forgets those that have left the window. */
export function rememberInput({ recent }: Profile, id: string, at: number): void {
  recent.push({ hash: hash48(id), at });
  // In the order of reduction, which is that of their times: the oldest come first.
  let gone = Math.max(0, recent.length - LIMIT);
  while ((recent[gone] as RecentInput).at <= at - WINDOW) gone++;
  if (gone > 0) recent.splice(0, gone);
}
