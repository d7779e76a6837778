import type { DefinitionName } from '../definition.ts';
import type { RegisteredCounter } from '../live-catalog.ts';

/**
 * What was published at one time, all of it: never changed. The next release is another one, a rollback too, so numbers
 * only rise. `previous` makes a chain of them; a release that lost a race is in no chain and counts for nothing.
 */
export interface Release {
  /** From 1. */
  readonly number: number;
  /** The name of the release before it; undefined for the first. */
  readonly previous?: string;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  readonly by: Publisher;
  /** The second person, where one was needed. */
  readonly approvedBy?: Publisher;
  readonly note?: string;
  /** The release whose content this is once more. */
  readonly rollbackOf?: number;
  /** Sorted by type and key. */
  readonly items: readonly ReleaseItem[];
  readonly registry: Registry;
  /** Whether who changes stage or segment by this very publish may enter journeys by it. */
  readonly startJourneys: boolean;
}

/** Who published, as her token named her. */
export interface Publisher {
  readonly subject: string;
  readonly name: string;
}

export interface ReleaseItem extends DefinitionName {
  /** The address of its content. */
  readonly part: string;
}

/** Which ids were given to what. Profiles store ids, so none is ever given twice. */
export interface Registry {
  readonly segments: readonly RegisteredSegment[];
  readonly counters: readonly CountedCounter[];
  /** The least ids that were never given. */
  readonly next: { readonly segment: number; readonly counter: number };
}

export interface RegisteredSegment {
  readonly key: string;
  readonly id: number;
}

export interface CountedCounter extends RegisteredCounter {
  /** What was received before `countsFrom` still has to be counted from the lake. */
  readonly unfilled?: true;
}

export const NOTHING_REGISTERED: Registry = { segments: [], counters: [], next: { segment: 1, counter: 1 } };

/** A change of the live catalog, as everybody polls it. */
export interface CatalogPointer {
  readonly number: number;
  /** The name of the release. */
  readonly release: string;
  readonly publishedAt: number;
}
