import { addressIn } from '../../../domain/events/address.ts';
import { phoneIn } from '../../../domain/events/phone.ts';
import { emailOf, phoneOf } from '../../../domain/state/contact.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { type ProfileView, viewProfile } from '../../../domain/state/profile-view.ts';
import { anonymousKey, knownKey, type UserKey } from '../../../domain/state/user-key.ts';
import type { AddressKind, PeopleIndex } from '../../adapters/people-index.ts';
import type { ProfileReader } from '../../adapters/profile-store.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import { type Answer, ok, type Problem, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';
import type { profileListSchema } from './profile-schema.ts';

export interface ProfilesDependencies {
  readonly profiles: ProfileReader;
  readonly people: PeopleIndex;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The profile of somebody known. */
export const profileOfUser = (dependencies: ProfilesDependencies, userId: string): Promise<Answer<200, ProfileView>> =>
  oneProfile(dependencies, knownKey(userId), 'Nobody with this user id has been seen.');

type ProfileList = Shown<typeof profileListSchema>;

/** Whom a request asks for; exactly one of them, and not empty. */
export type ProfilesQuery = { readonly [By in (typeof BY)[number]]?: string | undefined };

/** By `userId` or `anonymousId` one profile, by `email` or `phone` everybody who has it. */
export async function findProfiles(
  dependencies: ProfilesDependencies,
  query: ProfilesQuery,
): Promise<Answer<200, ProfileView | ProfileList>> {
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
  { profiles, now }: ProfilesDependencies,
  key: UserKey,
  unknown: string,
): Promise<Answer<200, ProfileView>> {
  const stored = await profiles.get(key);
  if (stored === undefined) return problem(404, 'unknown_user', unknown);
  return stored.outcome === 'unknown-version' ? NEWER_PROFILE : ok(viewProfile(stored.profile, now()));
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
  { profiles, people, now }: ProfilesDependencies,
  kind: AddressKind,
  value: string | undefined,
  addressOf: (profile: Profile) => string | undefined,
): Promise<Answer<200, ProfileList>> {
  if (value === undefined) return problem(400, `invalid_${kind}`, HOW_TO_WRITE[kind]);
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
  const views = [...found.values()].sort(byLastInput).map((profile) => viewProfile(profile, now()));
  return ok({ profiles: views, more });
}

const HOW_TO_WRITE: Record<AddressKind, string> = {
  email: 'This is no e-mail address. In a URL, a + is written %2B.',
  phone: 'Write the number with its country, such as +49 30 901820. In a URL, a + is written %2B.',
};

const byLastInput = (a: Profile, b: Profile) => b.asOf - a.asOf || (a.key < b.key ? -1 : 1);
