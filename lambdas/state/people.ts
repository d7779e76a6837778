import type { Input } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { Tombstone } from '../../domain/state/tombstone.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { Person } from './join.ts';
import type { Snapshot } from './snapshot.ts';
import type { Work } from './work.ts';

/** Under which key somebody's inputs came, and what came there. */
export type Came = readonly (readonly [UserKey, Work])[];

/** `came` is what to begin with again: the way to her may be another one by then. */
export interface Arrival {
  readonly person: Person;
  readonly came: Came;
}

export interface People {
  readonly people: readonly Arrival[];
  readonly unread: Came;
  /** Only a newer release can read these. */
  readonly newer: Came;
}

/** Brings what came in under several keys to whom they all have become. */
export function peopleOf(users: Came, snapshot: Snapshot): People {
  const found = new Map<UserKey, { profile: Profile | undefined; met: Tombstone[]; came: [UserKey, Work][] }>();
  const unread: [UserKey, Work][] = [];
  const newer: [UserKey, Work][] = [];
  for (const [user, work] of users) {
    const followed = snapshot.follow(user);
    if (followed.outcome === 'unread') unread.push([user, work]);
    else if (followed.outcome === 'newer') newer.push([user, work]);
    else {
      const { key, profile, met } = followed;
      const person = found.get(key) ?? { profile, met: [], came: [] };
      person.met.push(...met.filter((tombstone) => !person.met.includes(tombstone)));
      person.came.push([user, work]);
      found.set(key, person);
    }
  }
  const people = [...found].flatMap(([key, { profile, met, came }]) => {
    const inputs = came.flatMap(([user, { inputs: all }]) => (user === key ? all : forHeir(all, key)));
    return inputs.length === 0 ? [] : [{ person: { key, profile, met, inputs }, came }];
  });
  return { people, unread, newer };
}

/** A tombstone is due for nothing: what it was due for has happened to it before. */
export const forHeir = (inputs: readonly Input[], user: UserKey): Input[] =>
  inputs.filter(({ kind }) => kind !== 'due').map((input) => ({ ...input, user }));
