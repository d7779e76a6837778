import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { type RunView, viewRuns } from '../../../domain/decisions/journeys/run-view.ts';
import { type MembershipView, viewMemberships } from '../../../domain/decisions/membership-view.ts';
import { addressIn } from '../../../domain/events/address.ts';
import { phoneIn } from '../../../domain/events/phone.ts';
import { emailOf, phoneOf } from '../../../domain/state/contact.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { type ProfileView, viewProfile } from '../../../domain/state/profile-view.ts';
import { anonymousKey, knownKey, type UserKey } from '../../../domain/state/user-key.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { AddressKind, PeopleIndex } from '../../adapters/people-index.ts';
import type { ProfileReader } from '../../adapters/profile-store.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import { type Answer, ok, type Problem, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';
import type { profileListSchema } from './profile-schema.ts';

export interface ProfilesDependencies {
  readonly profiles: ProfileReader;
  readonly people: PeopleIndex;
  /** What segments are called, and why somebody is in one. */
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A profile with the segments and the journeys she is in, in the words of what is published. */
export interface PersonView extends ProfileView {
  readonly segments: readonly MembershipView[];
  readonly journeys: readonly RunView[];
}

/** The profile of somebody known. */
export const profileOfUser = (dependencies: ProfilesDependencies, userId: string): Promise<Answer<200, PersonView>> =>
  oneProfile(dependencies, knownKey(userId), 'Nobody with this user id has been seen.');

type ProfileList = Shown<typeof profileListSchema>;

/** Whom a request asks for; exactly one of them, and not empty. */
export type ProfilesQuery = { readonly [By in (typeof BY)[number]]?: string | undefined };

/** By `userId` or `anonymousId` one profile, by `email` or `phone` everybody who has it. */
export async function findProfiles(
  dependencies: ProfilesDependencies,
  query: ProfilesQuery,
): Promise<Answer<200, PersonView | ProfileList>> {
  const asked = BY.flatMap((by) => {
    const value = query[by];
    return value ? [{ by, value }] : [];
  });
  const [only] = asked;
  if (only === undefined || asked.length > 1) return ASK_BY_ONE;
  const { by, value } = only;
  switch (by) {
    case 'userId':
      return profileOfUser(dependencies, value);
    case 'anonymousId':
      return oneProfile(dependencies, anonymousKey(value), 'No device with this anonymous id has been seen.');
    case 'email':
      return profilesHaving(dependencies, by, addressIn(value), emailOf);
    case 'phone':
      // A + that nobody has encoded arrives as a space.
      return profilesHaving(dependencies, by, phoneIn(value.replace(/^ /, '+')), phoneOf);
  }
}

const BY = ['userId', 'anonymousId', 'email', 'phone'] as const;
const ASK_BY_ONE = problem(400, 'invalid_query', 'Ask by exactly one of userId, anonymousId, email and phone.');

async function oneProfile(
  dependencies: ProfilesDependencies,
  key: UserKey,
  unknown: string,
): Promise<Answer<200, PersonView>> {
  const stored = await dependencies.profiles.get(key);
  if (stored === undefined) return problem(404, 'unknown_user', unknown);
  if (stored.outcome === 'unknown-version') return NEWER_PROFILE;
  const view = await viewing(dependencies, [stored.profile]);
  return ok(view(stored.profile));
}

/** How to view some profiles: what is published is read once for all of them, and not for people who are in nothing. */
async function viewing(
  { readLive, zone, now }: ProfilesDependencies,
  profiles: readonly Profile[],
): Promise<(profile: Profile) => PersonView> {
  const live = profiles.some(({ segments, runs }) => segments.size > 0 || runs.length > 0)
    ? await readLive()
    : undefined;
  return (profile) => ({
    ...viewProfile(profile, now()),
    segments: live === undefined ? [] : viewMemberships(profile, live, zone, now()),
    journeys: live === undefined ? [] : viewRuns(profile, live),
  });
}

export const NEWER_PROFILE: Problem = problem(
  503,
  'newer_profile',
  'A newer release wrote this profile; it is being rolled out.',
);

/** A family shares an address, a form's default is shared by thousands: whoever asks wants to see that, not all of them. */
const MOST_SHOWN = 20;

/** Those who have the address or number at this moment, whoever was there last first. */
async function profilesHaving(
  dependencies: ProfilesDependencies,
  kind: AddressKind,
  value: string | undefined,
  addressOf: (profile: Profile) => string | undefined,
): Promise<Answer<200, ProfileList>> {
  if (value === undefined) return problem(400, `invalid_${kind}`, HOW_TO_WRITE[kind]);
  const { profiles, people } = dependencies;
  const { keys, more } = await people.having(kind, value, MOST_SHOWN);
  // By the key it is kept under: two ids of the index may have become one person since.
  const found = new Map<UserKey, Profile>();
  let isUnreadable = false;
  await eachOf(keys, MOST_SHOWN, async (key) => {
    const stored = await profiles.get(key);
    if (stored?.outcome === 'unknown-version') isUnreadable = true;
    else if (stored !== undefined && addressOf(stored.profile) === value) found.set(stored.profile.key, stored.profile);
  });
  if (isUnreadable) return NEWER_PROFILE;
  const sorted = [...found.values()].sort(byLastInput);
  return ok({ profiles: sorted.map(await viewing(dependencies, sorted)), more });
}

const HOW_TO_WRITE: Record<AddressKind, string> = {
  email: 'This is no e-mail address. In a URL, a + is written %2B.',
  phone: 'Write the number with its country, such as +49 30 901820. In a URL, a + is written %2B.',
};

const byLastInput = (a: Profile, b: Profile) => b.asOf - a.asOf || (a.key < b.key ? -1 : 1);
