import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { RenderedEmail } from '../../domain/delivery/email/render.ts';
import type { SenderBinding } from './template-reader.ts';

export interface OutgoingEmail extends RenderedEmail {
  readonly to: string;
  /** The stage's own sender, if left out. */
  readonly from?: SenderBinding;
  readonly replyTo?: string;
  /** Where one POST unsubscribes, without any page (RFC 8058); none in what is transactional. */
  readonly unsubscribeUrl?: string;
  /** Come back with every receipt, so that it is joined without a look-up: letters, digits, `_` and `-`. */
  readonly tags: Readonly<Record<string, string>>;
}

export type EmailAnswer =
  | { readonly outcome: 'accepted'; readonly providerId: string }
  /** Certainly not sent, and it would not be the next time either. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Certainly not sent, but it may be soon: throttled, never connected. */
  | { readonly outcome: 'not-now'; readonly reason: string }
  /** Certainly not sent, nor would anything be until somebody has put the account, or what we may do in it, in order. */
  | { readonly outcome: 'account-refused'; readonly reason: string }
  /** Nobody knows: the request left and no answer came. */
  | { readonly outcome: 'unknown'; readonly reason: string };

export interface EmailProvider {
  send(email: OutgoingEmail): Promise<EmailAnswer>;
}

/** @param configurationSet makes SES tell what becomes of each message; without one nothing is told, and nothing counted */
export const sesEmailProvider = (
  client: SESv2Client,
  { fromAddress, configurationSet }: { readonly fromAddress: string; readonly configurationSet?: string },
): EmailProvider => ({
  async send({ to, from = { address: fromAddress }, replyTo, unsubscribeUrl, subject, text, html, tags }) {
    try {
      const { MessageId } = await client.send(
        new SendEmailCommand({
          FromEmailAddress: mailbox(from),
          Destination: { ToAddresses: [to] },
          ...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
          ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
              ...(unsubscribeUrl !== undefined && { Headers: oneClickHeaders(unsubscribeUrl) }),
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

/** Mailbox providers show a button for them, and ask for both of whoever writes to many. SES's DKIM signs them. */
const oneClickHeaders = (url: string) => [
  { Name: 'List-Unsubscribe', Value: `<${url}>` },
  { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
];

/** `Name <address>`; names that ASCII has no letters for as RFC 2047 says, in words of at most 75 characters. */
export function mailbox({ address, name }: SenderBinding): string {
  if (name === undefined) return address;
  const plain = name.replace(/[\p{Cc}"\\]/gu, ' ').trim();
  if (/^[ -~]*$/.test(plain)) return `"${plain}" <${address}>`;
  const words: string[] = [];
  let word = '';
  for (const character of plain) {
    if (Buffer.byteLength(word + character) > BYTES_IN_A_WORD) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return `${[...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ')} <${address}>`;
}

/** 60 characters of base64, and 12 around them. */
const BYTES_IN_A_WORD = 45;

/** Refusals that say nothing of the message and end by themselves. */
const SOON = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'ThrottlingException',
  'ExpiredTokenException',
]);
/** Refusals that say nothing of the message and last until somebody comes. */
const OF_THE_ACCOUNT = new Set([
  'SendingPausedException',
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
  'AccessDeniedException',
  'UnrecognizedClientException',
]);
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The SDK names both time-outs alike; only the text tells the one before the request from the one after it. */
const isConnectionTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError' && error.message.includes('did not establish a connection');

export function answerTo(error: unknown): EmailAnswer {
  if (error instanceof SESv2ServiceException && error.$fault === 'client') {
    const reason = error.name;
    if (OF_THE_ACCOUNT.has(reason)) return { outcome: 'account-refused', reason };
    return { outcome: SOON.has(reason) ? 'not-now' : 'refused', reason };
  }
  if (isConnectionTimeout(error)) return { outcome: 'not-now', reason: 'ConnectionTimeout' };
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && NEVER_CONNECTED.has(code)) return { outcome: 'not-now', reason: code };
  return { outcome: 'unknown', reason: error instanceof Error ? error.name : 'Error' };
}
