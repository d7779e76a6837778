import type { DefinitionName } from '../definition.ts';
import type { HaltedJourney, JourneyVersion, LiveTemplate, RegisteredCounter } from '../live-catalog.ts';

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
  /** Set while the lifecycle among the items waits until its past is counted. */
  readonly waiting?: WaitingLifecycle;
  /** The latest release, this one or one before it, that has everybody looked at anew; undefined while none had to. */
  readonly reconcile?: number;
  /**
   * The latest release, this one or one before it, that changed what stages and segments mean. Absent in what older releases of
   * ours have published: then each that has everybody looked at.
   */
  readonly redefined?: number;
  /** Whether who changes stage or segment by this very publish may enter journeys by it. */
  readonly startJourneys: boolean;
  /** Earlier releases that said so too, and whose counters still wait for their past: theirs may enter when that is done. */
  readonly startWhenFilled?: readonly number[];
}

/** Who published, as her token named her. */
export interface Publisher {
  readonly subject: string;
  readonly name: string;
}

/** Who publishes that what came before is counted. */
export const SYSTEM: Publisher = { subject: 'perennial', name: 'Perennial' };

export interface ReleaseItem extends DefinitionName {
  /** The address of its content. */
  readonly part: string;
  /** Of a template: as the workers that send it load it. Absent in what older releases of ours have published. */
  readonly ready?: ReadyPart;
  /** Of a template: to whom it may go, so that the reducer need not load what it says. Absent in older releases, too. */
  readonly sends?: Omit<LiveTemplate, 'key'>;
}

export interface ReadyPart {
  /** Says of what it was made: the template with its snippets. */
  readonly from: string;
  /** The address of its content. */
  readonly part: string;
}

/** Which ids were given to what. Profiles store ids, so none is ever given twice. */
export interface Registry {
  readonly segments: readonly RegisteredSegment[];
  readonly counters: readonly RegisteredCounter[];
  /** Absent in what older releases of ours have published: no journey ran then. */
  readonly journeys?: readonly RegisteredJourney[];
  /** The least ids that were never given. */
  readonly next: { readonly segment: number; readonly counter: number; readonly journey?: number };
}

export interface RegisteredSegment {
  readonly key: string;
  readonly id: number;
}

/** What people go through: a journey, or a campaign, which is one. */
export interface RegisteredJourney extends DefinitionName {
  readonly type: 'journey' | 'campaign';
  readonly id: number;
  /** All by which somebody may still go, the oldest first. */
  readonly versions: readonly RegisteredVersion[];
  readonly halted?: HaltedJourney;
  /** When it was taken away (ms): whoever was inside leaves it. */
  readonly gone?: number;
}

export interface RegisteredVersion extends Pick<JourneyVersion, 'version' | 'moves'> {
  /** The address of its content. */
  readonly part: string;
  /** Ids of the counters it asks for: profiles go on counting them for as long as somebody may go by it. */
  readonly counters?: readonly number[];
}

/**
 * A lifecycle that was published and is not in force. If it were, everybody whose past is not counted yet would be in a
 * stage that she is not in, and would leave it again when it is.
 */
export interface WaitingLifecycle {
  /** Ids of the counters it asks for: it waits until none of them has to be filled. */
  readonly counters: readonly number[];
  readonly inForce: LifecycleInForce;
}

export interface LifecycleInForce {
  /** The lifecycle, unless it is the default one, and the segments it asks for, as they were when it came into force. */
  readonly items: readonly ReleaseItem[];
  /** Ids of the counters it asks for. */
  readonly counters: readonly number[];
}

export const NOTHING_REGISTERED: Registry = { segments: [], counters: [], next: { segment: 1, counter: 1 } };

/** A change of the live catalog, as everybody polls it. */
export interface CatalogPointer {
  readonly number: number;
  /** The name of the release. */
  readonly release: string;
  readonly publishedAt: number;
}

/** The latest release that changed what stages and segments mean; 0: none so far. */
export const redefinedIn = (release: Release | undefined): number => release?.redefined ?? release?.reconcile ?? 0;
