import { byPlace, type DefinitionName, idOf } from '../definition.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { filledRegistry, nextRegistry } from './registry.ts';
import { NOTHING_REGISTERED, type Publisher, type Release } from './release.ts';

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
  readonly publishedAt: number;
  readonly by: Publisher;
  readonly approvedBy?: Publisher | undefined;
  readonly note?: string | undefined;
  readonly startJourneys: boolean;
  /** Whether what was received before is counted from the lake for what is counted anew. */
  readonly fill: boolean;
  readonly rollbackOf?: number | undefined;
}

/** The release that follows the live one. */
export function nextRelease(current: NamedRelease | undefined, publication: Publication): Release {
  const { definitions, partOf, publishedAt, by, approvedBy, note, startJourneys, fill, rollbackOf } = publication;
  const sorted = definitions.toSorted(byPlace);
  return {
    ...following(current),
    publishedAt,
    by,
    ...(approvedBy && { approvedBy }),
    ...(note !== undefined && { note }),
    ...(rollbackOf !== undefined && { rollbackOf }),
    items: sorted.map(({ type, key }) => ({ type, key, part: partOf({ type, key }) })),
    registry: nextRegistry(current?.release.registry ?? NOTHING_REGISTERED, sorted, { publishedAt, fill }),
    startJourneys,
  };
}

/**
 * The release in which some counters are filled: the same definitions, published by the system, so that segments which had
 * to wait for them begin.
 * @param filled ids of counters
 */
export const filledRelease = (
  current: NamedRelease,
  filled: ReadonlySet<number>,
  publishedAt: number,
  by: Publisher,
): Release => {
  const { items, registry } = current.release;
  return {
    ...following(current),
    publishedAt,
    by,
    items,
    registry: filledRegistry(registry, filled),
    startJourneys: false,
  };
};

const following = (current: NamedRelease | undefined): Pick<Release, 'number' | 'previous'> => ({
  number: (current?.release.number ?? 0) + 1,
  ...(current !== undefined && { previous: current.name }),
});

/** Where a release has a definition, or undefined. */
export const addressIn = (release: Release | undefined, name: DefinitionName): string | undefined =>
  release?.items.find((item) => idOf(item) === idOf(name))?.part;
