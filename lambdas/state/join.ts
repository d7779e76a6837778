import { type Joined, retire } from '../../domain/decisions/advance.ts';
import type { Plan } from '../../domain/decisions/plan.ts';
import { type Input, inputOrder } from '../../domain/state/input.ts';
import { hasFolded, heirOf, isSettled, keysOf, type Link, linksIn, takesDevices } from '../../domain/state/links.ts';
import { newProfile, type Profile } from '../../domain/state/profile.ts';
import { isQuarantined } from '../../domain/state/quarantine.ts';
import { isKnownInput } from '../../domain/state/recent.ts';
import type { Tombstone } from '../../domain/state/tombstone.ts';
import { isKnown, type UserKey } from '../../domain/state/user-key.ts';
import type { ProfileStore } from '../adapters/profile-store.ts';
import { eachOf } from '../runtime/concurrency.ts';
import type { Snapshot } from './snapshot.ts';

/** Somebody with what came in for her, under the key she lives under. */
export interface Person {
  readonly key: UserKey;
  /** Undefined if she has not been seen yet. */
  readonly profile: Profile | undefined;
  /** Tombstones met on the way to her, nearest first: she may not have their state yet. */
  readonly met: readonly Tombstone[];
  readonly inputs: readonly Input[];
}

export type Joining =
  | {
      readonly outcome: 'joining';
      readonly joined: Joined;
      /** Tombstones whose state she has once she is committed. */
      readonly graves: readonly Tombstone[];
      /** Devices that turned out to be somebody else's. */
      readonly strangers: readonly UserKey[];
    }
  /** Somebody else was faster, or she herself is part of another now: everything is to be read again. */
  | { readonly outcome: 'again' }
  | { readonly outcome: 'newer' }
  /** A newer catalog has decided about the other already. */
  | { readonly outcome: 'outdated'; readonly decidedUnder: number };

/** The keys that have to be read to know whom a person's inputs link her to. */
export const keysToJoin = (person: Person): readonly UserKey[] =>
  person.inputs.flatMap((input) =>
    linksTaken(person, input).flatMap((link) => {
      const keys = keysOf(link);
      return keys[0] === undefined || isClear(person, keys[0], input) ? [] : keys;
    }),
  );

/** What an input says about ids, unless it is left aside or she has more devices than a person has. */
export function linksTaken({ profile }: Person, input: Input): readonly Link[] {
  if (input.kind === 'event' && profile !== undefined && isQuarantined(profile, input.at)) return [];
  const links = linksIn(input);
  return takesDevices(profile, 0) ? links : links.filter(({ kind }) => kind !== 'device');
}

/**
 * Whether there is nothing to do about a key an input names. An input that comes again may have been left off before
 * the last write, so what it says is looked at once more.
 */
const isClear = ({ key, profile }: Pick<Person, 'key' | 'profile'>, named: UserKey, input: Input): boolean =>
  named === key || (isSettled(profile, named) && !isKnownInput(profile?.recent ?? [], input.id));

/**
 * Without what comes again of somebody who is about to become part of a person not seen yet. His tombstone is there, and
 * who put it there has not committed her: what he did before must not be what she begins with, while the log-in that made
 * him hers still comes.
 */
export function withoutRepeats(person: Person): Person {
  if (person.profile !== undefined || person.met.length === 0) return person;
  const isRepeat = ({ id }: Input) => person.met.some(({ state }) => isKnownInput(state?.recent ?? [], id));
  return { ...person, inputs: person.inputs.filter((input) => !isRepeat(input)) };
}

/**
 * Makes one person of those whom her inputs say to be one, up to the commit: whoever becomes part of her gets a
 * tombstone in the place of his profile, which keeps his state until hers has it. That order, tombstone, fold, mark, can
 * be left off anywhere: whoever comes next finds the tombstone, and in the heir's profile whether it was folded.
 *
 * A device goes to the first user it is named for and stays there. Of two users the heir is decided by one order for
 * all; if that is the other one, she gets the tombstone herself and her inputs are for the other.
 */
