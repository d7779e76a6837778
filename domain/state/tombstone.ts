import type { Profile } from './profile.ts';
import type { UserKey } from './user-key.ts';

/**
 * What stands under an id that has become part of another profile. It takes no input and is due for nothing: whoever
 * meets it goes on to the heir. An heir never changes, and heirs ascend one order (`heirOf`), so the way ends.
 */
export interface Tombstone {
  readonly key: UserKey;
  /** Number of commits so far, as of a profile; 0: never stored. */
  readonly version: number;
  readonly heir: UserKey;
  /** What was known here, until it is known that the heir has it. */
  readonly state: Profile | undefined;
}

/** Heirs ascend one order, so a way longer than this is a damaged table and no family. */
export const MOST_HEIRS = 100;
