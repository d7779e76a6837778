import type { Tally } from '../../../domain/decisions/census/tally.ts';
import type { UserKey } from '../../../domain/state/user-key.ts';

/** How far a slice is. */
export type CensusState = ScanState | BackfillState | EnrolState;

/** A slice of everybody. */
export interface ScanState {
  readonly kind: 'scan';
  /** The last profile that was looked at. */
  readonly after?: UserKey;
  readonly tally: Tally;
}

/** The only slice of a backfill. */
export interface BackfillState {
  readonly kind: 'backfill';
  readonly phase: 'sending' | 'checking';
  /** When the lake was asked (ms). */
  readonly askedAt: number;
  /** One for each question. */
  readonly queries: readonly string[];
  /** Which of the queries is being read, and from where. */
  readonly query: number;
  readonly from: number;
  /** Of how many something was counted, and of how many it is known to have reached their profiles. */
  readonly sent: number;
  readonly committed: number;
}

/** A slice of everybody, of whom some are enrolled. */
export interface EnrolState {
  readonly kind: 'enrol';
  /** The last profile that was looked at. */
  readonly after?: UserKey;
  /** `matching` were enrolled. */
  readonly tally: Tally;
  /** Of one with a rate: the minute it is in (ms), and how many it has enrolled in it. */
  readonly minute?: { readonly began: number; readonly sent: number };
}