export async function joinOthers(
  profiles: ProfileStore,
  plan: Plan,
  snapshot: Snapshot,
  person: Person,
): Promise<Joining> {
  const join = new Join(profiles, plan, snapshot, person);
  const inputs = [...person.inputs].sort(inputOrder);
  if (inputs[0] !== undefined) join.take(inputs[0], person.met);
  for (const input of inputs) {
    for (const link of linksTaken(person, input)) {
      const outcome = await join.follow(link, input);
      if (typeof outcome === 'object') return outcome;
      if (outcome !== 'done') return { outcome };
    }
  }
  return { outcome: 'joining', joined: join.joined, graves: join.graves, strangers: join.strangers };
}

/** One person being joined with others. */
class Join {
  readonly joined = new Map<string, Profile[]>();
  readonly graves: Tombstone[] = [];
  readonly strangers: UserKey[] = [];
  readonly #asked = new Set<UserKey>();
  #taken = 0;
  readonly #profiles: ProfileStore;
  readonly #plan: Plan;
  readonly #snapshot: Snapshot;
  readonly #person: Person;

  constructor(profiles: ProfileStore, plan: Plan, snapshot: Snapshot, person: Person) {
    this.#profiles = profiles;
    this.#plan = plan;
    this.#snapshot = snapshot;
    this.#person = person;
  }

  /** What is under these tombstones becomes part of her with this input, unless it has done so before. */
  take(input: Input, tombstones: readonly Tombstone[]): void {
    const { profile } = this.#person;
    for (const tombstone of tombstones) {
      if (profile === undefined || !hasFolded(profile, tombstone.key)) {
        const state = tombstone.state ?? newProfile(tombstone.key, '', input.at);
        this.joined.set(input.id, [...(this.joined.get(input.id) ?? []), state]);
        this.#taken++;
      }
      if (tombstone.state !== undefined) this.graves.push(tombstone);
    }
  }

  async follow(
    link: Link,
    input: Input,
  ): Promise<'done' | 'again' | 'newer' | Extract<Joining, { readonly outcome: 'outdated' }>> {
    const { key, profile } = this.#person;
    const named = this.#nameIn(link);
    if (isClear(this.#person, named, input) || this.#asked.has(named)) return 'done';
    this.#asked.add(named);
    if (!isKnown(named) && !takesDevices(profile, this.#taken)) return 'done';
    const other = this.#snapshot.follow(named);
    if (other.outcome !== 'person') return other.outcome === 'newer' ? 'newer' : 'again';
    if (other.profile !== undefined && other.profile.plan > this.#plan.number)
      return { outcome: 'outdated', decidedUnder: other.profile.plan };

    if (other.key !== key) {
      if (!isKnown(named) && other.met.length > 0) {
        this.strangers.push(named);
        return 'done';
      }
      if (heirOf(key, other.key) !== key) {
        await this.#bury(key, profile, other.key, input);
        return 'again';
      }
      const grave = await this.#bury(other.key, other.profile, key, input);
      if (grave === undefined) return 'again';
      this.take(input, [grave]);
    }
    this.take(input, other.met);
    return 'done';
  }

  #nameIn(link: Link): UserKey {
    if (link.kind !== 'either') return link.key;
    // What she has folded already was a user, and was not read again.
    return isSettled(this.#person.profile, link.user) ? link.user : this.#snapshot.nameIn(link);
  }

  /** The tombstone as it is stored then; undefined when somebody else has changed the profile meanwhile. */
  async #bury(key: UserKey, stored: Profile | undefined, heir: UserKey, input: Input): Promise<Tombstone | undefined> {
    const last = stored && retire(stored, input.at, this.#plan);
    const tombstone = { key, version: stored?.version ?? 0, heir, state: last?.profile };
    const outcome = await this.#profiles.bury(tombstone, last?.effects ?? []);
    return outcome === 'committed' ? { ...tombstone, version: tombstone.version + 1 } : undefined;
  }
}

const MARKS_AT_ONCE = 5;

/** The third write: the heir has it all, so the tombstones need not keep it. Whoever meets one left over does this again. */
export async function markFolded(profiles: ProfileStore, graves: readonly Tombstone[]): Promise<void> {
  await eachOf(graves, MARKS_AT_ONCE, async (grave) => {
    await profiles.bury({ ...grave, state: undefined }, []);
  });
}
