import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Source } from '../../domain/events/source.ts';

/** The token that proves somebody acts for a user: HMAC-SHA256 of the user id, in hex, as any language makes it. */
export const makeUserToken = (secret: string, userId: string): string =>
  createHmac('sha256', secret).update(userId).digest('hex');

/** Whether a token is a user's, by any secret of the source that holds at `now` (ms). */
export const userTokensOf =
  ({ identitySecrets }: Source, now: number) =>
  (userId: string, token: string): boolean =>
    identitySecrets.some(
      ({ secret, until }) => (until === undefined || now < until) && isSame(makeUserToken(secret, userId), token),
    );

/** In a time that does not tell how much of a guess was right. */
function isSame(expected: string, token: string): boolean {
  const sent = Buffer.from(token.toLowerCase());
  return sent.length === expected.length && timingSafeEqual(Buffer.from(expected), sent);
}
