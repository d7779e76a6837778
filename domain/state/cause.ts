/**
 * Why a stage changed:
 *   activity  something she did, or that was reported of her as it happened
 *   time      time passed
 *   signal    an explicit end (account deleted, subscription cancelled, uninstalled)
 *   publish   the project changed what the stages mean
 *   import    her past was brought in from elsewhere, or became known so late that she was gone by then
 *   merge     two profiles turned out to be one person
 *   model     a fitted model was replaced
 */
export type Cause = (typeof CAUSES)[number];
export const CAUSES = ['activity', 'time', 'signal', 'publish', 'import', 'merge', 'model'] as const;

/** Only what happens to people sets anything going; what the project does to its own data moves them silently. */
export const setsGoing = (cause: Cause): boolean => cause === 'activity' || cause === 'time' || cause === 'signal';
