import type { Profile } from '../domain/state/profile.ts';
import { DEFAULT_STAGES, type Stage } from '../domain/state/stage.ts';
import { idIn, isKnown } from '../domain/state/user-key.ts';
import type { Item } from './cloud/services/dynamodb/attribute-value.ts';
import { storedProfile } from './stored-profile.ts';

export interface Overview {
  readonly people: number;
  /** Profiles of devices nobody has logged in on. */
  readonly anonymous: number;
  readonly stages: readonly { readonly name: Stage; readonly count: number }[];
  /** Those whose stage changed last, newest first. */
  readonly latest: readonly {
    readonly userId: string;
    readonly stage: Stage;
    readonly since: string;
    readonly reason: string;
  }[];
}

const LATEST = 12;

/** Counts everybody in the profiles table; reads the whole of it, which a laptop's table allows. */
export function overviewOf(items: Iterable<Item>): Overview {
  const counts = new Map<Stage, number>(DEFAULT_STAGES.map((stage) => [stage, 0]));
  const people: Profile[] = [];
  let anonymous = 0;
  for (const item of items) {
    const profile = profileIn(item);
    if (profile === undefined) continue;
    if (!isKnown(profile.key)) anonymous++;
    else people.push(profile);
    if (profile.stage) counts.set(profile.stage.name, (counts.get(profile.stage.name) ?? 0) + 1);
  }
  people.sort((a, b) => (b.stage?.since ?? 0) - (a.stage?.since ?? 0));
  return {
    people: people.length,
    anonymous,
    stages: [...counts].map(([name, count]) => ({ name, count })),
    latest: people.slice(0, LATEST).flatMap(({ key, stage }) =>
      stage === undefined
        ? []
        : [
            {
              userId: idIn(key),
              stage: stage.name,
              since: new Date(stage.since).toISOString(),
              reason: stage.reason,
            },
          ],
    ),
  };
}

function profileIn(item: Item): Profile | undefined {
  // A tombstone: the person is counted under the id she lives under.
  if (item.heir !== undefined) return undefined;
  const decoded = storedProfile(item);
  return decoded?.outcome === 'profile' ? decoded.profile : undefined;
}
