import { HOUR } from '../../calendar.ts';
import type { Run } from '../../state/run.ts';

/**
 * How long (ms) somebody tries a journey, with all others that it takes her into: at a minute a step the longest there are. No
 * cap keeps its messages from her, so one that goes round, or two that take her into each other, would write every minute for ever.
 */
const LONGEST = 4 * HOUR;

/** Whether who tries it has seen enough. `happened` is when it was begun, in the first of several journeys. */
export const isTriedEnough = ({ happened }: Pick<Run, 'happened'>, now: number): boolean => now >= happened + LONGEST;
