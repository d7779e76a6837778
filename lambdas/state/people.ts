import { type Input, inputOrder } from '../../domain/state/input.ts';
import { isSettled, type Link } from '../../domain/state/links.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { Tombstone } from '../../domain/state/tombstone.ts';
import { isKnown, type UserKey } from '../../domain/state/user-key.ts';
import type { ProfileStore, Stored } from '../adapters/profile-store.ts';
import { linksTaken, type Person } from './join.ts';
import type { Work } from './work.ts';

/** Heirs ascend one order, so a way this long is a damaged table and no family. */
const MOST_HEIRS = 100;

/** Profiles and tombstones as they were read together: enough to follow everybody named to whom he has become. */
export class Snapshot {
  readonly #stored = new Map<UserKey, Stored>();
  readonly #read = new Set<UserKey>();
  readonly #unread = new Set<UserKey>();
  readonly #profiles: ProfileStore;

  constructor(profiles: ProfileStore) {
    this.#profiles = profiles;
  }

  /** Reads what stands under these keys, and their heirs' heirs. */
  async read(keys: Iterable<UserKey>): Promise<void> {
    let wanted = this.#missing(keys);
    for (let heirs = 0; wanted.length > 0 && heirs <= MOST_HEIRS; heirs++) {
      const { found, unread } = await this.#profiles.getMany(wanted);
      for (const key of wanted) this.#read.add(key);
      for (const key of unread) this.#unread.add(key);
      for (const [key, stored] of found) this.#stored.set(key, stored);
      const heirsFound = [...found.values()].flatMap((stored) =>
        stored.outcome === 'tombstone' ? [stored.tombstone.heir] : [],
      );
      wanted = this.#missing(heirsFound);
    }
  }

