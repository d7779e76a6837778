import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import { zoneOfPerson } from '../../delivery/rules/zone-of-person.ts';
import { type Profile, traitOf } from '../../state/profile.ts';
import { lastSeen } from '../../state/seen.ts';
import type { Zone } from '../../zone.ts';
import { lengthOf } from '../expressions/comparisons.ts';
import { compileDateRule, nextDate, readDay } from '../times/dates.ts';

/** The first moment (ms) after `after` at which time alone takes somebody in, if nothing comes in; `Infinity`: none. */
export type Crossing = (profile: Profile, after: number) => number;

/** Of an entry that time brings about: when, and what it is in words. */
export function crossingOf(
  entry: JourneyEntry,
  zone: Zone,
): { readonly crossing: Crossing; readonly because: string } | undefined {
  switch (entry.type) {
    case 'stage-for': {
      const { stage } = entry;
      const length = lengthOf(entry.for);
      return {
        crossing: (profile, after) =>
          profile.stage?.name === stage ? later(profile.stage.since + length, after) : NEVER,
        because: `${stage} for ${entry.for}`,
      };
    }
    case 'inactivity': {
      const length = lengthOf(entry.for);
      return {
        crossing(profile, after) {
          const last = lastSeen(profile);
          return last === undefined ? NEVER : later(last + length, after);
        },
        because: `no activity for ${entry.for}`,
      };
    }
    case 'date': {
      const rule = compileDateRule(entry);
      return {
        crossing(profile, after) {
          const clock = entry.zone === 'person' ? zoneOfPerson(profile, zone) : zone;
          const day = readDay(traitOf(profile, entry.trait), clock);
          return day === undefined ? NEVER : (nextDate(rule, day, clock, after) ?? NEVER);
        },
        because: `the day in ${entry.trait}`,
      };
    }
    default:
      return undefined;
  }
}

const NEVER = Number.POSITIVE_INFINITY;
const later = (moment: number, after: number): number => (moment > after ? moment : NEVER);
