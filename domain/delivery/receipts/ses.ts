import { readMoment } from '../../calendar.ts';
import { addressIn } from '../../events/address.ts';
import type { BounceReceipt, Receipt, ReceiptKind, Understood } from './receipt.ts';

/**
 * Understands an event of SES as EventBridge hands it on (its `detail` holds `eventType`, `mail` and one member of its own;
 * docs/receipts.md has all of them). What comes is taken as hostile: nothing is believed to be there, texts are cut.
 */
export function understandSesEvent(event: unknown): Understood {
  const detail = memberOf(event, 'detail');
  const type = textOf(detail, 'eventType');
  if (type === undefined) return { outcome: 'unknown', reason: 'no-event' };
  const mail = memberOf(detail, 'mail');
  const providerId = textOf(mail, 'messageId');
  if (providerId === undefined) return { outcome: 'unknown', reason: 'no-mail' };
  const sendId = tagOf(mail, 'sendId');
  if (sendId === undefined) return { outcome: 'foreign' };
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined) return { outcome: 'unknown', reason: 'type' };

  const own = memberOf(detail, known.member);
  const sentAt = readMoment(textOf(mail, 'timestamp'));
  const at = readMoment(textOf(own, 'timestamp')) ?? readMoment(textOf(event, 'time')) ?? sentAt;
  if (sentAt === undefined || at === undefined) return { outcome: 'unknown', reason: 'time' };
  const to = recipientOf(mail);
  if (to === undefined) return { outcome: 'unknown', reason: 'recipient' };
  const base = { sendId, message: tagOf(mail, 'message'), providerId, to, sentAt, at };
  return { outcome: 'receipt', receipt: { ...base, ...known.read(own) } as Receipt };
}

interface EventType {
  /** The member of `detail` that is its own. */
  readonly member: string;
  readonly read: (own: unknown) => Own;
}
type Own = { readonly kind: Exclude<ReceiptKind, 'bounced' | 'opened' | 'clicked'> } | BounceReceipt | Looked;
type Looked = { readonly kind: 'opened' | 'clicked'; readonly userAgent: string; readonly link?: string };

const always = (member: string, kind: 'sent' | 'delivered' | 'rejected' | 'failed' | 'delayed'): EventType => ({
  member,
  read: () => ({ kind }),
});

/** By `eventType`. SES's subscriptions are of its own contact lists, which nothing of ours uses. */
const TYPES: Readonly<Record<string, EventType>> = {
  Send: always('send', 'sent'),
  Delivery: always('delivery', 'delivered'),
  DeliveryDelay: always('deliveryDelay', 'delayed'),
  Reject: always('reject', 'rejected'),
  'Rendering Failure': always('failure', 'failed'),
  Bounce: { member: 'bounce', read: bounceIn },
  // A mailbox provider also reports who took a message out of the spam folder.
  Complaint: {
    member: 'complaint',
    read: (own) => ({ kind: textOf(own, 'complaintFeedbackType') === 'not-spam' ? 'not-spam' : 'complained' }),
  },
  Open: { member: 'open', read: (own) => ({ kind: 'opened', userAgent: textOf(own, 'userAgent') ?? '' }) },
  Click: {
    member: 'click',
    read: (own) => {
      const link = textOf(own, 'link');
      return { kind: 'clicked', userAgent: textOf(own, 'userAgent') ?? '', ...(link !== undefined && { link }) };
    },
  },
};

/** Bounces that another message might have been spared: they say nothing of the address. */
const OF_THE_MESSAGE = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);

function bounceIn(own: unknown): BounceReceipt {
  const type = textOf(own, 'bounceType') ?? 'Undetermined';
  const subType = textOf(own, 'bounceSubType') ?? 'Undetermined';
  const detail = `${type} ${subType}`;
  if (OF_THE_MESSAGE.has(subType)) return { kind: 'bounced', about: 'message', detail };
  // Of what cannot be determined too, only repetition says something.
  return { kind: 'bounced', about: type === 'Permanent' ? 'permanent' : 'transient', detail };
}

/** Every message of ours has one recipient; mailbox providers black out addresses in complaints, SES does not here. */
function recipientOf(mail: unknown): string | undefined {
  const destination = memberOf(mail, 'destination');
  if (!Array.isArray(destination) || destination.length !== 1) return undefined;
  const [recipient] = destination as unknown[];
  return typeof recipient === 'string'
    ? addressIn(/<([^<>]{1,254})>\s*$/.exec(recipient)?.[1] ?? recipient)
    : undefined;
}

/** SES hands every tag back as a list. */
function tagOf(mail: unknown, name: string): string | undefined {
  const values = memberOf(memberOf(mail, 'tags'), name);
  const value: unknown = Array.isArray(values) ? values[0] : undefined;
  return typeof value === 'string' && /^[\w-]{1,256}$/.test(value) ? value : undefined;
}

/** Longer than any member we read; links are cut where browsers give up. */
const LONGEST = 2_000;

function textOf(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === 'string' && text !== '' ? text.slice(0, LONGEST) : undefined;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
