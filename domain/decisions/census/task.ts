import type { Expression } from '../../catalog/expression.ts';
import type { LiveCatalog, RegisteredCounter } from '../../catalog/live-catalog.ts';

/** One question to everybody, or one thing to do about everybody. All times are milliseconds since 1970. */
export type CensusTask = ReconcileTask | CountTask | PreviewTask | BackfillTask;

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
