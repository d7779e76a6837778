import { MINUTE, SECOND } from '../calendar.ts';

/** The sweep runs once a minute and looks this far ahead (ms), so that what is due between two runs leaves on its second. */
export const LOOK_AHEAD = 90 * SECOND;

/** It looks this far back behind where it stopped (ms): index entries appear with a delay. */
export const LOOK_BACK = 60 * SECOND;

/**
 * A due time nearer than this when it is set (ms) gets a delayed message of its own: the next sweep may begin behind it.
 * Two and a half minutes would do while workers keep up; a quarter of an hour is as far as a queue can delay, and covers
 * a backlog of that age.
 */
export const WAKE_WITHIN = 15 * MINUTE;

/** Every so often (ms) one pass starts from the beginning and finds what appeared behind the cursor later still. */
export const FULL_PASS_EVERY = 15 * MINUTE;
