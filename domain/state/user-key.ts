/** Key of a profile: `k#` and the user id of a known person, or `a#` and the anonymous id of a device nobody logged in on. */
export type UserKey = `k#${string}` | `a#${string}`;

export const knownKey = (userId: string): UserKey => `k#${userId}`;
export const anonymousKey = (anonymousId: string): UserKey => `a#${anonymousId}`;
export const isKnown = (key: UserKey): boolean => key.startsWith('k#');
export const idIn = (key: UserKey): string => key.slice(2);
