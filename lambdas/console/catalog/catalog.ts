import type { SeenEvents, SeenNames, Surroundings } from '../../../domain/catalog/checks/project.ts';
import { idOf } from '../../../domain/catalog/definition.ts';
import type { Draft } from '../../../domain/catalog/draft.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import type { ReleaseContent } from '../../../domain/catalog/releases/changes.ts';
import type { NamedRelease } from '../../../domain/catalog/releases/next-release.ts';
import { asChecked } from '../../../domain/catalog/schemas.ts';
import type { SeenEvent } from '../../../domain/events/tracking-plan/seen-event.ts';
import type { CatalogStore } from '../../adapters/catalog-store.ts';
import type { DefinitionDrafts } from '../../adapters/definition-drafts.ts';
import type { PublishProposals } from '../../adapters/publish-proposals.ts';
import type { StageBindings } from '../../adapters/stage-bindings.ts';
import type { TrackingPlanReader } from '../../adapters/tracking-plan.ts';
import type { Published } from '../../decisions/census/after-publish.ts';
import type { Log } from '../../runtime/log.ts';

export interface CatalogDependencies {
  readonly catalog: CatalogStore;
  readonly drafts: DefinitionDrafts;
  readonly bindings: StageBindings;
  readonly proposals: PublishProposals;
  readonly plan: TrackingPlanReader;
  /** What this stage can do, whatever is published. */
  readonly stage: Pick<Surroundings, 'zone' | 'channels' | 'scores'>;
  /** Has a release that is live reach everybody; answers with the id of the job, if it takes one. */
  readonly startReconcile: (published: Published) => Promise<string | undefined>;
  /** How many people would change stage or segment; undefined when nobody can tell. */
  readonly countAffected: (next: LiveCatalog) => Promise<number | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** All that is read before anything is decided about the catalog. */
export interface Loaded {
  readonly live: (ReleaseContent & NamedRelease) | undefined;
  readonly drafts: readonly Draft[];
  readonly around: Surroundings;
}

export async function load(dependencies: CatalogDependencies): Promise<Loaded> {
  const { catalog, drafts, bindings, plan, stage, now } = dependencies;
  const [live, written, bound, seen] = await Promise.all([
    loadLive(catalog),
    drafts.list(),
    bindings.list(),
    plan.read(now()),
  ]);
  const around = {
    ...stage,
    bindings: new Set(bound.map(({ name }) => name)),
    drafts: new Set(written.map(idOf)),
    seen: seenEvents(seen.seen),
  };
  return { live, drafts: written, around };
}

async function loadLive(catalog: CatalogStore): Promise<Loaded['live']> {
  const live = await catalog.live();
  return live && { ...live, definitions: (await catalog.definitionsOf(live.release)).map(asChecked) };
}

export const liveNumber = ({ live }: Pick<Loaded, 'live'>): number => live?.release.number ?? 0;

/** The tracking plan by names of events: a name may have come as a page and as a track event. */
function seenEvents(seen: readonly SeenEvent[]): SeenEvents {
  const events = new Map<string, SeenNames>();
  for (const { name, type, last, properties, more } of seen) {
    if (type === 'identify' || type === 'group') continue;
    const known = events.get(name);
    const all = more === 0 && (known === undefined || known.properties !== undefined);
    events.set(name, {
      last: Math.max(last, known?.last ?? 0),
      ...(all && { properties: new Set([...properties.keys(), ...(known?.properties ?? [])]) }),
    });
  }
  return events;
}
