import { readMoment } from '../calendar.ts';
import { type Profile, traitOf } from './profile.ts';

/** First activity (ms); without any, what stands for it. */
export const firstSeen = (profile: Profile): number | undefined => profile.activity.first ?? knownSince(profile);

/** First activity under a known id (ms); without any, what stands for it. */
export const firstKnown = (profile: Profile): number | undefined => profile.activity.known ?? knownSince(profile);

/** Last activity (ms); without any, what stands for it. */
export const lastSeen = (profile: Profile): number | undefined => profile.activity.last ?? knownSince(profile);

/**
 * A `createdAt` from before the profile, else the first live input: where a person stands who is known only by what a
 * server told. Compared with the profile's birth and not with the present, so that time alone never changes it.
 * Undefined for somebody who was imported without either.
 */
function knownSince(profile: Profile): number | undefined {
  const created = readMoment(traitOf(profile, 'createdAt') ?? traitOf(profile, 'created_at'));
  return created !== undefined && created < profile.bornAt ? created : profile.activity.live;
}
