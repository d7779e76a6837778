import { parseIsoTime } from '../calendar.ts';
import { type Profile, traitOf } from './profile.ts';

/** First activity (ms); without any, what stands for it. */
export const firstSeen = (profile: Profile): number => profile.activity.first ?? knownSince(profile);

/** Last activity (ms); without any, what stands for it. */
export const lastSeen = (profile: Profile): number => profile.activity.last ?? knownSince(profile);

/**
 * A `createdAt` from before the first input, else the first input: where a person stands who is known only by what a
 * server told. Compared with the first input and not with the present, so that time alone never changes it.
 */
function knownSince(profile: Profile): number {
  const created = parseIsoTime(traitOf(profile, 'createdAt') ?? traitOf(profile, 'created_at'));
  return created !== undefined && created < profile.bornAt ? created : profile.bornAt;
}
