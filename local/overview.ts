import type { LiveCatalog } from '../domain/catalog/live-catalog.ts';
import type { Profile } from '../domain/state/profile.ts';
import { DEFAULT_STAGES, type Stage } from '../domain/state/stage.ts';
import { idIn, isKnown } from '../domain/state/user-key.ts';
import type { Item } from './cloud/services/dynamodb/attribute-value.ts';
import { storedProfile } from './stored-profile.ts';

export interface Overview {
  readonly people: number;
  /** Profiles of devices nobody has logged in on. */
  readonly anonymous: number;
  /** In the order of the lifecycle that is in force. */
  readonly stages: readonly { readonly name: Stage; readonly count: number }[];
  /** Those published, by what people call them; none is in one that is still being filled. */
  readonly segments: readonly {
    readonly key: string;
    readonly name: string;
    readonly filling: boolean;
    readonly count: number;
  }[];
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
export function overviewOf(items: Iterable<Item>, live: LiveCatalog | undefined): Overview {
  const counts = new Map<Stage, number>(stagesOf(live).map((stage) => [stage, 0]));
  const members = new Map<number, number>();
  const people: Profile[] = [];
  let anonymous = 0;
  for (const item of items) {
    const profile = profileIn(item);
    if (profile === undefined) continue;
    if (!isKnown(profile.key)) anonymous++;
    else people.push(profile);
    if (profile.stage) counts.set(profile.stage.name, (counts.get(profile.stage.name) ?? 0) + 1);
    for (const id of profile.segments.keys()) members.set(id, (members.get(id) ?? 0) + 1);
  }
  people.sort((a, b) => (b.stage?.since ?? 0) - (a.stage?.since ?? 0));
  return {
    people: people.length,
    anonymous,
    stages: [...counts].map(([name, count]) => ({ name, count })),
    segments: (live?.segments ?? []).map(({ id, key, name = key, filling = false }) => ({
      ...{ key, name, filling },
      count: members.get(id) ?? 0,
    })),
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

function stagesOf(live: LiveCatalog | undefined): readonly Stage[] {
  if (live?.lifecycle === undefined) return DEFAULT_STAGES;
  const { stages, otherwise } = live.lifecycle;
  return [...stages.map(({ name }) => name), otherwise];
}

function profileIn(item: Item): Profile | undefined {
  // A tombstone: the person is counted under the id she lives under.
  if (item.heir !== undefined) return undefined;
  const decoded = storedProfile(item);
  return decoded?.outcome === 'profile' ? decoded.profile : undefined;
}
