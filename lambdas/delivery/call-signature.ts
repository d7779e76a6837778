import { createHmac } from 'node:crypto';

/**
 * The headers by which a receiver knows that a call is ours and not old: those of Standard Webhooks, for which there are
 * libraries in most languages. The same call has the same id at every try, and the time of each.
 *
 * @param secrets the one that is current first; while one takes the place of another a receiver may know either
 * @param now ms since 1970
 */
export function signedHeaders(
  callId: string,
  body: string,
  secrets: readonly string[],
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secrets.map((secret) => {
    const digest = createHmac('sha256', keyIn(secret)).update(`${callId}.${timestamp}.${body}`).digest('base64');
    return `v1,${digest}`;
  });
  return {
    'webhook-id': callId,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}

const PREFIX = 'whsec_';

/** `whsec_` and Base64, as those libraries write secrets; anything else is taken as it stands. */
const keyIn = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);
