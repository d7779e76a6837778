import { MINUTE, SECOND } from '../calendar.ts';

/** The sweep runs once a minute and looks this far ahead (ms), so that what is due between two runs leaves on its second. */
export const LOOK_AHEAD = 90 * SECOND;

/** It looks this far back behind where it stopped (ms): index entries appear with a delay. */
export const LOOK_BACK = 60 * SECOND;

/** A due time nearer than this when it is set (ms) may be passed by before a sweep sees it. */
export const SWEEP_REACH = LOOK_AHEAD + MINUTE;

/** Every so often (ms) one pass starts from the beginning and finds what appeared behind the cursor later still. */
export const FULL_PASS_EVERY = 15 * MINUTE;
