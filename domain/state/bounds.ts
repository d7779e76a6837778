import { utf8Length } from '../json.ts';
import { encodeProfile } from './codec.ts';
import { copyOf, type Profile } from './profile.ts';
import { withoutLongestUnseen } from './totals.ts';
import type { Traits } from './traits.ts';

/**
 * What a profile may take in its table: a sixth of DynamoDB's limit, and 64 write units. Ordinary ones take 1 KB; the
 * bounds of single parts keep nearly all others below it.
 */
export const PROFILE_BYTES = 64 * 1_024;

/**
 * What is let go, in this order, half of it at a time, until the profile fits: first what is said of others and what only looks far back, last what
 * keeps repeats from counting twice. Consent, ids, what was decided and what was bought are never touched.
 */
const DROPS: readonly ((profile: Profile) => Partial<Profile> | undefined)[] = [
  ({ groups }) => (groups.length === 0 ? undefined : { groups: groups.slice(0, groups.length - 1) }),
  ({ olderDays }) => {
    const gone = upperHalf(olderDays.days.length);
    if (gone === 0) return undefined;
    const dropped = olderDays.days.slice(0, gone);
    const bought = dropped.filter((code) => (code & 1) === 1).length;
    return {
      olderDays: {
        days: olderDays.days.slice(gone),
        active: olderDays.active + gone,
        bought: olderDays.bought + bought,
      },
    };
  },
  ({ events }) =>
    events.length === 0 ? undefined : { events: withoutLongestUnseen(events, upperHalf(events.length)) },
  ({ counters }) => {
    const stamps = [...counters.values()].some((state) => state.stamps.length > 0);
    if (!stamps) return undefined;
    return {
      counters: new Map(
        [...counters].map(([id, state]) => [
          id,
          { ...state, stamps: state.stamps.slice(upperHalf(state.stamps.length)) },
        ]),
      ),
    };
  },
  ({ traits }) => withoutOldest(traits),
  ({ counters }) =>
    counters.size === 0 ? undefined : { counters: new Map([...counters].slice(upperHalf(counters.size))) },
  // Where she is in her journeys stays; what is known of the way there goes, that of journeys she has left first.
  ({ runs }) => {
    const left = runs.filter(({ step }) => step === undefined);
    const gone = new Set(left.slice(0, upperHalf(left.length)));
    return gone.size === 0 ? undefined : { runs: runs.filter((run) => !gone.has(run)) };
  },
  ({ runs }) =>
    runs.every(({ notes }) => notes.length === 0)
      ? undefined
      : { runs: runs.map((run) => ({ ...run, notes: run.notes.slice(upperHalf(run.notes.length)) })) },
  ({ runs }) =>
    runs.every(({ about }) => about === undefined)
      ? undefined
      : { runs: runs.map((run) => ({ ...run, about: undefined })) },
  ({ devices }) => (devices.length === 0 ? undefined : { devices: devices.slice(0, devices.length - 1) }),
  ({ anonymousIds, mergedIds }) =>
    anonymousIds.length + mergedIds.length === 0 ? undefined : { anonymousIds: [], mergedIds: [] },
  ({ recent }) => (recent.length <= 64 ? undefined : { recent: recent.slice(upperHalf(recent.length)) }),
];

/** The text a profile is stored as, and the profile that this text is of: with less in it where it had too much. */
export function encodeWithinBounds(profile: Profile): string {
  let text = encodeProfile(profile);
  // Nothing takes more than three bytes a character: most need not be measured.
  if (text.length * 3 <= PROFILE_BYTES) return text;
  const smaller = copyOf(profile);
  for (const drop of DROPS)
    while (utf8Length(text) > PROFILE_BYTES) {
      const less = drop(smaller);
      if (less === undefined) break;
      Object.assign(smaller, less);
      text = encodeProfile(smaller);
    }
  return text;
}

const upperHalf = (count: number) => Math.ceil(count / 2);

/** By which she is reached and found. */
const ADDRESSES = new Set(['email', 'phone']);

/** Without half of the traits, those that were written longest ago. */
function withoutOldest(traits: Traits): Pick<Profile, 'traits'> | undefined {
  const byAge = [...traits].filter(([name]) => !ADDRESSES.has(name)).sort(([, a], [, b]) => a.time - b.time);
  if (byAge.length === 0) return undefined;
  const gone = new Set(byAge.slice(0, upperHalf(byAge.length)).map(([name]) => name));
  return { traits: new Map([...traits].filter(([name]) => !gone.has(name))) };
}
