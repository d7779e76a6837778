import type { CustomerEvent } from '../../events/event.ts';
import type { Profile } from '../../state/profile.ts';
import type { Effect } from '../effect.ts';
import type { CompiledJourneys } from './compile.ts';
import type { Draft } from './draft.ts';
import type { Entrance } from './enter.ts';

/** One moment of one person, in which her runs move. */
export interface Moment {
  readonly profile: Profile;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Id of the input that brought it. */
  readonly by: string;
  /** What she did, where it is that. */
  readonly event: CustomerEvent | undefined;
  /**
   * Something may be known of her that she was not told of here as it came: from another profile that has become part of hers,
   * by an import, or while a journey was paused.
   */
  readonly looksBack: boolean;
  readonly journeys: CompiledJourneys;
  readonly effects: Effect[];
  /** What takes her into other journeys because of what happens in these. */
  readonly entrances: Entrance[];
}

/** What comes of being at a step. */
export type Outcome =
  /** She goes on to another step; `way`: the name of the way, where there are several. */
  | { readonly to: string; readonly way?: string | undefined }
  /** She stays until then (ms) at the latest; `Infinity`: until something comes. */
  | { readonly stays: number }
  /** It is asked whether the message of the step may go. */
  | 'asks'
  | 'leaves';

/** By whose hash chance decides: hers when she entered, whoever she has become since. */
export const chanceOf = ({ run, journey }: Draft, { profile }: Moment, step: string): string =>
  `${run.lineage ?? profile.lineage}/${journey.key}/${step}`;
