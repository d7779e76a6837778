import type { Link } from '../../domain/state/links.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { MOST_HEIRS, type Tombstone } from '../../domain/state/tombstone.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { ProfileStore, Stored } from '../adapters/profile-store.ts';

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
