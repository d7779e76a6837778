import { byPlace, type DefinitionName, idOf } from '../definition.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { decideOtherwise, type ReleaseContent } from './changes.ts';
import { stillWaits, waitingLifecycle } from './lifecycle-in-force.ts';
import { filledRegistry, keepingCounters, nextRegistry, refilledRegistry } from './registry.ts';
import { NOTHING_REGISTERED, type Publisher, type ReadyPart, type Registry, type Release } from './release.ts';

/** A release with the name it is stored under. */
export interface NamedRelease {
  readonly name: string;
  readonly release: Release;
}

export interface Publication {
  /** All that shall be live. */
  readonly definitions: readonly CheckedDefinition[];
  /** The address of what a definition says. */
  readonly partOf: (name: DefinitionName) => string;
  /** What workers load of a template instead. */
  readonly readyOf?: (name: DefinitionName) => ReadyPart | undefined;
  readonly publishedAt: number;
  readonly by: Publisher;
  readonly approvedBy?: Publisher | undefined;
  readonly note?: string | undefined;
  readonly startJourneys: boolean;
  /** Whether what was received before is counted from the lake for what is counted anew. */
  readonly fill: boolean;
  readonly rollbackOf?: number | undefined;
}

/** A release that was live once, or is, with all that it says. */
export type PublishedRelease = NamedRelease & ReleaseContent;

/** The release that follows the live one. */
export function nextRelease(current: PublishedRelease | undefined, publication: Publication): Release {
  const {
    definitions,
    partOf,
    readyOf = () => undefined,
    publishedAt,
    by,
    approvedBy,
    note,
    startJourneys,
    fill,
    rollbackOf,
  } = publication;
  const sorted = definitions.toSorted(byPlace);
  const { number, previous } = following(current);
  const before = current?.release.registry ?? NOTHING_REGISTERED;
  const registry = nextRegistry(before, sorted, { publishedAt, backfill: fill ? number : undefined });
  const waiting = waitingLifecycle(current, sorted, registry);
  const reconcile = decideOtherwise(current?.definitions ?? [], sorted) ? number : current?.release.reconcile;
  return {
    number,
    ...(previous !== undefined && { previous }),
    publishedAt,
    by,
    ...(approvedBy && { approvedBy }),
    ...(note !== undefined && { note }),
    ...(rollbackOf !== undefined && { rollbackOf }),
    items: sorted.map(({ type, key }) => {
      const ready = readyOf({ type, key });
      return { type, key, part: partOf({ type, key }), ...(ready && { ready }) };
    }),
    registry: waiting ? keepingCounters(registry, before, waiting.inForce.counters) : registry,
    ...(waiting && { waiting }),
    ...(reconcile !== undefined && { reconcile }),
    startJourneys,
  };
}

/**
 * The release in which some counters are filled: the same definitions, published by the system, so that what had to wait for
 * them begins. Undefined when nothing waits for them any more.
 * @param filled ids of counters
 */
export function filledRelease(
  current: NamedRelease,
  filled: ReadonlySet<number>,
  publishedAt: number,
  by: Publisher,
): Release | undefined {
  const { registry, waiting } = current.release;
  if (!registry.counters.some(({ id, backfill }) => backfill !== undefined && filled.has(id))) return undefined;
  const after = filledRegistry(registry, filled);
  const next = sameContent(current, publishedAt, by, after);
  return {
    ...next,
    note: 'What came before is counted: what waited for it takes effect.',
    ...(waiting !== undefined && stillWaits(waiting, after) && { waiting }),
    reconcile: next.number,
  };
}

/**
 * The release whose own backfill counts what others should have: the same definitions. Undefined when nothing waits for
 * those any more.
 * @param instead numbers of the releases whose backfills have failed
 */
export function refilledRelease(
  current: NamedRelease,
  instead: ReadonlySet<number>,
  publishedAt: number,
  by: Publisher,
): Release | undefined {
  const { registry, waiting, reconcile } = current.release;
  if (!registry.counters.some(({ backfill }) => backfill !== undefined && instead.has(backfill))) return undefined;
  const { number } = following(current);
  return {
    ...sameContent(current, publishedAt, by, refilledRegistry(registry, instead, number)),
    note: 'What came before is counted anew, where that had failed.',
    ...(waiting !== undefined && { waiting }),
    ...(reconcile !== undefined && { reconcile }),
  };
}

const sameContent = (current: NamedRelease, publishedAt: number, by: Publisher, registry: Registry): Release => ({
  ...following(current),
  publishedAt,
  by,
  items: current.release.items,
  registry,
  startJourneys: false,
});

const following = (current: NamedRelease | undefined): Pick<Release, 'number' | 'previous'> => ({
  number: (current?.release.number ?? 0) + 1,
  ...(current !== undefined && { previous: current.name }),
});

/** Where a release has a definition, or undefined. */
export const addressIn = (release: Release | undefined, name: DefinitionName): string | undefined =>
  release?.items.find((item) => idOf(item) === idOf(name))?.part;