  /** Whom somebody has become, and the tombstones on the way, nearest to the living one first. */
  follow(key: UserKey): Followed {
    const met: Tombstone[] = [];
    let next = key;
    for (;;) {
      if (this.#unread.has(next) || !this.#read.has(next)) return { outcome: 'unread' };
      const stored = this.#stored.get(next);
      if (stored?.outcome === 'unknown-version') return { outcome: 'newer' };
      // It comes back alone, and ends among the dead letters if that does not help.
      if (stored?.outcome === 'unreadable' || met.length > MOST_HEIRS) return { outcome: 'unread' };
      if (stored?.outcome !== 'tombstone')
        return { outcome: 'person', key: next, profile: stored?.profile, met: met.reverse() };
      met.push(stored.tombstone);
      next = stored.tombstone.heir;
    }
  }

  /** How many of the profiles read cannot be understood. */
  get unreadable(): number {
    return [...this.#stored.values()].filter(({ outcome }) => outcome === 'unreadable').length;
  }

  /** What stood under these keys is out of date. */
  forget(keys: Iterable<UserKey>): void {
    for (const key of keys) {
      this.#read.delete(key);
      this.#unread.delete(key);
      this.#stored.delete(key);
    }
  }

  /** Whom a link names: of an id that may be a user's or a device's, the user if there is one. */
  nameIn(link: Link): UserKey {
    if (link.kind !== 'either') return link.key;
    return this.#stored.has(link.user) || this.#unread.has(link.user) ? link.user : link.device;
  }

  /** Whether a device has become part of nobody. */
  isFree(key: UserKey): boolean {
    return this.#read.has(key) && this.#stored.get(key)?.outcome !== 'tombstone';
  }

  #missing(keys: Iterable<UserKey>): UserKey[] {
    return [...new Set(keys)].filter((key) => !this.#read.has(key));
  }
}

export type Followed =
  /** `profile` is undefined for somebody who has not been seen yet. */
  | {
      readonly outcome: 'person';
      readonly key: UserKey;
      readonly profile: Profile | undefined;
      readonly met: readonly Tombstone[];
    }
  /** Only a newer release can read it. */
  | { readonly outcome: 'newer' }
  | { readonly outcome: 'unread' };

/** Under which key somebody's inputs came, and what came there. */
type Came = readonly (readonly [UserKey, Work])[];

/** `came` is what to begin with again: the way to her may be another one by then. */
export interface Arrival {
  readonly person: Person;
  readonly came: Came;
}

export interface People {
  readonly people: readonly Arrival[];
  readonly unread: Came;
  readonly unreadable: Came;
}

/** Brings what came in under several keys to whom they all have become. */
export function peopleOf(users: Came, snapshot: Snapshot): People {
  const found = new Map<UserKey, { profile: Profile | undefined; met: Tombstone[]; came: [UserKey, Work][] }>();
  const unread: [UserKey, Work][] = [];
  const unreadable: [UserKey, Work][] = [];
  for (const [user, work] of users) {
    const followed = snapshot.follow(user);
    if (followed.outcome === 'unread') unread.push([user, work]);
    else if (followed.outcome === 'newer') unreadable.push([user, work]);
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
  return { people, unread, unreadable };
}

/** A tombstone is due for nothing: what it was due for has happened to it before. */
const forHeir = (inputs: readonly Input[], user: UserKey): Input[] =>
  inputs.filter(({ kind }) => kind !== 'due').map((input) => ({ ...input, user }));

export interface Turns {
  /** Devices nobody was logged in on. */
  readonly devices: readonly Arrival[];
  readonly users: readonly Arrival[];
  /** What has to be looked at again when these are done. */
  readonly later: Came;
}

/**
 * Who is committed before whom, where it matters: a batch can hold what a device did, the log-in on it, and what it did
 * afterwards, and the outcome must be that of one after the other. So a device is given what came before it was first
 * named for a user, and committed before that user; what came after that is the user's. Whoever else names the device
 * waits for the next round.
 */
export function turnsOf(people: readonly Arrival[], snapshot: Snapshot): Turns {
  const named = firstNamed(people, snapshot);
  const waits = ({ person }: Arrival) =>
    freeDevicesOf(person, snapshot).some((key) => named.get(key)?.person !== person);
  const later = people.filter(waits).flatMap(({ came }) => came);
  const devices: Arrival[] = [];
  const users = new Map<Person, Arrival>();
  for (const arrival of people) if (isKnown(arrival.person.key) && !waits(arrival)) users.set(arrival.person, arrival);

  for (const arrival of people) {
    const { person, came } = arrival;
    if (isKnown(person.key)) continue;
    const first = named.get(person.key);
    if (first === undefined) {
      devices.push(arrival);
      continue;
    }
    const isBefore = (input: Input) => inputOrder(input, first.input) < 0;
    const before = { person: { ...person, inputs: person.inputs.filter(isBefore) }, came: partOf(came, isBefore) };
    if (before.came.length > 0) devices.push(before);
    const after = partOf(came, (input) => !isBefore(input));
    const heir = users.get(first.person);
    if (heir === undefined) later.push(...after);
    else users.set(first.person, withInputs(heir, after));
  }
  return { devices, users: [...users.values()], later };
}

const withInputs = ({ person, came }: Arrival, after: Came): Arrival => ({
  person: { ...person, inputs: [...person.inputs, ...after.flatMap(([, { inputs }]) => forHeir(inputs, person.key))] },
  came: [...came, ...after],
});

/**
 * By whom, and with which input, each device of the batch is named first. Of two who name each other's, whoever began is
 * first with all of his: somebody has to be.
 */
function firstNamed(people: readonly Arrival[], snapshot: Snapshot): Map<UserKey, { person: Person; input: Input }> {
  const namings = people.flatMap(({ person }) => {
    const inputs = person.inputs.filter((input) => freeDevicesIn(person, input, snapshot).length > 0).sort(inputOrder);
    return inputs[0] === undefined ? [] : [{ person, inputs, begins: inputs[0] }];
  });
  const named = new Map<UserKey, { person: Person; input: Input }>();
  for (const { person, inputs } of namings.sort((a, b) => inputOrder(a.begins, b.begins)))
    for (const input of inputs)
      for (const key of freeDevicesIn(person, input, snapshot)) if (!named.has(key)) named.set(key, { person, input });
  return named;
}

const freeDevicesOf = (person: Person, snapshot: Snapshot): UserKey[] =>
  person.inputs.flatMap((input) => freeDevicesIn(person, input, snapshot));

/** Devices an input names that are nobody's yet, and that will be hers unless somebody else is first. */
const freeDevicesIn = (person: Person, input: Input, snapshot: Snapshot): UserKey[] =>
  linksTaken(person, input)
    .map((link) => snapshot.nameIn(link))
    .filter((key) => !isKnown(key) && !isSettled(person.profile, key) && snapshot.isFree(key));

const partOf = (came: Came, belongs: (input: Input) => boolean): [UserKey, Work][] =>
  came
    .map(([user, work]): [UserKey, Work] => [user, { ...work, inputs: work.inputs.filter(belongs) }])
    .filter(([, { inputs }]) => inputs.length > 0);
