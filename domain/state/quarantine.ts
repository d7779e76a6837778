import { DAY, SECOND } from '../calendar.ts';
import type { Profile } from './profile.ts';
import { RECENT_LIMIT } from './recent.ts';

/**
 * Nobody lives faster than this: an id whose events come faster for hours is a test device, a shared kiosk or a word
 * that an app sends when it has no id. All workers would queue up at its one profile, and everybody waits with them.
 * The first 5,000 inputs may come at once (an app that was offline for a week), and one a second after that.
 */
const BURST = 5_000;
const INTERVAL = SECOND;
const LASTS = DAY;

/**
 * Takes note of one more input at `at` (ms) on a profile that may be changed. Answers true when that is one too many:
 * then what comes in for the next 24 h is left aside. Costs nothing for people: it begins when `recent` is full.
 */
export function heatUp(profile: Profile, at: number): boolean {
  if (profile.recent.length < RECENT_LIMIT) {
    profile.heat = undefined;
    return false;
  }
  // GCRA: `heat` is when everything so far would have come in at one input a second.
  profile.heat = Math.max(profile.heat ?? at, at) + INTERVAL;
  if (profile.heat - at <= BURST * INTERVAL) return false;
  profile.quarantinedUntil = at + LASTS;
  profile.heat = undefined;
  return true;
}

/** Whether what comes in at `at` (ms) is left aside. */
export const isQuarantined = ({ quarantinedUntil }: Profile, at: number): boolean =>
  quarantinedUntil !== undefined && at < quarantinedUntil;

/** Lets a user out, or finds that her time is over. */
export function release(profile: Profile): void {
  profile.quarantinedUntil = undefined;
  profile.heat = undefined;
}
