import { Refusal } from '../refusal.ts';
import type { SendEmailRequest, SimpleContent } from './send-email.ts';
import { recipientsOf } from './send-email.ts';

const MAX_RECIPIENTS = 50;
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024;
const MAX_HEADERS = 15;

/** Headers SES writes itself; AWS refuses them among a simple message's own. */
const RESERVED_HEADERS = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'sender',
  'return-path',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

/** Refuses what SES refuses of a message for its form alone, before it looks at the account. */
export function checkForm(request: SendEmailRequest): void {
  const recipients = recipientsOf(request);
  const { Simple: simple, Raw: raw, Template: template } = request.Content ?? {};
  if ([simple, raw, template].filter((one) => one !== undefined && one !== null).length !== 1) {
    bad('Content must be exactly one of Simple, Raw and Template.');
  }
  if (recipients.length === 0 && !raw) bad('Destination must have at least one recipient.');
  if (recipients.length > MAX_RECIPIENTS) bad(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  for (const address of [...recipients, ...(request.ReplyToAddresses ?? [])]) checkAddress(address);
  if (request.FromEmailAddress) checkAddress(request.FromEmailAddress);
  else if (!raw) bad("Missing required header 'From'.");
  checkTags(request);
  if (simple) checkSimple(simple);
  if (raw && !raw.Data) bad('Raw message data must not be empty.');
  const size = messageSize(request);
  if (size > MAX_MESSAGE_BYTES) {
    const message = `Message length is more than ${MAX_MESSAGE_BYTES} bytes long: '${size}'.`;
    throw new Refusal('MessageRejected', message);
  }
}

/** The address itself of `Name <user@host>`. */
export function bareAddress(address: string): string {
  return /<([^<>]*)>\s*$/.exec(address)?.[1] ?? address.trim();
}

function checkTags({ EmailTags: tags = [] }: SendEmailRequest): void {
  for (const { Name, Value } of tags) {
    // The SDK's reference of MessageTag: ASCII letters, digits, underscores and dashes.
    if (!/^[\w-]{1,256}$/.test(Name ?? '')) bad(`Invalid email tag name <${Name}>.`);
    if (!/^[\w-]{1,256}$/.test(Value ?? '')) bad(`Invalid email tag value <${Value}>.`);
  }
}

function checkSimple({ Subject: subject, Body: body, Headers: headers = [] }: SimpleContent): void {
  if (typeof subject?.Data !== 'string') bad('Subject is required.');
  if (/[\r\n]/.test(subject?.Data ?? '')) bad('Subject must not contain line breaks.');
  if (typeof body?.Html?.Data !== 'string' && typeof body?.Text?.Data !== 'string') {
    bad('Body must have Html or Text.');
  }
  if (headers.length > MAX_HEADERS) bad(`More than ${MAX_HEADERS} headers.`);
  for (const { Name, Value } of headers) {
    if (!/^[!-9;-~]{1,126}$/.test(Name ?? '')) bad(`Invalid header name <${Name}>.`);
    // Also what keeps CR and LF, and with them a second header, out.
    if (!/^[ -~]{1,870}$/.test(Value ?? '')) bad(`Invalid value of header <${Name}>.`);
    if (RESERVED_HEADERS.has(Name.toLowerCase())) bad(`Header <${Name}> must not be set this way.`);
  }
}

function checkAddress(address: string): void {
  if (typeof address !== 'string' || /[\r\n\0]/.test(address)) bad('Address contains control characters.');
  const bare = bareAddress(address);
  if (bare.length > 320) bad('Address is longer than 320 characters.');
  // SES wants the local part in ASCII and a domain in Punycode.
  if (!/^[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(bare)) {
    bad(bare.includes('@') ? `Illegal address: ${bare}` : "Missing final '@domain'");
  }
}

function messageSize({ Content: content }: SendEmailRequest): number {
  const { Simple: simple, Raw: raw } = content ?? {};
  if (raw?.Data) return Buffer.byteLength(raw.Data, 'base64');
  const texts = [simple?.Subject?.Data, simple?.Body?.Html?.Data, simple?.Body?.Text?.Data];
  const attachments = (simple?.Attachments ?? []).map(({ RawContent = '' }) => RawContent.length);
  // AWS counts the encoded message: attachments as base64.
  return [...texts.map((text) => Buffer.byteLength(text ?? '')), ...attachments].reduce((sum, one) => sum + one, 0);
}

function bad(message: string): never {
  throw new Refusal('BadRequestException', message);
}
