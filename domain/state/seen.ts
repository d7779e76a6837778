import { parseIsoTime } from '../calendar.ts';
import { type Profile, traitOf } from './profile.ts';

/** First activity (ms); without any, what stands for it. */
export const firstSeen = (profile: Profile, now: number): number => profile.activity.first ?? knownSince(profile, now);

/** Last activity (ms); without any, what stands for it. */
export const lastSeen = (profile: Profile, now: number): number => profile.activity.last ?? knownSince(profile, now);

/** A past `createdAt`, else the first input: a person known only by what a server told stands there since then. */
function knownSince(profile: Profile, now: number): number {
  const created = parseIsoTime(traitOf(profile, 'createdAt') ?? traitOf(profile, 'created_at'));
  return created !== undefined && created <= now ? created : profile.bornAt;
}
