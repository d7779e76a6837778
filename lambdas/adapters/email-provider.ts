import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { RenderedEmail } from '../../domain/delivery/built-in-email.ts';

export interface OutgoingEmail extends RenderedEmail {
  readonly to: string;
  /** Come back with every receipt, so that it is joined without a look-up: letters, digits, `_` and `-`. */
  readonly tags: Readonly<Record<string, string>>;
}

export type EmailAnswer =
  | { readonly outcome: 'accepted'; readonly providerId: string }
  /** Certainly not sent, and it would not be the next time either. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Certainly not sent, but it may be later: throttled, paused, never connected. */
  | { readonly outcome: 'not-now'; readonly reason: string }
  /** Nobody knows: the request left and no answer came. */
  | { readonly outcome: 'unknown'; readonly reason: string };

export interface EmailProvider {
  send(email: OutgoingEmail): Promise<EmailAnswer>;
}

export const sesEmailProvider = (
  client: SESv2Client,
  { fromAddress, configurationSet }: { fromAddress: string; configurationSet: string },
): EmailProvider => ({
  async send({ to, subject, text, html, tags }) {
    try {
      const { MessageId } = await client.send(
        new SendEmailCommand({
          FromEmailAddress: fromAddress,
          Destination: { ToAddresses: [to] },
          ConfigurationSetName: configurationSet,
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
            },
          },
          EmailTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        }),
      );
      return { outcome: 'accepted', providerId: MessageId ?? '' };
    } catch (error) {
      return answerTo(error);
    }
  },
});

/** Refusals that say nothing of the message: it is taken once the account, or what we may do in it, is in order. */
const LATER = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'SendingPausedException',
  'AccountSuspendedException',
  'ThrottlingException',
  'AccessDeniedException',
  'ExpiredTokenException',
  'UnrecognizedClientException',
]);
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The SDK names both time-outs alike; only the text tells the one before the request from the one after it. */
const isConnectionTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError' && error.message.includes('did not establish a connection');

export function answerTo(error: unknown): EmailAnswer {
  if (error instanceof SESv2ServiceException && error.$fault === 'client') {
    const reason = error.name;
    return LATER.has(reason) ? { outcome: 'not-now', reason } : { outcome: 'refused', reason };
  }
  if (isConnectionTimeout(error)) return { outcome: 'not-now', reason: 'ConnectionTimeout' };
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && NEVER_CONNECTED.has(code)) return { outcome: 'not-now', reason: code };
  return { outcome: 'unknown', reason: error instanceof Error ? error.name : 'Error' };
}
