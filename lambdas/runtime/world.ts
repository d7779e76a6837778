import { setTimeout } from 'node:timers/promises';
import { jsonLog, type Log } from './log.ts';

/** What a function has of the world besides its clients: given to its wiring, so that a run can be repeated. */
export interface World {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Is aborted after so many milliseconds. */
  readonly timeout: (milliseconds: number) => AbortSignal;
  readonly log: Log;
}

export const realWorld: World = {
  now: Date.now,
  random: Math.random,
  pause: (milliseconds) => setTimeout(milliseconds),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
  log: jsonLog,
};
