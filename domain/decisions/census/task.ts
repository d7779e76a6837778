import type { Expression } from '../../catalog/expression.ts';
import type { LiveCatalog, RegisteredCounter } from '../../catalog/live-catalog.ts';

/** One question to everybody, or one thing to do about everybody. All times are milliseconds since 1970. */
export type CensusTask = ReconcileTask | CountTask | PreviewTask | BackfillTask | EnrolTask;

/** A publish has changed what is asked about people: whoever has other answers now is told to ask anew. */
export interface ReconcileTask {
  readonly kind: 'reconcile';
  /** The release's. */
  readonly number: number;
}

/** What a publish of this catalog at this moment would change. */
export interface CountTask {
  readonly kind: 'count';
  readonly catalog: LiveCatalog;
  /** What profiles do not count for it. */
  readonly uncounted: readonly RegisteredCounter[];
  /** Queries of the lake for what profiles do not count, their ids. */
  readonly queries: readonly string[];
}

/** Whom an expression means that was never published. */
export interface PreviewTask {
  readonly kind: 'preview';
  readonly where: Expression;
  /** Key of a live segment: how many of them are in it. */
  readonly overlap?: string;
  readonly at: number;
  readonly queries: readonly string[];
}

/** What was received before counters began to count is counted from the lake. */
export interface BackfillTask {
  readonly kind: 'backfill';
  /** Of the release that has brought the counters. */
  readonly number: number;
  readonly counters: readonly RegisteredCounter[];
}

/** The time of a journey's schedule has come: all whom it is for are enrolled. */
export interface EnrolTask {
  readonly kind: 'enrol';
  /** The journey's key; a campaign is one. */
  readonly journey: string;
  /** Which of its entries, by its place. */
  readonly entry: number;
  /** The occurrence's name: its day and time of day. */
  readonly occurrence: string;
  /** When it came (ms): of one by each person's own clock, when the first clock on earth showed it. */
  readonly at: number;
  /** The calendar day and the time of day (ms of it) of each person's own clock; undefined: the project's clock counts. */
  readonly ownClock?: OwnClock;
  /** People a minute, by all slices together; undefined: as fast as it goes. */
  readonly perMinute?: number;
}

export interface OwnClock {
  readonly day: number;
  readonly timeOfDay: number;
  /** Whose clock showed it before (ms) gets nothing: it was not published then. */
  readonly notBefore?: number;
}
