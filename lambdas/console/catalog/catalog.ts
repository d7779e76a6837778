import type { SeenEvents, SeenNames, Surroundings } from '../../../domain/catalog/checks/project.ts';
import { idOf } from '../../../domain/catalog/definition.ts';
import type { Draft } from '../../../domain/catalog/draft.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import type { NamedRelease, PublishedRelease } from '../../../domain/catalog/releases/next-release.ts';
import { asChecked } from '../../../domain/catalog/schemas.ts';
import type { CompileMjml } from '../../../domain/delivery/email/mjml.ts';
import type { SeenEvent } from '../../../domain/events/tracking-plan/seen-event.ts';
import type { CatalogStore } from '../../adapters/catalog-store.ts';
import type { DefinitionDrafts } from '../../adapters/definition-drafts.ts';
import type { PublishProposals } from '../../adapters/publish-proposals.ts';
import type { StageBindings } from '../../adapters/stage-bindings.ts';
import type { TrackingPlanReader } from '../../adapters/tracking-plan.ts';
import type { Owing } from '../../decisions/census/owed.ts';
import type { Log } from '../../runtime/log.ts';
import type { Affected } from '../segments/count-affected.ts';

export interface CatalogDependencies {
  readonly catalog: CatalogStore;
  readonly drafts: DefinitionDrafts;
  readonly bindings: StageBindings;
  /** The only domain that this stage sends email from. */
  readonly emailDomain: string;
  /** This stage's name among those of the account. */
  readonly deployment: string;
  readonly proposals: PublishProposals;
  readonly plan: TrackingPlanReader;
  /** What this stage can do, whatever is published. */
  readonly stage: Pick<Surroundings, 'zone' | 'channels' | 'scores'>;
  /** Has somebody look in a minute what is live then, and begin what that is owed. */
  readonly announce: () => Promise<void>;
  /** Has a release that is live reach everybody. */
  readonly beginOwed: (owing: Owing) => Promise<void>;
  /** How many people would change stage or segment, told at once or by a job; `id` is the request's. */
  readonly countAffected: (next: LiveCatalog, id: string) => Promise<Affected>;
  /** How many people are in a journey; undefined while nobody can tell. */
  readonly countInside: (journey: string) => Promise<number | undefined>;
  /** Loaded when the first template is published: no other request waits for it. */
  readonly mjmlCompiler: () => Promise<CompileMjml>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** All that is read before anything is decided about the catalog. */
export interface Loaded {
  readonly live: PublishedRelease | undefined;
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
    ...seenTraits(seen.seen),
  };
  return { live, drafts: written, around };
}

async function loadLive(catalog: CatalogStore): Promise<Loaded['live']> {
  const live = await catalog.live();
  return live && { ...live, definitions: (await catalog.definitionsOf(live.release)).map(asChecked) };
}

export const liveNumber = ({ live }: { readonly live: NamedRelease | undefined }): number => live?.release.number ?? 0;

/** What apps tell of people, unless some of it found no room: then nobody can say that a trait is not there. */
function seenTraits(seen: readonly SeenEvent[]): Pick<Surroundings, 'traits'> {
  const told = seen.filter(({ type }) => type === 'identify');
  if (told.some(({ more }) => more > 0)) return {};
  return { traits: new Set(told.flatMap(({ properties }) => [...properties.keys()])) };
}

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
